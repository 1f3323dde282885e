// What comes while a person is awaited or writes. A lost line is taken up again.
const LONGEST = 30_000;

/** Connects at once. `on` holds what happens at a `message`, a `state`, a `typing` frame, and when the line is `linked`
 *  or lost. Returns what closes the line for good. */
export function live(token, on) {
  let socket, tries = 0, timer = 0;
  const connect = () => {
    clearTimeout(timer);
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`);
    socket.onopen = () => { tries = 0; socket.send(JSON.stringify({ token })); on.linked(true); };
    socket.onmessage = ({ data }) => { const frame = JSON.parse(data); on[frame.type]?.(frame); };
    socket.onclose = () => {
      if (!token) return;
      on.linked(false);
      timer = setTimeout(connect, Math.min(LONGEST, 1000 * 2 ** tries++));
    };
  };
  const again = () => { if (socket.readyState > 1) connect(); };
  addEventListener("online", again);
  connect();
  return () => { token = null; clearTimeout(timer); removeEventListener("online", again); socket.close(); };
}
