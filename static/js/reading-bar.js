// The bar with a reader's tools. It comes when the reader scrolls up and goes when they scroll down,
// and it never covers the gate. The keyboard always finds it.
// Without this script, the bar isn't there, and the page has its contents above the text.
const STEP = 8; // pixels that count as scrolling

class ReadingBar extends HTMLElement {
  #y = scrollY;
  #text = document.querySelector(".article .text");

  connectedCallback() {
    if (!("bar" in document.documentElement.dataset)) return;
    const gate = document.querySelector(".gate");
    if (gate) new IntersectionObserver(([{ isIntersecting }]) => this.toggleAttribute("data-gate", isIntersecting)).observe(gate);
    addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#count();
    this.querySelector("#bar-contents")?.addEventListener("beforetoggle", (event) => this.#list(event));
    this.querySelector("#bar-contents")?.addEventListener("click", ({ target, currentTarget }) => target.closest("a") && currentTarget.hidePopover());
    const form = this.querySelector("#bar-display");
    for (const name of ["size", "scheme", "face"]) form[name].value = document.documentElement.dataset[name] ?? "";
    form.addEventListener("change", () => this.#choose(new FormData(form)));
    this.hidden = false;
  }

  #scrolled() {
    const step = scrollY - this.#y;
    if (Math.abs(step) < STEP && scrollY > STEP) return;
    this.#y = scrollY;
    this.toggleAttribute("data-away", step > 0 && scrollY > STEP && !this.querySelector(":popover-open"));
    this.#count();
  }

  // The minutes that are left of the whole article. At the gate, they are the gate's own.
  #count() {
    const { top, height } = this.#text.getBoundingClientRect();
    const read = Math.min(1, Math.max(0, -top / Math.max(1, height - innerHeight)));
    const { minutes, rest } = this.dataset;
    const left = Math.round(Number(rest) + (minutes - rest) * (1 - read));
    this.querySelector(".bar-minutes").textContent = left;
    this.querySelector(".bar-left").hidden = left === 0;
  }

  // The contents above the text, with the current heading marked.
  #list({ newState, target }) {
    if (newState === "open") target.replaceChildren(document.querySelector(".toc ol").cloneNode(true));
  }

  // Stores what differs from the usual, and nothing if nothing does. display.js applies it.
  #choose(form) {
    const chosen = Object.fromEntries([...form].filter(([, value]) => value));
    try {
      if (Object.keys(chosen).length) localStorage.setItem("visning", JSON.stringify(chosen));
      else localStorage.removeItem("visning");
    } catch {
      return; // the browser keeps nothing for this site
    }
    dispatchEvent(new Event("storage"));
  }
}

customElements.define("reading-bar", ReadingBar);
