// The keys «/» and Ctrl-K lead to the search from every page, and the suggestions are fetched when
// somebody enters a field. The keys can be turned off on /sok/, as WCAG 2.1.4 asks for.
const OFF = "sok-uten-taster";
const fields = () => [...document.querySelectorAll("site-search input[type=search]")];

function isOff() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false; // the browser keeps nothing for this site
  }
}

function isTyping({ target }) {
  return target.isContentEditable || target.matches("input, textarea, select");
}

addEventListener("keydown", (event) => {
  const isCombined = event.ctrlKey || event.metaKey;
  const isSlash = event.key === "/" && !isCombined && !event.altKey && !isTyping(event);
  const isK = event.key.toLowerCase() === "k" && isCombined && !event.altKey && !event.shiftKey;
  if (!(isSlash || isK) || event.defaultPrevented || isOff()) return;
  event.preventDefault();
  const field = fields().find((each) => each.checkVisibility?.() ?? each.offsetParent);
  if (!field) return document.querySelector(".search-way")?.click();
  field.focus();
  field.select();
});

for (const search of document.querySelectorAll("site-search")) {
  const load = () => import(search.dataset.module);
  if (search.contains(document.activeElement)) load();
  else search.addEventListener("focusin", load, { once: true });
}

class SearchShortcuts extends HTMLElement {
  connectedCallback() {
    const box = this.querySelector("input");
    box.checked = !isOff();
    box.addEventListener("change", () => {
      try {
        if (box.checked) localStorage.removeItem(OFF);
        else localStorage.setItem(OFF, "1");
      } catch {
        box.checked = true;
      }
    });
    this.hidden = false;
  }
}

customElements.define("search-shortcuts", SearchShortcuts);
