// Saves how often a member hears of something as soon as it is chosen. Without this, a button does.
class NoticeChoice extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    form.querySelector("button").hidden = true;
    form.addEventListener("change", () => this.#save(form));
  }

  async #save(form) {
    const status = this.querySelector("[role=status]");
    status.textContent = "";
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const isSaved = answer?.ok && new URL(answer.url).pathname === location.pathname; // not the log-in
    status.textContent = isSaved ? this.dataset.saved : this.dataset.failed;
  }
}

customElements.define("notice-choice", NoticeChoice);
