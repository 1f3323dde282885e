// Turns replies into elements. Text is always text: nothing that was written can become markup.
const make = (tag, className, content) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (content !== undefined) element.textContent = content;
  return element;
};

const link = (href, label, className) => {
  const element = make("a", className, label);
  element.href = href;
  if (href.startsWith("http")) { element.rel = "noopener noreferrer"; element.target = "_blank"; }
  return element;
};

const dial = (number) => `tel:${number.replace(/[^\d+]/g, "")}`;

/** "SHOUT to 85258" becomes a text with the word already in it. */
const sms = (how) => {
  const [, word, number] = /^(?:(\S+) to )?([\d ]+)$/.exec(how) ?? [null, null, how];
  const digits = number.replace(/\D/g, "");
  return word ? `sms:${digits}?body=${encodeURIComponent(word)}` : `sms:${digits}`;
};

export function card(service, text) {
  const box = make("article", "card");
  box.append(make("h2", "", service.name), make("p", "for", service.for));
  const hours = make("p", `hours ${service.open === true ? "open" : service.open === false ? "shut" : ""}`, service.hours);
  if (service.cost) hours.append(` · ${service.cost}`);
  box.append(hours);
  const ways = make("p", "ways");
  if (service.phone) ways.append(link(dial(service.phone), `${text.call} ${service.phone}`, "way main"));
  if (service.text) ways.append(link(sms(service.text), `${text.text_to} ${service.text}`, "way"));
  if (service.webchat) ways.append(link(service.webchat, text.webchat, "way"));
  else if (service.url) ways.append(link(service.url, text.website, "way"));
  box.append(ways);
  if (service.note) box.append(make("p", "for", service.note));
  return box;
}

export function careBlock(care, text) {
  const title = make("h2", "", care.level === "emergency" ? text.care_emergency : text.care);
  title.id = "care-title";
  const lines = care.lines.map((line) => make("p", "", line));
  const [first] = care.services;
  if (care.level === "emergency" && first?.phone === "999") {
    const call = make("p", "ways");
    call.append(link(dial(first.phone), `${text.call} ${first.phone}`, "way main"));
    lines.splice(1, 0, call);
  }
  const cards = make("div", "cards");
  cards.append(...care.services.map((service) => card(service, text)));
  return [title, ...lines, cards];
}

export function message(one, text) {
  const box = make("article", `message ${one.from}`);
  box.append(make("p", "hidden", one.from === "person" ? text.person : text.service));
  for (const part of one.text.split(/\n\n+/)) box.append(make("p", "", part));
  if (one.services?.length) {
    const cards = make("div", "cards");
    cards.append(...one.services.map((service) => card(service, text)));
    box.append(cards);
  }
  return box;
}

export function own(words, text) {
  const box = make("article", "message own");
  box.append(make("p", "hidden", text.you), make("p", "", words));
  return box;
}

/** The choices of a reply, each once. */
export function choicesOf(messages) {
  const seen = new Map();
  for (const one of messages) for (const choice of one.choices ?? []) seen.set(choice.payload, choice);
  return [...seen.values()];
}
