// The large button's words: what a press does, and how long it takes to hear the rest.
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
    if (isOpen) button.setAttribute("aria-label", state === "playing" ? button.dataset.pause : button.dataset.goOn);
    else button.removeAttribute("aria-label");
  }
}

customElements.define("narration-name", NarrationName);
