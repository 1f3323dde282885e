// Silence: the chat is covered after a while, and ends with the session. Nothing goes without a warning.
const COVER = 5 * 60_000;
const WARNING = 2 * 60_000;
const CHECK = 1_000;
const OVER = 3;

/** Watches over the page; `cover`, `warn`, `end` happen once each, `stay` while the visitor is about. */
export function idle({ cover, warn, end, stay }) {
  let seen = Date.now(), told = Date.now(), limit = Infinity, stage = 0;
  const about = () => { if (!stage) seen = Date.now(); };
  for (const kind of ["keydown", "pointerdown", "pointermove", "scroll"]) addEventListener(kind, about, { capture: true, passive: true });

  const look = () => {
    const now = Date.now();
    if (now - told >= limit) { limit = Infinity; stage = OVER; end(); }
    else if (!stage && now - seen >= Math.min(COVER, limit / 3)) { stage = 1; cover(); }
    else if (stage === 1 && now - told >= limit - Math.min(WARNING, limit / 3)) { stage = 2; warn(); }
    // Someone who reads or writes for long keeps the session without sending anything.
    else if (!stage && now - told >= limit / 3) { told = now; stay(); }
  };
  setInterval(look, CHECK);
  // Timers sleep in the background; coming back must not show what should be gone.
  document.addEventListener("visibilitychange", look);

  return {
    /** The server heard from us; it forgets after `seconds` of silence. */
    heard(seconds) {
      told = Date.now();
      if (stage === 2) stage = 1; // the end is put off, and warned of again
      if (seconds) [limit, stage, seen] = [seconds * 1000, 0, told];
    },
    back() { stage = 0; seen = Date.now(); stay(); told = seen; },
  };
}
