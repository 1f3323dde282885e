// Keeps the queue, the team and an open chat true while they are looked at. Without it, pages are read again by hand.
import { post, wanted } from "/static/console.js";

const BEAT = 8000;
const list = document.querySelector("[data-live]");
const talk = document.querySelector("[data-chat]");
const plainTitle = document.title;
let unread = 0;
const counted = (name) => Number(document.querySelector("[data-waiting]")?.dataset[name] ?? 0);
let waitingBefore = counted("waiting");
let pressingBefore = counted("pressing");

function soften(text) {
  const found = new DOMParser().parseFromString(text, "text/html");
  return found.body;
}

const GONE = "gone";
let behind = false; // something could not be read: it is read again with the next beat
async function fragment(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, redirect: "error" }).catch(() => null);
  if (response?.status === 401) location.assign("/sign-in");
  if (response?.status === 404) return GONE;
  const text = response?.ok ? await response.text().catch(() => null) : null;
  if (text === null) behind = true;
  return text === null ? null : soften(text);
}

// Two soft tones, made here: nothing is fetched.
function sound() {
  if (!wanted("sound")) return;
  const audio = new AudioContext();
  for (const [at, pitch] of [[0, 523], [0.18, 659]]) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, audio.currentTime + at);
    loud.gain.linearRampToValueAtTime(0.12, audio.currentTime + at + 0.03);
    loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.4);
    tone.connect(loud).connect(audio.destination);
    tone.start(audio.currentTime + at);
    tone.stop(audio.currentTime + at + 0.45);
  }
  setTimeout(() => audio.close(), 1000);
}

function tell() {
  sound();
  if (!document.hidden || !wanted("title")) return;
  unread += 1;
  document.title = `(${unread}) ${plainTitle}`;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = plainTitle;
});

async function readList() {
  const fresh = await fragment(list.dataset.live);
  if (!fresh || fresh === GONE) return;
  const held = document.activeElement?.closest("form")?.action ?? document.activeElement?.href;
  if (list.querySelector("details[open]")) return;
  list.replaceChildren(...fresh.childNodes);
  if (held) {
    const again = [...list.querySelectorAll("[data-item]")].find((one) => (one.closest("form")?.action ?? one.href) === held);
    again?.focus();
  }
  // One more who waits, or one who waits and now is in danger.
  if (counted("waiting") > waitingBefore || counted("pressing") > pressingBefore) tell();
  waitingBefore = counted("waiting");
  pressingBefore = counted("pressing");
}

let reading = Promise.resolve();
const log = talk?.querySelector(".log");
function readTalk() {
  reading = reading.then(async () => {
    const fresh = await fragment(`/chats/${talk.dataset.chat}/said?after=${log.dataset.said}`);
    if (!fresh) return;
    if (fresh === GONE) {
      elsewhere();
      return;
    }
    const low = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    log.querySelector("[data-state]")?.remove();
    for (const one of fresh.querySelectorAll("li.said")) {
      if (one.dataset.seq) {
        if (Number(one.dataset.seq) <= Number(log.dataset.said)) continue;
        log.dataset.said = one.dataset.seq;
        one.classList.add("arrived");
        if (one.classList.contains("visitor")) tell();
      }
      log.append(one);
    }
    if (low) log.scrollTop = log.scrollHeight;
    const state = log.querySelector("[data-state]")?.dataset.state;
    if (state && talk.dataset.own === "yes") {
      talk.querySelector("[data-send]")?.remove();
      document.querySelector("[data-close]")?.setAttribute("open", "");
    }
  });
  return reading;
}

// Passed on, taken over, or back in the queue: nothing that is pressed here would reach anyone.
function elsewhere() {
  if (talk.dataset.own !== "yes") return;
  talk.dataset.own = "";
  const line = document.createElement("li");
  line.className = "said service gone";
  line.textContent = "You don't have this chat any more. A colleague has it, or it is back in the queue.";
  log.append(line);
  log.scrollTop = log.scrollHeight;
  typingLine.textContent = "";
  talk.querySelector("[data-send] .row")?.remove();
  const box = talk.querySelector("[data-send] textarea");
  if (box) box.readOnly = true;
  const back = document.createElement("a");
  back.href = "/queue";
  back.className = "button main";
  back.textContent = "Back to the queue";
  document.querySelector(".tools").replaceChildren(back);
}

const readAll = () => Promise.all([list && readList(), talk && readTalk()]);

if (talk) log.scrollTop = log.scrollHeight;

