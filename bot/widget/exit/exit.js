// The way out: one press, or Shift three times. Works with the server and the network down.
const PRESSES = 3;
const WITHIN = 5000;

/** Wires every `[data-leave]` link and the keyboard; `wipe` forgets what the page knows and tells the server. */
export function wayOut(wipe) {
  const target = document.documentElement.dataset.exit;

  const leave = (event) => {
    event?.preventDefault();
    document.documentElement.hidden = true;
    document.title = " ";
    try { wipe(); } catch { /* nothing may hold up leaving */ }
    document.body.replaceChildren();
    try { (window.top ?? window).location.replace(target); } catch { window.location.replace(target); }
  };

  for (const link of document.querySelectorAll("[data-leave]")) link.addEventListener("click", leave);

  let presses = [];
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") presses = [];
      return;
    }
    const now = performance.now();
    presses = [...presses.filter((at) => now - at < WITHIN), now];
    if (presses.length >= PRESSES) leave();
  }, true);

  // A page brought back by the browser's Back shows nothing and moves on.
  addEventListener("pagehide", () => { document.documentElement.hidden = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  return leave;
}
