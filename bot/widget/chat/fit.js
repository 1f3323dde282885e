// Fits the page to where it is: inside another site, in a site's colour, above an on-screen keyboard.

export function fit() {
  const { style, dataset } = document.documentElement;
  const hide = document.getElementById("hide");
  if (hide) {
    hide.hidden = false;
    hide.addEventListener("click", () => parent.postMessage({ chat: "hide" }, "*"));
  }
  if (dataset.colour) {
    const [r, g, b] = dataset.colour.match(/\w\w/g).map((part) => (parseInt(part, 16) / 255) ** 2.2);
    style.setProperty("--fill", dataset.colour);
    style.setProperty("--on-fill", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff");
  }
  // A keyboard or a pinch moves what is seen: the way out moves with it.
  const bar = document.querySelector(".bar");
  const view = window.visualViewport;
  const pin = () => {
    bar.style.width = view.scale > 1.01 ? `${view.width}px` : "";
    bar.style.transform = view.offsetTop || view.offsetLeft ? `translate(${view.offsetLeft}px, ${view.offsetTop}px)` : "";
  };
  view?.addEventListener("resize", pin);
  view?.addEventListener("scroll", pin);
}
