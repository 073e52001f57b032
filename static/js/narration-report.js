// Tells the editors of a word that the recording says wrongly.
class NarrationReport extends HTMLElement {
  connectedCallback() {
    this.player = this.closest("article-player");
    this.form = this.querySelector("form");
    this.status = this.querySelector("[role=status]");
    this.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#open());
    this.form.addEventListener("submit", (event) => this.#send(event));
  }

  #open() {
    this.querySelector("blockquote").textContent = this.player.querySelector("narration-text").words;
    this.form.address.value = this.player.sentence?.address ?? "";
    this.form.word.value = "";
    this.form.hidden = false;
    this.#tell("");
  }

  async #send(event) {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(this.form));
    const answer = await fetch(this.form.action, { method: "POST", body }).catch(() => null);
    this.form.hidden = answer?.status === 204;
    this.#tell(this.form.hidden ? this.dataset.thanks : this.dataset.failed);
  }

  #tell(text) {
    this.status.textContent = text;
  }
}

customElements.define("narration-report", NarrationReport);
