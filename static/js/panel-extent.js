// How long the article is, and how much of it is open. Each automatic save brings the figures, from the
// code that publishes the article. A screen reader is told when the writer pauses.
const PAUSE = 4_000; // ms

class TextExtent extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.words = this.querySelector("[data-extent]");
    this.gate = this.querySelector("button");
    document.addEventListener("w-autosave:success", ({ detail }) => this.tell(detail.response.extent), { signal });
    this.gate.addEventListener("click", () => this.goToGate(), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  tell(extent) {
    if (!extent?.text) return;
    this.words.textContent = extent.text;
    this.gate.textContent = extent.gate;
    this.gate.hidden = !extent.gate;
    clearTimeout(this.timer);
    const said = this.querySelector("[role=status]");
    this.timer = setTimeout(() => (said.textContent = extent.text), PAUSE);
  }

  goToGate() {
    const gate = document.querySelector('[data-streamfield-child] > input[name$="-type"][value="gate"]')?.parentElement;
    const tab = gate?.closest("[role=tabpanel]");
    if (tab?.hidden) document.querySelector(`[role=tab][href="#${tab.id}"]`)?.click();
    gate?.scrollIntoView({ block: "center" });
    gate?.querySelector("input:not([type=hidden])")?.focus({ preventScroll: true });
  }
}
// Not before: the browser connects an element when it has read its start tag, without its children.
addEventListener("DOMContentLoaded", () => customElements.define("text-extent", TextExtent));
