// Messages of a person and changes of state, as they come. A lost line is taken up again.
const LONGEST = 30_000;

export function live(token, { reply, linked }) {
  let socket, tries = 0, timer = 0, over = false;
  const connect = () => {
    clearTimeout(timer);
    socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`);
    socket.onopen = () => { tries = 0; socket.send(JSON.stringify({ token })); linked(true); };
    socket.onmessage = ({ data }) => reply(JSON.parse(data));
    socket.onclose = () => {
      if (over) return;
      linked(false);
      timer = setTimeout(connect, Math.min(LONGEST, 1000 * 2 ** tries++));
    };
  };
  const now = () => { if (!over && socket.readyState > 1) connect(); };
  addEventListener("online", now);
  connect();
  return () => { over = true; token = null; clearTimeout(timer); removeEventListener("online", now); socket.close(); };
}
