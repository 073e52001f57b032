// The marks of the recording: its sentences, its chapters and the line of the gate.
// The sound plays without them as well.
const NAMED = { title: ".article h1", lead: ".article .lead" };

class NarrationMarks extends HTMLElement {
  sentences = []; // {start, element, address, from, to}; 0 and 0 are the whole element
  chapters = []; // {start, text}
  gate = Infinity; // seconds

  async connectedCallback() {
    const answer = this.dataset.url && (await fetch(this.dataset.url).catch(() => null));
    const found = answer?.ok && (await answer.json().catch(() => null));
    if (!found) return;
    this.sentences = found.sentences.map(([start, address, from, to]) => {
      const element = NAMED[address] ? document.querySelector(NAMED[address]) : document.getElementById(address);
      return { start, element, address, from, to };
    });
    this.chapters = found.chapters.map(([start, text]) => ({ start, text }));
    this.gate = found.gate ?? Infinity;
    this.closest("article-player").dispatchEvent(new Event("narration"));
  }
}

customElements.define("narration-marks", NarrationMarks);
