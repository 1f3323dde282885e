// The visitor's chat. All it knows lives in this module's variables and in the page, and ends with them.
import { wayOut } from "/static/exit/exit.js";
import { idle } from "/static/chat/idle.js";
import { call, erase, newId, parts } from "/static/chat/send.js";
import { button, careOf, choices, helped, hush, make, message, note, own, tools } from "/static/chat/view.js";

const MOST = 4000;
const UNSEEN = 350; // milliseconds before waiting is shown: quick answers don't flicker
const root = document.documentElement;
const at = (id) => document.getElementById(id);
const text = JSON.parse(at("text").textContent);
const [log, talk, form, state, pause] = ["log", "talk", "form", "state", "pause"].map(at);
const field = () => at("words"); // looked up each time: wiping puts a new one in its place

let token = null, last = null, mode = "bot", name = "", busy = false, base = "", retry = null, unlink = null;
const shown = new Set();
const opening = [...log.children];
const care = careOf({ log, strip: at("strip"), text });

/** One quiet line below the conversation; an empty one gives way to what holds for longer. */
const tell = (line) => {
  const wanted = line || base;
  state.classList.toggle("writing", wanted === text.writing || wanted === text.person_writing);
  if (state.textContent !== wanted) state.textContent = wanted;
};

const wipe = () => {
  if (token) erase(token);
  token = last = retry = null;
  unlink?.();
  unlink = null;
  hush();
  shown.clear();
  care.show(null);
  log.replaceChildren();
  base = name = "";
  field().replaceWith(Object.assign(field().cloneNode(), { value: "" })); // the old one could undo
};
const leave = wayOut({ text, wipe, tell, begun: () => Boolean(last) });

// Sending

function send(body, label) {
  if (busy) return tell(text.wait_turn);
  retry?.box.remove();
  retry = null;
  const bubble = own(label, text);
  log.append(bubble);
  bubble.scrollIntoView({ block: "nearest" });
  return deliver({ id: newId(), ...body }, bubble);
}

async function deliver(sent, bubble) {
  busy = true;
  form.setAttribute("aria-busy", "true");
  const waiting = mode === "bot" && setTimeout(() => tell(text.writing), UNSEEN);
  const { status, body } = await post(sent);
  clearTimeout(waiting);
  busy = false;
  form.removeAttribute("aria-busy");
  tell("");
  if (!bubble.isConnected) return false; // ended meanwhile
  if (status === 200) {
    last = sent;
    quiet.heard();
    show(body, bubble);
  } else if (status === 401) over({ keep: true, unsent: sent.text });
  else failed(sent, bubble, status > 0 && status < 500 ? body?.error?.message : null);
  return status === 200;
}

/** Opens a session where there is none; one that fell silent before anything was said in it is replaced unseen. */
async function post(sent) {
  const known = Boolean(last);
  for (let attempt = 1; ; attempt += 1) {
    if (!token) {
      const { nation } = root.dataset;
      const { status, body } = await call("/api/sessions", { language: root.lang, ...(nation && { nation }) });
      if (status !== 201) return { status, body };
      token = body.token;
      quiet.heard(body.idle_seconds);
    }
    const answer = await call("/api/messages", sent, token, () => tell(navigator.onLine ? text.sending : text.offline));
    if (answer.status !== 401 || known || attempt === 2) return answer;
    token = null;
  }
}

function failed(sent, bubble, why) {
  const again = () => { if (!busy && retry) { retry.box.remove(); retry = null; deliver(sent, bubble); } };
  const box = note(why ?? (navigator.onLine ? text.not_sent : text.offline), button(text.retry, again));
  box.setAttribute("role", "alert");
  bubble.after(box);
  box.scrollIntoView({ block: "nearest" });
  retry = { box, again };
}
addEventListener("online", () => retry?.again());

const grow = () => { field().style.height = "auto"; field().style.height = `${field().scrollHeight + 3}px`; };
const write = (kept) => { field().value = kept; grow(); };

function offerParts(long) {
  const cut = parts(long, MOST);
  at("long")?.remove();
  const box = note(text.too_long.replace("{n}", long.length.toLocaleString(`${root.lang}-u-nu-latn`)), button(text.parts.replace("{n}", cut.length), async () => {
    box.remove();
    write("");
    while (cut.length && await send({ text: cut[0] }, cut[0])) cut.shift();
    cut.shift(); // what failed stands in the conversation and can be sent again from there
    if (cut.length) write(cut.join("\n"));
  }));
  box.id = "long";
  log.append(box);
  box.scrollIntoView({ block: "nearest" });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const choice = event.submitter?.name === "choice" ? event.submitter : null;
  if (choice?.value === "/leave_quickly") return leave();
  if (choice) return send({ choice: choice.value }, choice.textContent);
  const written = field().value.trim();
  if (!written) return field().focus();
  if (written.length > MOST) return offerParts(written);
  if (busy) return tell(text.wait_turn);
  if (text.leave_words.split("|").includes(written.toLowerCase().replace(/[.!]+$/, ""))) front(true);
  write("");
  send({ text: written }, written);
});
form.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(at("send"));
});
document.querySelector(".about").addEventListener("toggle", ({ target }) => { if (target.open) target.scrollIntoView({ block: "nearest" }); });
form.addEventListener("input", () => { at("long")?.remove(); grow(); });

// Showing

