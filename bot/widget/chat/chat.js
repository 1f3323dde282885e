// The visitor's chat. All it knows lives in this module's variables and in the page, and ends with them.
import { wayOut } from "/static/exit/exit.js";
import { idle } from "/static/chat/idle.js";
import { call, erase, newId, parts } from "/static/chat/send.js";
import { button, careNotice, choices, link, make, message, note, own, ring } from "/static/chat/view.js";
import { hush, tools } from "/static/chat/tools.js";

const MOST = 4000;
const PATIENCE = 350; // milliseconds before waiting is shown: quick answers don't flicker
const root = document.documentElement;
const at = (id) => document.getElementById(id);
const text = JSON.parse(at("text").textContent);
const [log, main, form, words, state, strip, pause] = ["log", "main", "form", "words", "state", "strip", "pause"].map(at);

let token = null, last = null, role = null, mode = "bot", degraded = false, busy = false;
let base = "", careLine = "", retry = null, unlink = null;
const shown = new Set();

/** One quiet line below the conversation; an empty one gives way to what holds for longer. */
const tell = (line) => {
  const wanted = line || base;
  state.classList.toggle("writing", wanted === text.writing || wanted === text.person_writing);
  if (state.textContent !== wanted) state.textContent = wanted;
};

const wipe = () => {
  if (token) erase(token);
  token = last = role = retry = null;
  unlink?.();
  unlink = null;
  hush();
  shown.clear();
  log.replaceChildren();
  strip.replaceChildren();
  at("plan-box")?.remove();
  words.value = careLine = base = "";
};
const leave = wayOut({ text, wipe, tell, begun: () => Boolean(last) });

// Opening

async function start(show_) {
  const { nation } = root.dataset;
  const { status, body } = await call("/api/sessions", { language: root.lang, ...(nation && { nation }) });
  if (status !== 201) return status || -1;
  token = body.token;
  quiet.heard(body.idle_seconds);
  if (show_) show(body.reply);
  return 0;
}

async function open() {
  const waiting = setTimeout(() => tell(text.writing), PATIENCE);
  const failed = await start(true);
  clearTimeout(waiting);
  tell("");
  if (failed) log.append(note(text.no_start, link("tel:999", `${text.call} 999`, "way main"), button(text.retry, (made) => { made.closest(".note").remove(); open(); })));
}

// Sending

function send(body, label) {
  if (busy) return tell(text.wait_turn);
  retry?.note.remove();
  retry = null;
  const bubble = own(label, text);
  log.append(bubble);
  bubble.scrollIntoView({ block: "nearest" });
  return deliver({ id: newId(), ...body }, bubble);
}

async function deliver(sent, bubble) {
  busy = true;
  form.setAttribute("aria-busy", "true");
  const waiting = mode === "bot" && setTimeout(() => tell(text.writing), PATIENCE);
  let status = 0, body = null;
  const known = Boolean(last);
  for (const attempt of [1, 2]) {
    status = token ? 0 : await start(false);
    if (!status) ({ status, body } = await call("/api/messages", sent, token, () => tell(navigator.onLine ? text.sending : text.offline)));
    // Nothing was said in the session that fell silent: a new one serves as well.
    if (status !== 401 || known || attempt === 2) break;
    token = null;
  }
  clearTimeout(waiting);
  busy = false;
  form.removeAttribute("aria-busy");
  tell("");
  if (status === 200) {
    last = sent;
    quiet.heard();
    show(body, bubble);
    return true;
  }
  if (status === 401) over(sent.text);
  else if (status === 413) { bubble.remove(); putBack(sent.text); tell(body?.error?.message ?? tooLong(sent.text)); }
  else failed(sent, bubble, status > 0 && status < 500 ? body?.error?.message : null);
  return false;
}

function failed(sent, bubble, why) {
  const again = () => { if (!busy) { retry?.note.remove(); retry = null; deliver(sent, bubble); } };
  const box = note(why ?? (navigator.onLine ? text.not_sent : text.offline), button(text.retry, again));
  box.setAttribute("role", "alert");
  bubble.after(box);
  box.scrollIntoView({ block: "nearest" });
  retry = { note: box, again };
}
addEventListener("online", () => retry?.again());

const tooLong = (long) => text.too_long.replace("{n}", long.length.toLocaleString(root.lang));
const putBack = (kept) => { if (kept) words.value = [kept, words.value].filter(Boolean).join("\n"); grow(); };

function offerParts(long) {
  const cut = parts(long, MOST);
  at("long")?.remove();
  const box = note(tooLong(long), button(text.parts.replace("{n}", cut.length), async () => {
    box.remove();
    words.value = "";
    grow();
    while (cut.length && await send({ text: cut[0] }, cut[0])) cut.shift();
    cut.shift(); // what failed stands in the conversation and can be sent again from there
    putBack(cut.join("\n"));
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
  const written = words.value.trim();
  if (!written) return words.focus();
  if (written.length > MOST) return offerParts(written);
  if (busy) return tell(text.wait_turn);
  if (text.leave_words.split("|").includes(written.toLowerCase().replace(/[.!]+$/, ""))) front(true);
  words.value = "";
  grow();
  send({ text: written }, written);
});
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(at("send")); }
});
const grow = () => { words.style.height = "auto"; words.style.height = `${words.scrollHeight + 3}px`; };
words.addEventListener("input", () => { at("long")?.remove(); grow(); });

// Showing

