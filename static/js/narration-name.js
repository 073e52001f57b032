// The large button's words: what a press does, and how long it takes to hear the rest. A listener that
// has read on, and doesn't see the button, is told elsewhere if the sound doesn't come.
class NarrationName extends HTMLElement {
  connectedCallback() {
    this.player = this.closest("article-player");
    this.player.addEventListener("narration", () => this.#show());
    this.#show();
  }

  #show() {
    const { state, isOpen, recording, position, dataset } = this.player;
    const seconds = recording ? position.seconds : 0;
    const [name, length] = this.querySelectorAll("[data-usual]");
    name.textContent = state === "refused" ? name.dataset.refused : seconds ? name.dataset.again : name.dataset.usual;
    const minutes = Math.max(1, Math.round((Number(dataset.seconds) - seconds) / 60));
    length.textContent = (seconds ? length.dataset.left : length.dataset.usual).replace("{minutes}", minutes);
    const button = this.closest("button");
    if (state === "failed") button.setAttribute("aria-label", name.dataset.usual);
    else if (isOpen) button.setAttribute("aria-label", state === "playing" ? button.dataset.pause : button.dataset.goOn);
    else button.removeAttribute("aria-label");
    const note = this.player.querySelector("[data-note]");
    note.textContent = this.player.querySelector(":scope > [role=status]").textContent;
    note.hidden = (state !== "failed" && state !== "refused") || button.getBoundingClientRect().bottom > 0;
  }
}

customElements.define("narration-name", NarrationName);