function show(reply, bubble) {
  if (reply.state === "ended") return over({ reply });
  const chosen = document.activeElement?.closest(".choices");
  for (const old of log.querySelectorAll(".choices, .helped")) old.remove();
  const notice = care.show(reply.care);
  const answers = reply.messages.map(add).filter(Boolean);
  const asked = reply.messages.find((one) => one.verdicts);
  if (asked) log.append(helped(asked, text, (verdict) => call("/api/feedback", verdict, token)));
  turn(reply.state);
  if (reply.degraded) tell(text.degraded);
  const watched = reply.care?.kinds.includes("being_watched");
  const wished = reply.messages.some((one) => one.topic === "leave_quickly");
  if (watched || wished) front(wished);
  else root.classList.remove("front");
  // The focus of a choice that is gone goes on to its answer.
  if (chosen) (notice ?? answers[0])?.focus({ preventScroll: true });
  const short = bubble && bubble.offsetHeight < innerHeight / 4;
  if (bubble) (notice ?? (short ? bubble : answers[0]))?.scrollIntoView({ block: "start" });
}

function add(one) {
  if (shown.has(one.id)) return null;
  shown.add(one.id);
  const box = message(one, text, name);
  tools(box, text, tell);
  log.append(box);
  if (one.choices?.length) log.append(choices(one.choices, one.lang));
  return box;
}

/** A person's message: shown where it comes, seen to if the visitor is at the end. */
function arrived(one) {
  const low = innerHeight + scrollY > document.body.scrollHeight - 160;
  const box = add(one);
  if (low) box?.scrollIntoView({ block: "start" });
}

/** Who answers now. */
async function turn(next, who) {
  if (mode !== "bot" && next === "bot") log.append(make("p", "turn", text.with_bot));
  mode = next;
  if (who) name = who;
  at("end").hidden = !last;
  base = { waiting: text.waiting, person: name ? text.with_name.replace("{name}", name) : text.with_person }[mode] ?? "";
  tell("");
  if (mode === "ended") return over();
  if (mode === "bot") { unlink?.(); unlink = null; return; }
  if (unlink) return;
  unlink = () => {};
  const { live } = await import("/static/chat/live.js");
  if (token && unlink) unlink = live(token, {
    message: (frame) => { quiet.heard(); tell(""); arrived(frame.message); news(); },
    state: (frame) => { quiet.heard(); turn(frame.state, frame.name); news(); },
    typing: ({ typing }) => tell(typing ? text.person_writing : ""),
    linked: (is) => tell(is ? "" : text.lost),
  });
}

/** Brings the way out to the front: large, and one Enter away when it was asked for. */
function front(wished) {
  root.classList.add("front");
  if (wished) { at("leave").focus(); tell(text.front); }
}

// Ending

/** `keep`: what was not sent goes back into the box. `reply`: its last words stay. Otherwise nothing does. */
function over({ keep = false, unsent = "", reply } = {}) {
  const draft = keep ? [unsent, field().value].filter(Boolean).join("\n") : "";
  wipe();
  root.classList.remove("front");
  at("end").hidden = true;
  mode = "bot";
  uncover();
  tell("");
  write(draft);
  form.hidden = !draft;
  const notice = care.show(reply?.care);
  reply?.messages.forEach(add);
  log.querySelector(".choices")?.remove();
  const box = note(draft ? text.ended_kept : text.ended, button(text.again, () => { log.replaceChildren(...opening); form.hidden = false; quiet.heard(1800); field().focus(); }));
  log.append(box);
  (notice ?? log).focus({ preventScroll: true });
  notice?.scrollIntoView({ block: "start", behavior: "instant" }); // nothing is left to glide along
}

at("end").addEventListener("click", () => {
  at("ask")?.remove();
  const box = note(text.end_ask, button(text.end_yes, () => over()), button(text.end_no, () => { box.remove(); field().focus(); }));
  box.id = "ask";
  log.append(box);
  box.scrollIntoView({ block: "nearest" });
  box.querySelector("button").focus({ preventScroll: true });
});

// Silence

const uncover = () => { talk.hidden = form.hidden = false; pause.hidden = true; pause.replaceChildren(); };
const cover = (...lines) => {
  talk.hidden = form.hidden = true;
  care.hide();
  pause.hidden = false;
  pause.replaceChildren(note(lines.join(" "), button(text.show, () => { uncover(); quiet.back(); field().focus(); })));
};
/** A person has come or writes while the chat is covered: said without showing a word of it. */
const news = () => { if (!pause.hidden) cover(text.hidden, base); };
const quiet = idle({
  cover: () => { hush(); cover(text.hidden); },
  warn: () => cover(text.hidden, text.soon),
  end: () => over(),
  // The message before, sent again with its id, changes nothing and tells the server that somebody is here.
  stay: async () => { if (token && last && (await call("/api/messages", last, token)).status === 401) over({ keep: true }); },
});

quiet.heard(1800);

// Inside another site: in its colour, and out of its way when asked

const hide = at("hide");
if (hide) {
  addEventListener("message", ({ source }) => { if (source === parent) hide.hidden = false; }); // a frame without embed.js can't be hidden
  hide.addEventListener("click", () => parent.postMessage({ chat: "hide" }, "*"));
}
if (root.dataset.colour) {
  root.style.setProperty("--fill", root.dataset.colour);
  root.style.setProperty("--on-fill", root.dataset.ink);
}
