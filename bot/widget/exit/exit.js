// The way out: one press, or Shift three times. Works with the server and the network down.
const PRESSES = 3;
const WITHIN = 5000;

/** Wires the links marked `data-leave` and the keyboard. `wipe` forgets and tells the server; `begun` says whether
 *  anything was said; `tell` shows a line. Returns what leaves at once. */
export function wayOut({ text, wipe, begun, tell }) {
  const root = document.documentElement;
  const { exit, tab } = root.dataset;
  const framed = parent !== window;
  let left = false, used = false;

  const elsewhere = (address) => open(address, "_blank", "noopener,noreferrer");
  const go = () => {
    if (!framed) return location.replace(exit);
    // The page around a frame empties and moves itself. Where it has no ears it is moved from here. Where a sandbox forbids
    // that, an ordinary site opens in front of it, if that is let, and the frame is blank for good.
    parent.postMessage({ chat: "leave" }, "*");
    setTimeout(() => {
      try { top.location.replace(exit); } catch { elsewhere(exit); location.replace("about:blank"); }
    }, 200);
  };

  const blank = () => {
    left = true;
    document.title = text.loading;
    const last = document.createElement("p");
    last.className = "unseen";
    last.setAttribute("role", "alert");
    last.textContent = text.loading;
    try { wipe(); } catch { /* nothing may hold up leaving */ }
    document.body.replaceChildren(last);
  };

  const leave = (event) => {
    event?.preventDefault();
    if (!left) {
      blank();
      others.postMessage(0);
      if (tab) elsewhere(tab);
    }
    go();
  };

  // Whoever leaves one tab wants none of them seen.
  const others = new BroadcastChannel("leave");
  others.onmessage = () => { blank(); go(); };

  for (const link of document.querySelectorAll("[data-leave]")) link.addEventListener("click", leave);

  let presses = 0, first = 0, timer = 0;
  addEventListener("keydown", ({ key, repeat }) => {
    if (repeat) return;
    const now = performance.now();
    if (key !== "Shift") presses = 0; // Shift for a capital letter is no wish to leave
    else if (presses && now - first < WITHIN) presses += 1;
    else [presses, first] = [1, now];
    if (presses >= PRESSES) leave();
  }, true);
  addEventListener("keyup", ({ key }) => {
    if (key !== "Shift" || !presses || left) return;
    clearTimeout(timer);
    tell(text[`shift_${PRESSES - presses}`]);
    timer = setTimeout(() => { if (presses) tell(text.shift_0); presses = 0; }, WITHIN - (performance.now() - first));
  }, true);

  // Going away in any manner is leaving: what a browser keeps of the page is blank, and moves on when brought back.
  addEventListener("pagehide", () => {
    used ||= begun();
    root.hidden = true;
    try { wipe(); } catch { /* the page goes anyway */ }
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    if (left || (used && !framed)) go();
    else location.reload();
  });

  // A keyboard on the screen or a pinch moves what is seen: the way out moves with it.
  const bar = document.querySelector(".bar");
  const view = window.visualViewport;
  const pin = () => {
    bar.style.width = view.scale > 1.01 ? `${view.width}px` : "";
    bar.style.transform = view.offsetTop || view.offsetLeft ? `translate(${view.offsetLeft}px, ${view.offsetTop}px)` : "";
  };
  for (const kind of ["resize", "scroll"]) view?.addEventListener(kind, pin);
  return leave;
}
