// Where in the recording a listener stopped. The portal keeps it for a member, and this browser for a
// visitor. At the end it is forgotten.
const EVERY = 15_000; // milliseconds between two reports

class NarrationPosition extends HTMLElement {
  #seconds = null;
  #at = 0; // when it was last reported

  connectedCallback() {
    this.player = this.closest("article-player");
    this.player.addEventListener("narration-time", () => this.#follow());
    this.player.addEventListener("narration", () => this.player.state === "paused" && this.#report());
    addEventListener("pagehide", () => this.player.state === "playing" && this.#report());
  }

  get seconds() {
    if (this.#seconds !== null) return this.#seconds;
    try {
      this.#seconds = Number(this.#kept ? localStorage.getItem(this.#kept) : this.dataset.seconds);
    } catch {
      this.#seconds = 0; // the browser keeps nothing for this site
    }
    return this.#seconds;
  }

  set seconds(seconds) {
    this.#seconds = Math.round(seconds);
    this.#keep();
  }

  end() {
    this.#seconds = 0;
    this.#keep({ ended: "on" });
  }

  get #kept() {
    return this.dataset.url ? "" : this.dataset.key + location.pathname;
  }

  #follow() {
    if (this.player.state !== "playing" || Date.now() - this.#at < EVERY) return;
    if (this.#at) this.#report();
    this.#at = Date.now();
  }

  // In the recording's seconds, even if the browser's voice reads.
  #report() {
    this.seconds = this.player.sound.currentTime / this.player.scale;
  }

  #keep(more = {}) {
    this.#at = Date.now();
    if (this.dataset.url) {
      const body = new URLSearchParams({ seconds: this.#seconds, ...more });
      fetch(this.dataset.url, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
      return;
    }
    try {
      if (this.#seconds) localStorage.setItem(this.#kept, this.#seconds);
      else localStorage.removeItem(this.#kept);
    } catch {
      return; // the browser keeps nothing for this site
    }
  }
}

customElements.define("narration-position", NarrationPosition);
