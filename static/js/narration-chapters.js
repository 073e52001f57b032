// The headings of what is read. A press reads from there.
class NarrationChapters extends HTMLElement {
  connectedCallback() {
    this.player = this.closest("article-player");
    this.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#list());
    this.player.addEventListener("narration", () => this.#find());
    this.#find();
  }

  // The title, and the recording's chapters or the headings that the browser's voice reads.
  get chapters() {
    const { sound, voice, marks, dataset } = this.player;
    const found = sound === voice ? this.#headings(voice.sentences) : (marks.chapters ?? []);
    return [{ start: 0, text: dataset.title }, ...found];
  }

  #headings(sentences) {
    const first = sentences.filter(({ element }, i) => element.matches("h2, h3") && element !== sentences[i - 1]?.element);
    return first.map(({ element, start }) => ({ start, text: element.textContent.trim() }));
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
        for (const panel of this.player.querySelectorAll(":popover-open")) panel.hidePopover();
        this.player.play(chapter.start);
      });
      item.append(button);
      return item;
    });
    this.querySelector("ol").replaceChildren(...items);
  }
}

customElements.define("narration-chapters", NarrationChapters);
