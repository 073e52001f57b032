// Marks the sentence that is being read, and keeps it in view.
// A listener who scrolls away is left alone, until the sentence is in view again or they ask for it.
const SILENT = ".footnote-mark, .heading-link, .footnotes, [aria-hidden=true], svg";
const GLIDE = 1500; // milliseconds that a browser takes at most to scroll smoothly

class NarrationText extends HTMLElement {
  #shown = null; // the sentence
  #range = null;
  #gliding = 0; // until when the page scrolls by itself

  connectedCallback() {
    this.player = this.closest("article-player");
    this.button = this.querySelector("button");
    this.player.addEventListener("narration-time", () => this.#mark());
    this.player.addEventListener("narration", () => this.#change());
    this.player.addEventListener("narration-seek", () => (this.button.hidden = true));
    this.player.addEventListener("narration-gate", () => this.#showGate());
    this.button.addEventListener("click", () => this.#bring());
    for (const type of ["wheel", "touchmove"]) addEventListener(type, () => (this.#gliding = 0), { passive: true });
    addEventListener("scrollend", () => (this.#gliding = 0));
    addEventListener("scroll", () => Date.now() > this.#gliding && this.#look(), { passive: true });
    this.#change();
    if (this.player.said === "gate") this.#showGate(); // it was reached before this script came
  }

  // The words of a sentence, without what is silent in it.
  wordsOf({ element, from, to }) {
    const text = element ? [...this.textOf(element)].map(({ data }) => data).join("") : "";
    return (to ? text.slice(from, to) : text).replace(/\s+/g, " ").trim();
  }

  #change() {
    this.#mark();
    if (!this.player.isOpen) this.button.hidden = true;
  }

  #mark() {
    const sentence = this.player.isOpen ? this.player.sentence : null;
    if (sentence === this.#shown) return;
    const wasInView = !this.#shown || this.button.hidden;
    this.#shown = sentence;
    this.#range = sentence?.element ? this.rangeOf(sentence) : null;
    document.querySelector(".is-being-read")?.classList.remove("is-being-read");
    this.draw("narration", sentence?.to ? this.#range : null);
    if (this.#range && !(sentence.to && window.Highlight)) sentence.element.classList.add("is-being-read");
    if (this.#range && wasInView && this.player.choices.values.follow !== false) this.#follow();
  }

  // Draws a range as the stylesheet says of ::highlight(name), in a browser that can.
  draw(name, range) {
    if (!window.Highlight) return;
    if (range) CSS.highlights.set(name, new Highlight(range));
    else CSS.highlights.delete(name);
  }

  // The place of a sentence, whose offsets leave out silent elements. 0 and 0 are a whole block.
  rangeOf({ element, from, to }) {
    const range = document.createRange();
    range.selectNodeContents(element);
    if (!to) return range;
    let at = 0;
    for (const node of this.textOf(element)) {
      const end = at + node.length;
      if (at <= from && from < end) range.setStart(node, from - at);
      if (at < to && to <= end) range.setEnd(node, to - at);
      at = end;
    }
    return range;
  }

  // Its text nodes, without those of silent elements.
  *textOf(element) {
    const { SHOW_TEXT, SHOW_ELEMENT, FILTER_ACCEPT, FILTER_REJECT } = NodeFilter;
    const heard = (node) => (node.matches?.(SILENT) ? FILTER_REJECT : FILTER_ACCEPT);
    const walker = document.createTreeWalker(element, SHOW_TEXT | SHOW_ELEMENT, heard);
    while (walker.nextNode()) if (walker.currentNode.nodeType === Node.TEXT_NODE) yield walker.currentNode;
  }

  // The part of the window where a sentence is easy to read: below the top, above the reading bar.
  #isInView() {
    const { top, bottom } = this.#range.getBoundingClientRect();
    return top >= 0 && Math.min(bottom, top + 120) <= innerHeight - 64;
  }

  #follow() {
    const { top, bottom } = this.#range.getBoundingClientRect();
    if (top < 0.08 * innerHeight || Math.min(bottom, top + 0.5 * innerHeight) > 0.72 * innerHeight) this.#bring();
  }

  #bring() {
    this.button.hidden = true;
    this.#scroll(this.#range?.getBoundingClientRect(), 0.25);
  }

  // Scrolls until a box has its top at a share of the window's height. This isn't reading.
  #scroll(box, share) {
    if (!box) return;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#gliding = Date.now() + GLIDE;
    dispatchEvent(new Event("narration-scroll"));
    scrollTo({ top: scrollY + box.top - share * innerHeight, behavior: isCalm ? "instant" : "smooth" });
  }

  // The reading bar goes at the gate. Focus that was in it goes to the gate, and isn't lost.
  #showGate() {
    const gate = document.querySelector(".gate");
    this.#scroll(gate?.getBoundingClientRect(), 0.2);
    if (!gate || !document.activeElement.matches("body, .bar *")) return;
    gate.tabIndex = -1;
    gate.focus({ preventScroll: true });
  }

  #look() {
    if (this.#range) this.button.hidden = !this.player.isOpen || this.player.choices.values.follow === false || this.#isInView();
  }
}

customElements.define("narration-text", NarrationText);
