// Tells the editors of a word that the recording says wrongly. Before the listener has found the form,
// the next sentence may have begun, so the one before it is shown as well.
class NarrationReport extends HTMLElement {
  #sentences = []; // {address, words}, the one that is being read first

  connectedCallback() {
    this.player = this.closest("article-player");
    this.form = this.querySelector("form");
    this.status = this.querySelector("[role=status]");
    this.addEventListener("beforetoggle", ({ newState }) => newState === "open" && this.#open());
    this.form.addEventListener("submit", (event) => this.#send(event));
  }

  #open() {
    const { sentences, sentence } = this.player;
    const at = sentences.indexOf(sentence);
    const text = this.player.querySelector("narration-text");
    this.#sentences = sentences.slice(Math.max(0, at - 1), at + 1).reverse().map((each) => ({ address: each.address, words: text.wordsOf(each) }));
    this.querySelector("blockquote").textContent = this.#sentences.map(({ words }) => words).reverse().join(" ");
    this.form.word.value = "";
    this.form.hidden = false;
    this.status.textContent = "";
  }

  async #send(event) {
    event.preventDefault();
    const word = this.form.word.value.trim();
    const holds = ({ words }) => words.toLowerCase().includes(word.toLowerCase());
    const { address } = this.#sentences.find(holds) ?? this.#sentences[0] ?? { address: "" };
    const body = new URLSearchParams({ word, address });
    const answer = await fetch(this.form.action, { method: "POST", body }).catch(() => null);
    const isSent = answer?.status === 204;
    this.form.hidden = isSent;
    if (isSent) this.focus();
    this.status.textContent = isSent ? this.dataset.thanks : this.dataset.failed;
  }
}

customElements.define("narration-report", NarrationReport);
