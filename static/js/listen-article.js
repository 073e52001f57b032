// «Hør artikkelen»: the browser's own Norwegian voice reads the text on the page, sentence by
// sentence. Without such a voice, the element stays hidden.
const READ = ".article :is(h1, .lead, .passage :is(h2, h3, h4, p, li, figcaption))";
const SILENT = ".footnotes, .footnote-mark, .table, .heading-link";

class ListenArticle extends HTMLElement {
  #sentences = [];
  #next = 0;
  #turn = 0; // a cancelled sentence still reports its end, which must not start the next one

  connectedCallback() {
    if (!("speechSynthesis" in window && "Segmenter" in Intl)) return;
    const show = () => (this.hidden = !this.#voice());
    show();
    speechSynthesis.addEventListener("voiceschanged", show);
    window.addEventListener("pagehide", () => this.#halt("idle"));
    this.addEventListener("click", ({ target }) => {
      const wish = target.closest("button")?.dataset.do;
      if (wish === "play") this.#play();
      else if (wish) this.#halt(wish === "pause" ? "paused" : "idle");
    });
  }

  #voice() {
    const speaks = (code) => speechSynthesis.getVoices().find((v) => v.lang.toLowerCase().startsWith(code));
    return speaks("nb") ?? speaks("no") ?? speaks("nn");
  }

  #collect() {
    const segmenter = new Intl.Segmenter("nb", { granularity: "sentence" });
    const all = [...document.querySelectorAll(READ)].filter((e) => !e.closest(SILENT));
    const outermost = all.filter((e) => !all.some((other) => other !== e && other.contains(e)));
    return outermost.flatMap((element) => {
      const copy = element.cloneNode(true);
      for (const mark of copy.querySelectorAll(SILENT)) mark.remove();
      const sentences = [...segmenter.segment(copy.textContent)].map((s) => s.segment.trim());
      return sentences.filter(Boolean).map((text) => ({ element, text }));
    });
  }

  #play() {
    if (this.#next === 0) this.#sentences = this.#collect();
    this.#show("reading");
    this.#speak(++this.#turn);
  }

  #speak(turn) {
    if (turn !== this.#turn) return;
    const sentence = this.#sentences[this.#next];
    if (!sentence) return this.#halt("idle", "ended");
    this.#mark(sentence.element);
    const utterance = new SpeechSynthesisUtterance(sentence.text);
    utterance.voice = this.#voice();
    utterance.lang = utterance.voice.lang;
    utterance.onend = () => {
      if (turn === this.#turn) this.#next++;
      this.#speak(turn);
    };
    utterance.onerror = () => turn === this.#turn && this.#halt("idle");
    speechSynthesis.speak(utterance);
  }

  // A pause also cancels the sentence, and it is read again later: pause() fails on Android.
  #halt(state, said = state) {
    if (!this.dataset.state) return;
    this.#turn++;
    speechSynthesis.cancel();
    if (state === "idle") this.#next = 0;
    this.#mark(null);
    this.#show(state, said);
  }

  #mark(element) {
    document.querySelector(".is-being-read")?.classList.remove("is-being-read");
    element?.classList.add("is-being-read");
  }

  #show(state, said = state) {
    const [play, again, pause, stop] = this.querySelectorAll("button");
    const hadFocus = this.contains(document.activeElement);
    play.hidden = state !== "idle";
    again.hidden = state !== "paused";
    pause.hidden = state !== "reading";
    stop.hidden = state === "idle";
    this.dataset.state = state;
    const status = this.querySelector("[role=status]");
    status.textContent = status.dataset[said];
    if (hadFocus) [play, again, pause].find((button) => !button.hidden).focus();
  }
}

customElements.define("listen-article", ListenArticle);
