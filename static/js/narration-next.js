// After a part comes the next, some seconds later. The listener can say no, once or for good.
const WAIT = 5; // seconds

class NarrationNext extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.player = this.closest("article-player");
    this.player.addEventListener("narration", () => {
      const { said, dataset, choices } = this.player;
      this.#stop();
      if (said === "end" && dataset.next && !dataset.cut && choices.values.next !== false) this.#count(WAIT);
    });
    this.querySelector("button").addEventListener("click", () => this.#stop());
    addEventListener("pagehide", () => this.#stop());
  }

  #count(left) {
    if (left === 0) return location.assign(`${this.player.dataset.next}#hor`);
    const words = this.querySelector("[data-words]");
    words.textContent = words.dataset.words.replace("{seconds}", left);
    this.hidden = false;
    if (left === WAIT) {
      const status = this.player.querySelector(":scope > [role=status]");
      status.textContent = status.dataset.next;
    }
    this.#timer = setTimeout(() => this.#count(left - 1), 1000);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.hidden = true;
  }
}

customElements.define("narration-next", NarrationNext);
