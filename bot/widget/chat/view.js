// Draws replies. Text is always text: nothing that was written can become markup.
export const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
};

export const button = (label, press, className = "") => {
  const made = make("button", className, label);
  made.type = "button";
  made.addEventListener("click", () => press(made));
  return made;
};

export const note = (words, ...buttons) => make("div", "note", make("p", "", words), make("p", "ways", ...buttons));

/** Answers and records that name no language are in English. */
const spoken = (box, lang = "en") => Object.assign(box, { lang });

const digits = (number) => number.replace(/[^\d+]/g, "");
const tel = (number) => `tel:${digits(number)}`;

/** "SHOUT to 85258" starts a text with its word in it already. */
const sms = (how) => {
  const [, word, number] = /^(?:(\S+) to )?([\d ]+)$/.exec(how) ?? [, , how];
  return `sms:${digits(number)}${word ? `?body=${encodeURIComponent(word)}` : ""}`;
};

const link = (href, label, className = "way") => {
  const made = make("a", className, label);
  // Only these may be followed, whatever a record says.
  if (/^(tel:|sms:|https:\/\/)/.test(href)) made.href = href;
  if (href.startsWith("http")) { made.rel = "noopener noreferrer"; made.target = "_blank"; }
  return made;
};

const ring = (number, text, className) => link(tel(number), `${text.call} ${number}`, className);

/** Words with the phone numbers in them ready to ring. */
const dialled = (words) => words.split(/(\b0\d[\d ]{7,11}\d\b)/).map((part, at) => at % 2 ? link(tel(part), part, "inline") : part);

const card = (service, text, heading) => {
  const box = make(heading === "summary" ? "details" : "article", "card", make(heading, "", service.name), make("p", "for", `${text.for} ${service.for}`),
    make("p", `hours${{ true: " open", false: " shut" }[service.open] ?? ""}`, service.hours));
  if (service.cost) box.append(make("p", "cost", service.cost));
  const ways = make("p", "ways");
  if (service.phone) ways.append(ring(service.phone, text, "way main"));
  if (service.text) ways.append(link(sms(service.text), `${text.sms} ${service.text}`));
  if (service.webchat) ways.append(link(service.webchat, text.webchat));
  if (service.url && service.url !== service.webchat) ways.append(link(service.url, text.website));
  // A screen reader hears which service a link belongs to.
  for (const way of ways.children) way.setAttribute("aria-label", `${way.textContent}, ${service.name}`);
  if (ways.firstChild) box.append(ways);
  if (service.note) box.append(make("p", "for", ...dialled(service.note)));
  return box;
};

/** `heading`: h2 in a message, h3 under the heading of a care notice, summary where the rest is folded away. */
const cards = (services, text, heading) => services?.length ? [spoken(make("div", "cards", ...services.map((one) => card(one, text, heading))))] : [];

const LISTS = [["ol", /^\d+[.)] +/], ["ul", /^[-•] +/]];

/** Paragraphs and lists: blank lines part them, lines that begin with "1. " or "- " make a list. */
const prose = (words) => words.trim().split(/\n[ \t]*\n\s*/).flatMap((part) => {
  const found = [];
  for (const line of part.split("\n")) {
    const [kind, mark] = LISTS.find(([, mark]) => mark.test(line)) ?? ["p"];
    let last = found.at(-1);
    if (last?.localName !== kind) found.push(last = make(kind));
    if (mark) last.append(make("li", "", line.replace(mark, "")));
    else last.append(last.firstChild ? "\n" : "", line);
  }
  return found;
});

export const message = (one, text, name) => {
  const from = one.from === "person" ? "person" : "service";
  const who = from === "person" && name ? name : text[from];
  const box = make("article", `message ${from}`, make("p", "who", who), make("div", "said", ...prose(one.text)), ...cards(one.services, text, "h2"));
  box.tabIndex = -1;
  box.setAttribute("aria-label", who);
  return from === "service" ? spoken(box, one.lang) : box;
};

export const own = (words, text) => {
  const box = make("article", "message own", make("p", "who", text.you), make("div", "said", ...prose(words)));
  box.setAttribute("aria-label", text.you);
  return box;
};

