// What a visitor can do with an answer: copy it, have it read aloud.
import { button } from "/static/chat/view.js";

/** A voice that lives on the device. Other voices send the words to somebody's server. */
const voice = (language) => window.speechSynthesis?.getVoices().find((one) => one.localService && one.lang.startsWith(language));

voice(""); // some browsers load their voices when first asked

export const hush = () => window.speechSynthesis?.cancel();

export function tools(box, text, tell) {
  const words = () => [...box.querySelectorAll("p:not(.who, .tools, .ways), h2, li, .way")].map((part) => part.textContent).join("\n");
  const row = document.createElement("p");
  row.className = "tools";
  row.setAttribute("aria-live", "off"); // new answers are read out, their buttons are not
  row.append(button(text.copy, async () => {
    try { await navigator.clipboard.writeText(words()); tell(text.copied); } catch { tell(text.not_copied); }
  }, "quiet"));
  const language = (box.lang || document.documentElement.lang).slice(0, 2);
  if (voice(language)) row.append(button(text.read, (made) => {
    const reading = made.textContent === text.stop;
    hush();
    if (reading) return;
    const said = new SpeechSynthesisUtterance(words());
    Object.assign(said, { voice: voice(language), lang: language, onend: () => { made.textContent = text.read; } });
    made.textContent = text.stop;
    speechSynthesis.speak(said);
  }, "quiet"));
  box.append(row);
}
