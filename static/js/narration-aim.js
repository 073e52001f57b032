// While the player is open, a click on a sentence reads from there. The mouse is shown which one.
const OWN = "a, button, input, label, summary, select, textarea, [popover]"; // a press on them is theirs

class NarrationAim extends HTMLElement {
  #aimed = null;

  connectedCallback() {
    this.player = this.closest("article-player");
    this.text = this.player.querySelector("narration-text");
    this.article = document.querySelector(".article");
    this.article.addEventListener("click", (event) => this.#click(event));
    this.article.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#aim(event.buttons ? null : this.#at(event)));
    this.article.addEventListener("pointerleave", () => this.#aim(null));
    this.player.addEventListener("narration", () => this.player.isOpen || this.#aim(null));
  }

  // The sentence at a point of the window.
  #at({ clientX, clientY, target }) {
    if (!this.player.isOpen || target.closest(OWN)) return null;
    const spot = document.caretPositionFromPoint?.(clientX, clientY) ?? document.caretRangeFromPoint?.(clientX, clientY);
    const node = spot?.offsetNode ?? spot?.startContainer;
    const offset = spot?.offset ?? spot?.startOffset;
    return this.player.sentences.findLast(({ element, from, to }) => {
      if (!element?.contains(target)) return false;
      if (!to) return true;
      let at = 0;
      for (const text of this.text.textOf(element)) {
        if (text === node) return from <= at + offset && at + offset <= to;
        at += text.length;
      }
      return false;
    });
  }

  #click(event) {
    const { button, detail, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (button || detail > 1 || ctrlKey || metaKey || shiftKey || altKey || !getSelection().isCollapsed) return;
    const sentence = this.#at(event);
    if (sentence) this.player.play(sentence.start);
  }

  #aim(sentence) {
    if (sentence === this.#aimed) return;
    this.#aimed = sentence;
    this.article.toggleAttribute("data-aim", Boolean(sentence));
    this.text.draw("narration-aim", sentence?.to ? this.text.rangeOf(sentence) : null);
  }
}

customElements.define("narration-aim", NarrationAim);
