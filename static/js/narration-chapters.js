// The headings of what is read. A press reads from there.
class NarrationChapters extends HTMLElement {
  connectedCallback() {
    this.player = this.closest("article-player");
    this.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#list());
    this.player.addEventListener("narration", () => this.#find());
    this.#find();
  }

  // The recording's chapters, or the headings that the browser's voice reads.
  get chapters() {
    const { sound, voice, chapters } = this.player;
    if (sound !== voice) return chapters;
    const headings = voice.sentences.filter(({ element }, i, all) => element.matches("h1, h2, h3") && element !== all[i - 1]?.element);
    return headings.map(({ element, start }) => ({ start, text: element.textContent.trim() }));
  }

  #find() {
    for (const button of document.querySelectorAll("[popovertarget=narration-chapters]")) button.hidden = this.chapters.length < 2;
  }

  #list() {
    const { chapters } = this;
    const current = chapters.findLast(({ start }) => start <= this.player.sound.currentTime + 0.05);
    const items = chapters.map((chapter) => {
      const [item, button, time] = ["li", "button", "span"].map((name) => document.createElement(name));
      button.type = "button";
      button.setAttribute("aria-label", this.dataset.label.replace("{heading}", chapter.text));
      if (chapter === current) button.setAttribute("aria-current", "true");
      time.textContent = `${Math.floor(chapter.start / 60)}:${String(Math.floor(chapter.start) % 60).padStart(2, "0")}`;
      button.append(chapter.text, time);
      button.addEventListener("click", () => {
        this.hidePopover();
        this.player.play(chapter.start);
      });
      item.append(button);
      return item;
    });
    this.querySelector("ol").replaceChildren(...items);
  }
}

customElements.define("narration-chapters", NarrationChapters);