function show(reply, bubble) {
  const lost = document.activeElement?.closest(".choices");
  const low = innerHeight + scrollY > document.body.scrollHeight - 120;
  for (const old of log.querySelectorAll(".choices")) old.remove();
  if (bubble || reply.care) showCare(reply.care); // a person's message alone does not lift a notice
  let first = null;
  for (const one of reply.messages) {
    if (shown.has(one.id)) continue;
    shown.add(one.id);
    const box = message(one, text, answersIn(reply));
    if (bubble || one.from === "person") tools(box, text, tell);
    first ??= box;
    log.append(box);
    if (one.choices?.length) log.append(choices(one.choices));
  }
  role = reply.role ?? role;
  turn(reply);
  const watched = reply.care?.kinds.includes("being_watched");
  const wished = reply.messages.some((one) => one.topic === "leave_quickly");
  if (watched || wished) front(wished);
  else root.classList.remove("front");
  if (lost) (at("care") ?? first)?.focus({ preventScroll: true });
  const short = bubble && bubble.offsetHeight < innerHeight / 4;
  if (bubble || low) (at("care") ?? (short ? bubble : first))?.scrollIntoView({ block: "start" });
}

// Answers come in English where a language has none of its own.
const answersIn = (reply) => { const language = reply.language ?? "en"; return language === root.lang ? "" : language; };

const sight = new IntersectionObserver(([{ isIntersecting }]) => { strip.hidden = isIntersecting || !at("care"); }, { rootMargin: "-64px 0px 0px" });

function showCare(care) {
  at("care")?.remove();
  sight.disconnect();
  strip.hidden = true;
  if (!care) { careLine = ""; return; }
  const box = careNotice(care, text);
  const line = care.lines.join();
  if (line !== careLine) box.setAttribute("role", "alert");
  careLine = line;
  log.append(box);
  const number = care.services[0]?.phone;
  strip.className = `strip ${care.level}`;
  strip.replaceChildren(...(care.level === "emergency" && number ? [ring(number, text, "way main")] : []),
    button(text.care, () => { box.scrollIntoView({ block: "start" }); box.focus({ preventScroll: true }); }, "quiet"));
  sight.observe(box.children[2] ?? box); // the number itself, or the first lines
}

/** Who answers now, and whether all of the service is there. */
async function turn(reply) {
  at("plan").hidden = role !== "victim";
  if (role !== "victim") at("plan-box")?.remove();
  at("end").hidden = !last;
  if (mode !== "bot" && reply.state === "bot") log.append(make("p", "turn", text.with_bot));
  degraded = reply.degraded;
  mode = reply.state;
  base = { waiting: text.waiting, person: text.with_person }[mode] ?? (degraded ? text.degraded : "");
  tell("");
  if (mode === "ended") return over();
  if (mode === "bot") { unlink?.(); unlink = null; return; }
  if (unlink) return;
  unlink = () => {};
  const { live } = await import("/static/chat/live.js");
  if (!token) return;
  unlink = live(token, {
    reply: (event) => {
      quiet.heard();
      if (event.typing) return tell(text.person_writing);
      if (event.messages || event.state) show({ messages: [], state: mode, role, degraded, ...event });
    },
    linked: (is) => tell(is ? "" : text.lost),
  });
}

/** Brings the way out to the front: large, and one Enter away when it was asked for. */
function front(wished) {
  root.classList.add("front");
  if (wished) { at("leave").focus(); tell(text.front); }
}

// Ending

function over(kept) {
  wipe();
  at("end").hidden = at("plan").hidden = true;
  mode = "bot";
  uncover();
  tell("");
  putBack(kept);
  form.hidden = !words.value;
  log.append(note(words.value ? text.ended_kept : text.ended, button(text.again, () => { log.replaceChildren(); form.hidden = false; open(); })));
  log.focus({ preventScroll: true });
}

at("end").addEventListener("click", () => {
  at("ask")?.remove();
  const box = note(text.end_ask, button(text.end_yes, () => over()), button(text.end_no, () => { box.remove(); words.focus(); }));
  box.id = "ask";
  log.append(box);
  box.scrollIntoView({ block: "nearest" });
  box.querySelector("button").focus({ preventScroll: true });
});

at("plan").addEventListener("click", async () => {
  try {
    const { plan } = await import("/static/plan/plan.js");
    await plan({ host: log, text, tell });
  } catch { tell(text.offline); }
});

// Silence

const uncover = () => { main.hidden = form.hidden = false; pause.hidden = true; pause.replaceChildren(); };
const covered = (...lines) => {
  main.hidden = form.hidden = strip.hidden = true;
  pause.hidden = false;
  pause.replaceChildren(note(lines.join(" "), button(text.show, () => { uncover(); quiet.back(); words.focus(); })));
};
const quiet = idle({
  cover: () => { hush(); covered(text.hidden); },
  warn: () => covered(text.hidden, text.soon),
  end: () => over(),
  // The message before, sent again with its id, changes nothing and tells the server that somebody is here.
  stay: async () => { if (token && last && (await call("/api/messages", last, token)).status === 401) over(words.value); },
});

// Around

if ("frame" in root.dataset) {
  at("hide").hidden = false;
  at("hide").addEventListener("click", () => parent.postMessage({ chat: "hide" }, "*"));
}
if (root.dataset.colour) {
  const [r, g, b] = root.dataset.colour.match(/\w\w/g).map((part) => (parseInt(part, 16) / 255) ** 2.2);
  root.style.setProperty("--fill", root.dataset.colour);
  root.style.setProperty("--on-fill", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff");
}
// An on-screen keyboard or a pinch moves what is seen: the way out moves with it.
const bar = document.querySelector(".bar");
const view = window.visualViewport;
const pin = () => {
  bar.style.width = view.scale > 1.01 ? `${view.width}px` : "";
  bar.style.transform = view.offsetTop || view.offsetLeft ? `translate(${view.offsetLeft}px, ${view.offsetTop}px)` : "";
};
view?.addEventListener("resize", pin);
view?.addEventListener("scroll", pin);

quiet.heard(1800);
if (!log.firstElementChild) open();
