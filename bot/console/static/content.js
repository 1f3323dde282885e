// What is typed is checked and shown as the chat would show it; a job under way is looked at every second.
import { post } from "./console.js";

const form = document.querySelector("form[data-check]");
const preview = document.getElementById("preview");
if (form) {
  const notes = document.getElementById("notes");
  let wait;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(look, 400);
  });
  // Looked at as another visitor: what is typed stays, the preview changes.
  const as = document.getElementById("as");
  const read = document.getElementById("read");
  let chosen = "";
  as?.addEventListener("change", () => {
    chosen = `?${new URLSearchParams(new FormData(as))}`;
    look();
  });
  as?.addEventListener("submit", (event) => event.preventDefault());
  if (new URLSearchParams(location.search).has("role")) chosen = location.search;
  async function look() {
    const turn = ++asked;
    const answer = await post(form.dataset.check + chosen, Object.fromEntries(new FormData(form)));
    if (!answer.ok || turn !== asked) return;
    const seen = await answer.json();
    notes.replaceChildren(...seen.notes.map((note) => {
      const line = document.createElement("li");
      line.textContent = note.text;
      line.className = note.stops ? "stops" : "";
      return line;
    }));
    if (preview && seen.preview) preview.srcdoc = seen.preview;
    if (read) read.replaceChildren(...(seen.read ? ["They read another wording: ", link(seen.read)] : under(seen.under)));
  }
}

function under(label) {
  return label ? [`They read what stands under “${label}”.`] : [];
}

function link(item) {
  const way = document.createElement("a");
  way.href = `/content/item/${item.id}`;
  way.textContent = item.name;
  return way;
}

for (const button of document.querySelectorAll("[data-wide]")) {
  button.addEventListener("click", () => {
    preview.className = button.dataset.wide;
    for (const other of document.querySelectorAll("[data-wide]")) other.setAttribute("aria-pressed", String(other === button));
  });
}

const progress = () => document.getElementById("progress");
if (progress()?.dataset.state === "running") {
  const timer = setInterval(async () => {
    const answer = await fetch("/content/progress/part");
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("progress");
    progress().replaceWith(document.adoptNode(part));
    if (part.dataset.state !== "running") {
      clearInterval(timer);
      progress().setAttribute("tabindex", "-1");
      progress().focus();
    }
  }, 1000);
}
