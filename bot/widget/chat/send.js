// Talks to the gateway. A message keeps its id however often it is sent, so that nothing is doubled.
const TRIES = 3;
const PATIENCE = 12_000;

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Status and body of one call; status 0 when the network is lost. Tries again when that may help. */
export async function call(path, body, token, slow) {
  for (let attempt = 1; ; attempt += 1) {
    let status = 0, answer = null, pause = 500 * attempt;
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), PATIENCE);
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
        signal: gone.signal,
        cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", redirect: "error",
      });
      status = response.status;
      pause = Math.min(10, Number(response.headers.get("Retry-After")) || attempt) * 1000;
      answer = await response.json();
    } catch {
      // A proxy's page in place of JSON, a cut line, no answer in time: all are read from the status.
      if (status === 200 || status === 201) status = 0;
    }
    clearTimeout(timer);
    if ((status && status < 500 && status !== 409 && status !== 429) || attempt >= TRIES) return { status, body: answer };
    slow?.();
    await wait(pause);
  }
}

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Tells the server to erase, also while the page goes away. */
export function erase(token) {
  const body = new Blob([JSON.stringify({ token })], { type: "text/plain" });
  if (!navigator.sendBeacon("/api/sessions/end", body)) fetch("/api/sessions/end", { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
}

/** Long words in parts that each fit, cut where a reader would pause. */
export function parts(words, most) {
  const found = [];
  for (let rest = words; rest; ) {
    const head = rest.slice(0, most);
    const cut = rest.length <= most ? most : [/[^]*\n/, /[^]*[.?!] /, /[^]* /].map((pause) => pause.exec(head)?.[0].length).find((length) => length > most / 2) ?? most;
    found.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return found;
}
