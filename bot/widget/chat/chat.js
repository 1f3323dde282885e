// The visitor's chat. Everything it knows lives in this module's variables and ends with the page.
import { wayOut } from "/static/exit/exit.js";
import { careBlock, message, own, choicesOf } from "/static/chat/view.js";

const text = JSON.parse(document.getElementById("text").textContent);
const at = (id) => document.getElementById(id);
const log = at("log"), care = at("care"), state = at("state"), form = at("form"), words = at("words");
const MOST = 4000;
const TRIES = 3;

let token = null;
let busy = false;
let idleAfter = 1800;
let idleTimer = 0;

const wipe = () => {
  if (token) navigator.sendBeacon("/api/sessions/end", new Blob([JSON.stringify({ token })], { type: "text/plain" }));
  token = null;
  words.value = "";
};
const leave = wayOut(wipe);

const say = (line) => { state.textContent = line; };
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** One call of the API; tries again on a lost network, with the same body, so nothing is doubled. */
async function call(path, body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      if (response.status < 500 || attempt >= TRIES) return { status: response.status, body: await response.json().catch(() => null) };
    } catch {
      if (attempt >= TRIES) return { status: 0, body: null };
    }
    await wait(600 * attempt);
  }
}

async function open() {
  say(text.loading);
  const { status, body } = await call("/api/sessions", {});
  say("");
  if (status !== 201) return failed(open);
  token = body.token;
  idleAfter = body.idle_seconds;
  show(body.reply);
  quiet();
}

function show(reply) {
  for (const old of log.querySelectorAll(".choices")) old.remove();
  care.hidden = !reply.care;
  care.replaceChildren(...(reply.care ? careBlock(reply.care, text) : []));
  care.classList.toggle("now", reply.care?.level === "emergency");
  if (reply.care) log.append(care); // the very next thing on screen, before the answer
  let first = null;
  for (const one of reply.messages) {
    const shown = message(one, text);
    first ??= shown;
    log.append(shown);
  }
  const buttons = choicesOf(reply.messages);
  if (buttons.length) log.append(row(buttons));
  (reply.care ? care : first)?.scrollIntoView({ block: reply.care ? "start" : "nearest" });
}

function row(buttons) {
  const list = document.createElement("div");
  list.className = "choices";
  for (const { title, payload } of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => {
      if (payload === "/leave_quickly") return leave();
      send({ choice: payload }, title);
    });
    list.append(button);
  }
  return list;
}

async function send(body, shown) {
  if (busy) return;
  busy = true;
  const sent = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, ...body };
  const bubble = own(shown, text);
  log.append(bubble);
  bubble.scrollIntoView({ block: "nearest" });
  await deliver(sent);
}

async function deliver(sent) {
  busy = true;
  form.setAttribute("aria-busy", "true");
  say(text.writing);
  const { status, body } = await call("/api/messages", sent);
  busy = false;
  form.removeAttribute("aria-busy");
  say("");
  if (status === 200) { show(body); quiet(); }
  else if (status === 401) ended();
  else failed(() => deliver(sent), body?.error?.message);
}

function failed(again, why) {
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = `${why ?? text.not_sent} `;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.retry;
  button.addEventListener("click", () => { note.remove(); again(); });
  note.append(button);
  log.append(note);
  note.scrollIntoView({ block: "nearest" });
}

function ended() {
  token = null;
  care.hidden = true;
  log.replaceChildren(care);
  words.value = "";
  const note = document.createElement("p");
  note.className = "note";
  note.textContent = `${text.ended} `;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.start_again;
  button.addEventListener("click", () => { note.remove(); open(); });
  note.append(button);
  log.append(note);
}

/** Warns two minutes before silence ends the chat, then clears the page. */
function quiet() {
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => {
    say(text.ended_soon);
    idleTimer = setTimeout(() => { wipe(); ended(); say(""); }, 120_000);
  }, Math.max(30_000, (idleAfter - 120) * 1000));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const written = words.value.trim();
  if (!written || busy) return;
  if (written.length > MOST) return say(text.too_long);
  words.value = "";
  grow();
  send({ text: written }, written);
});
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
const grow = () => { words.rows = Math.min(5, 1 + words.value.split("\n").length - 1 + Math.floor(words.value.length / 45)); };
words.addEventListener("input", () => { grow(); if (token) quiet(); });
addEventListener("pagehide", wipe);

open();
