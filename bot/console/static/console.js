// Small help on every page: keys, dialogs, a warning before the session ends. Pages work without it.
const body = document.body;
export const csrf = body.dataset.csrf;
const kept = (name, fallback) => localStorage.getItem(name) ?? fallback;

export const wanted = (name) => kept(name, name === "sound" ? "off" : "on") === "on";
export const typing = () => document.activeElement?.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

// Posts a form by its fields; resolves to the response. A lost session leads to the way in.
export async function post(url, fields = {}) {
  const response = await fetch(url, {
    method: "POST", body: new URLSearchParams({ csrf, ...fields }), headers: { Accept: "application/json" },
  });
  if (response.status === 401) location.assign("/sign-in");
  return response;
}

for (const button of document.querySelectorAll("[data-open]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.open).showModal());
}

for (const box of document.querySelectorAll("[data-alert]")) {
  box.checked = wanted(box.dataset.alert);
  box.addEventListener("change", () => localStorage.setItem(box.dataset.alert, box.checked ? "on" : "off"));
}

// A warning two minutes before the server signs someone out for being idle (WCAG 2.2.1).
const warn = document.getElementById("idle");
if (warn) {
  const before = Math.max(5, Number(body.dataset.idle) - 120) * 1000;
  let asked = setTimeout(ask, before);
  let gone;
  function ask() {
    warn.showModal();
    gone = setTimeout(() => location.assign("/sign-in"), 120_000);
  }
  warn.addEventListener("close", async () => {
    clearTimeout(gone);
    await post("/stay");
    asked = setTimeout(ask, before);
  });
  document.addEventListener("acted", () => {
    clearTimeout(asked);
    asked = setTimeout(ask, before);
  });
}

// Keys. A list is any element with data-list; what can be marked in it is a link with data-item.
const items = () => [...document.querySelectorAll("[data-item]")];
let waitingFor = "";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter" && document.activeElement?.form?.matches("[data-send]")) {
    document.activeElement.form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing() || !wanted("keys")) return;
  if (document.querySelector("dialog[open]")) return;
  const all = items();
  const at = all.indexOf(document.activeElement);
  const acts = {
    j: () => all[Math.min(at + 1, all.length - 1)]?.focus(),
    k: () => all[Math.max(at - 1, 0)]?.focus(),
    c: () => (document.activeElement.closest("[data-row]") ?? document).querySelector("[data-claim]")?.click(),
    r: () => document.querySelector("[data-send] textarea")?.focus(),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    "?": () => document.getElementById("help")?.showModal(),
    g: () => { waitingFor = "g"; },
    q: () => waitingFor === "g" && document.querySelector('nav a[href="/queue"]')?.click(),
  };
  const act = acts[event.key];
  if (!act) { waitingFor = ""; return; }
  event.preventDefault();
  act();
  if (event.key !== "g") waitingFor = "";
});