// The page says every few seconds that it is open; a laptop that was closed says nothing, and the visitor goes back.
// What was chosen last in one tab holds in all; a page that shows it knows best.
const typingLine = document.querySelector("[data-typing]");
const shownDuty = list?.dataset.duty || talk?.dataset.duty;
if (shownDuty) localStorage.setItem("duty", shownDuty);
window.addEventListener("storage", (event) => {
  if (event.key === "duty" && list?.dataset.duty && event.newValue !== list.dataset.duty) location.reload();
});
let beaten = 0;
async function beat() {
  if (Date.now() - beaten < BEAT / 2) return;
  beaten = Date.now();
  const duty = localStorage.getItem("duty") ?? "";
  const response = await post("/beat", { duty, chat: talk?.dataset.chat ?? "" }).catch(() => null);
  document.body.classList.toggle("lost", !response?.ok);
  if (!response?.ok) {
    if (typingLine) {
      typingLine.textContent = "The console can't be reached just now. What you wrote stays here.";
      typingLine.dataset.lost = "yes";
    }
    return;
  }
  const told = await response.json();
  if (typingLine?.dataset.lost) { typingLine.textContent = ""; delete typingLine.dataset.lost; }
  if (talk?.dataset.own === "yes" && !told.mine) readTalk();
  if (behind || events?.readyState !== EventSource.OPEN) {
    behind = false;
    await readAll();
  }
}

let events = null;
if (list || talk) {
  events = new EventSource(talk ? `/live?chat=${talk.dataset.chat}` : "/live");
  events.addEventListener("changed", (event) => {
    if (list) readList();
    if (talk && (event.data === talk.dataset.chat || event.data === "")) {
      typingLine.textContent = "";
      readTalk();
    }
  });
  let quiet;
  events.addEventListener("typing", () => {
    if (!typingLine) return;
    typingLine.textContent = "The visitor is writing…";
    clearTimeout(quiet);
    quiet = setTimeout(() => { typingLine.textContent = ""; }, 6000);
  });
  events.addEventListener("lost", () => { if (typingLine) typingLine.textContent = "The visitor's page can't be reached just now."; });
  events.addEventListener("back", () => { if (typingLine) typingLine.textContent = ""; });
  events.addEventListener("ended", () => location.assign("/sign-in"));
  for (const name of ["still", "changed", "typing", "lost", "back"]) events.addEventListener(name, beat);
}
if ("beat" in document.body.dataset) {
  beat();
  setInterval(beat, BEAT);
}

// Writing in a chat.
const form = document.querySelector("[data-send]");
if (form) {
  const box = form.elements.text;
  let told = 0;
  box.addEventListener("input", () => {
    if (Date.now() - told < 3000 || !box.value.trim()) return;
    told = Date.now();
    document.dispatchEvent(new Event("acted"));
    post(`/chats/${talk.dataset.chat}/typing`).catch(() => null);
  });
  form.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-reply]");
    if (!chosen) return;
    event.preventDefault();
    box.value = [box.value.trim(), chosen.dataset.reply].filter(Boolean).join("\n");
    form.querySelector("details").open = false;
    box.focus();
    const blank = box.value.search(/\[/);
    if (blank >= 0) box.setSelectionRange(blank, box.value.indexOf("]", blank) + 1);
  });
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "reply") return;
    event.preventDefault();
    if (!box.value.trim()) return;
    const response = await post(form.action, { text: box.value, message_id: form.elements.message_id.value }).catch(() => null);
    document.dispatchEvent(new Event("acted"));
    if (response?.ok) {
      box.value = "";
      form.elements.message_id.value = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
      await readTalk();
      log.scrollTop = log.scrollHeight;
    } else {
      const problem = response ? (await response.json()).error.message : "The console can't be reached. It is still in the box: send it again.";
      typingLine.textContent = problem;
      if (response?.status === 409) readTalk();
    }
  });
}

const finder = document.querySelector("[data-services]");
finder?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = event.submitter?.name === "service";
  const fields = chosen
    ? { service: event.submitter.value, message_id: `${event.submitter.value}-${Date.now()}` }
    : { words: finder.elements.words.value };
  const response = await post(chosen ? event.submitter.formAction : finder.action, fields).catch(() => null);
  if (!response?.ok) {
    typingLine.textContent = chosen ? "The service was not sent. Try once more." : "Services can't be looked up just now.";
    return;
  }
  if (chosen) await readTalk();
  else finder.querySelector("[data-finds]").replaceChildren(...soften(await response.text()).childNodes);
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".replies[open]")) if (!open.contains(event.target)) open.open = false;
});
