// The care notice: in the conversation, and as a strip below the way out while the notice is out of sight.
import { button, cards, make, ring } from "/static/chat/view.js";

const notice = (care, text) => {
  const urgent = care.level === "emergency";
  const title = make("h2", "", urgent ? text.care_emergency : text.care);
  title.id = "care-title";
  const lines = care.lines.map((line) => make("p", "", line));
  let services = care.services;
  const [{ phone, ...first } = {}, ...others] = services;
  if (urgent && phone) {
    lines.splice(1, 0, make("p", "ways", ring(phone, text, "way main")));
    services = [first, ...others]; // its number stands large above
  }
  const box = make("section", `care ${care.level}`, title, ...lines, ...cards(services, text, "h3"));
  box.id = "care";
  box.tabIndex = -1;
  box.setAttribute("aria-labelledby", "care-title");
  return box;
};

/** `show` puts up the notice of a reply, or takes it down; `hide` hides the strip until the notice is seen again. */
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
      sight.observe(box.children[2] ?? box); // the number itself, or the first lines
      return box;
    },
    hide() { strip.hidden = true; },
  };
}
