// Puts the chat on a site: a quiet button and, when it is pressed, the chat in a frame of its own origin.
(() => {
  const { exit, tab, words } = {/* settings */};
  const NAME = "chat-launcher", PRESSES = 3, WITHIN = 5000;
  const script = document.currentScript;
  const page = document.documentElement;
  if (document.querySelector(NAME)) return;
  const { position, colour, language, nation, start } = script.dataset;
  const { origin } = new URL(script.src);
  const tongue = (language || page.lang || "en").toLowerCase().split("-")[0];
  const [title, direction] = words[tongue] ?? words.en;
  const filled = /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#1b5b50";
  const [r, g, b] = filled.match(/\w\w/g).map((part) => (parseInt(part, 16) / 255) ** 2.2);
  const ink = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
  const side = position === "left" ? "left" : "right";

  const make = (tag, values) => Object.assign(document.createElement(tag), values);
  const host = make(NAME, { lang: tongue, dir: direction });
  // Closed, and important from within: nothing of the page's own script or style reaches in.
  const root = host.attachShadow({ mode: "closed" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial !important; position: fixed !important; inset: auto !important; ${side}: 0 !important; bottom: 0 !important; z-index: 2147483647 !important; display: block !important; }
    button { all: initial; box-sizing: border-box; margin: 16px; min-height: 48px; max-width: calc(100vw - 32px); padding: 10px 22px; border: 2px solid ${ink}; border-radius: 24px; background: ${filled}; color: ${ink};
      font: 600 17px/1.4 system-ui, sans-serif; cursor: pointer; box-shadow: 0 2px 10px #0004; display: inline-block; }
    button:focus-visible { outline: 3px solid ${filled}; outline-offset: 3px; }
    iframe { position: fixed; top: calc(var(--top, 0px) + max(16px, var(--high, 100vh) - 736px)); ${side}: 16px; width: 420px; height: min(720px, calc(var(--high, 100vh) - 32px)); border: 1px solid #0003; border-radius: 14px; background: #f6f3ed; box-shadow: 0 4px 30px #0005; color-scheme: light dark; }
    @media (max-width: 560px), (max-height: 480px) { iframe { inset: var(--top, 0) 0 auto; width: 100%; height: var(--high, 100%); border: 0; border-radius: 0; } }
    @media (prefers-color-scheme: dark) { iframe { background: #161b1a; } }
    [hidden] { display: none; }
    @media print { :host { display: none !important; } }`);
  root.adoptedStyleSheets = [sheet];
  const launcher = make("button", { type: "button", textContent: start || title, ariaHasPopup: "dialog" });
  root.append(launcher);
  let frame = null, left = false;

  // A keyboard on the screen would push the top of the frame, and with it the way out, out of sight.
  const view = window.visualViewport;
  const fit = () => { if (frame) frame.style.cssText = view.scale > 1.01 ? "" : `--top: ${view.offsetTop}px; --high: ${view.height}px`; };
  for (const kind of ["resize", "scroll"]) view?.addEventListener(kind, fit);

  const open = () => {
    if (!frame) {
      const query = new URLSearchParams({ language: tongue, ...(colour && { colour }), ...(nation && { nation }) });
      frame = make("iframe", { title, allow: "clipboard-write", referrerPolicy: "no-referrer", src: `${origin}/chat/frame?${query}` });
      frame.addEventListener("load", () => { frame.contentWindow.postMessage({ chat: "here" }, origin); frame.focus(); });
      root.append(frame);
    }
    frame.hidden = false;
    launcher.hidden = true;
    frame.focus();
  };
  const hide = () => { frame.hidden = true; launcher.hidden = false; launcher.focus(); };

  const go = () => location.replace(exit);
  const leave = (asked) => {
    if (left) return;
    left = true;
    page.style.setProperty("display", "none", "important");
    try {
      // Opened anew the page forgets its words, its frames and its listeners: none is left to ask whether to stay.
      document.open();
      document.append(make("html"));
      document.documentElement.append(make("head"));
      document.close();
    } catch { /* a page of XML stays hidden */ }
    document.title = "\u200b";
    addEventListener("pageshow", ({ persisted }) => { if (persisted) go(); });
    if (tab && !asked) window.open(tab, "_blank", "noopener,noreferrer"); // else the frame has opened it
    go();
  };

  launcher.addEventListener("click", open);
  addEventListener("message", ({ source, origin: from, data }) => {
    if (!frame || source !== frame.contentWindow || from !== origin) return;
    if (data?.chat === "hide") hide();
    if (data?.chat === "leave") leave(true);
  });
  let presses = 0, first = 0;
  addEventListener("keydown", ({ key, repeat }) => {
    if (repeat) return;
    const now = performance.now();
    if (key !== "Shift") presses = 0;
    else if (presses && now - first < WITHIN) presses += 1;
    else [presses, first] = [1, now];
    if (presses === PRESSES) leave();
  }, true);

  page.append(host);
  // In the top layer nothing of the page can lie over it.
  if (host.showPopover) { host.popover = "manual"; host.showPopover(); }
})();