export const choices = (offered, lang) => {
  const row = spoken(make("div", `choices${offered[0].payload.startsWith("/door") ? " doors" : ""}`), lang);
  for (const { title, payload } of offered) {
    const made = make("button", "", title);
    Object.assign(made, { name: "choice", value: payload });
    made.setAttribute("form", "form");
    row.append(made);
  }
  return row;
};

/** "Did this help?": one press and no words. */
export const helped = ({ topic, verdicts }, text, judge) => {
  const row = make("p", "helped tools for", text.helped, ...verdicts.map((verdict) => button(text[`helped_${verdict}`], () => {
    judge({ topic, verdict });
    row.textContent = text.helped_thanks;
    row.focus();
  }, "quiet")));
  row.tabIndex = -1;
  return row;
};

// Danger

const notice = (care, text) => {
  const urgent = care.level === "emergency";
  const title = make("h2", "", urgent ? text.care_emergency : text.care);
  title.id = "care-title";
  title.lang = document.documentElement.lang;
  const lines = care.lines.map((line, at) => spoken(make("p", "", line), care.langs?.[at]));
  const boxes = cards(care.services, text, "h3");
  const [{ phone, ...first } = {}] = care.services;
  if (urgent && phone) {
    lines.splice(1, 0, make("p", "ways", ring(phone, text, "way main")));
    boxes[0].firstChild.replaceWith(card(first, text, "summary")); // its number stands large above, the lines say the rest
  }
  const box = spoken(make("section", `care ${care.level}${care.again ? " again" : ""}`, title, ...lines, ...boxes));
  box.id = "care";
  box.tabIndex = -1;
  box.setAttribute("aria-labelledby", "care-title");
  return box;
};

/** The care notice: in the conversation, and as a strip below the way out while it is out of sight.
 *  `show` puts up the notice of a reply, or takes it down; `hide` hides the strip until the notice is seen again. */
export function careOf({ log, strip, text }) {
  let box = null, said = "";
  const sight = new IntersectionObserver(([{ isIntersecting }]) => { strip.hidden = isIntersecting || !box; }, { rootMargin: "-64px 0px -72px" });

  return {
    show(care) {
      box?.remove();
      box = null;
      sight.disconnect();
      strip.hidden = true;
      strip.replaceChildren();
      const lines = care?.lines.join() ?? "";
      const news = lines !== said;
      said = lines;
      if (!care) return null;
      box = notice(care, text);
      if (news) box.setAttribute("role", "alert");
      log.append(box);
      const number = care.level === "emergency" && care.services[0]?.phone;
      strip.className = `strip ${care.level}`;
      strip.append(...(number ? [ring(number, text, "way main")] : []),
        button(text.care, () => { box.scrollIntoView({ block: "start" }); box.focus({ preventScroll: true }); }, "quiet"));
      sight.observe(box.children[number ? 2 : 1] ?? box); // the number itself, or the first line
      return box;
    },
    hide() { strip.hidden = true; },
  };
}

// Tools

/** A voice that lives on the device. Other voices send the words to somebody's server. */
const voice = (language) => window.speechSynthesis?.getVoices().find((one) => one.localService && one.lang.startsWith(language));

voice(""); // some browsers load their voices when first asked

export const hush = () => window.speechSynthesis?.cancel();

/** What a visitor can do with an answer: copy it, have it read aloud. */
export function tools(box, text, tell) {
  const words = () => [...box.querySelectorAll("p:not(.who, .tools, .ways), h2, li, .way")].map((part) => part.textContent).join("\n");
  const row = make("p", "tools");
  row.setAttribute("aria-live", "off"); // new answers are read out, their buttons are not
  row.append(button(text.copy, async () => {
    try { await navigator.clipboard.writeText(words()); tell(text.copied); } catch { tell(text.not_copied); }
  }, "quiet"));
  const language = box.lang || document.documentElement.lang;
  if (voice(language)) row.append(button(text.read, (made) => {
    const done = () => { made.textContent = text.read; };
    const reading = made.textContent === text.stop;
    hush();
    if (reading) return done();
    const said = new SpeechSynthesisUtterance(words());
    Object.assign(said, { voice: voice(language), lang: language, onend: done, onerror: done }); // stopping is an error to some
    made.textContent = text.stop;
    speechSynthesis.speak(said);
  }, "quiet"));
  box.append(row);
}
