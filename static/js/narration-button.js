// The player's face in the reading bar. Both faces control the same sound.
class NarrationButton extends HTMLElement {
  connectedCallback() {
    this.player = document.querySelector("article-player");
    if (!this.player) return;
    this.button = this.querySelector("[data-do=toggle]");
    this.word = this.querySelector(".word");
    this.usual = this.word.textContent;
    this.addEventListener("click", ({ target }) => this.player.act(target.closest("[data-do]")?.dataset.do));
    this.player.addEventListener("narration", () => this.#show());
    // Without a recording, the button is there when the browser has a voice.
    const find = () => (this.hidden = !this.player.recording && !this.player.voice?.isAvailable);
    this.player.addEventListener("narration-voices", find);
    find();
    this.#show();
  }

  #show() {
    const { state, isOpen } = this.player;
    const { pause, goOn } = this.button.dataset;
    this.dataset.state = state;
    this.toggleAttribute("data-open", isOpen);
    this.word.textContent = state === "playing" ? pause : isOpen ? goOn : this.usual;
  }
}

customElements.define("narration-button", NarrationButton);
