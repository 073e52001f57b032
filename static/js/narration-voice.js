// The browser's own Norwegian voice, which reads the text on the page sentence by sentence.
// It is used as an <audio> is: play(), pause(), currentTime, duration, and the same events. Nobody
// knows a voice's time beforehand, so its seconds are counted from the letters.
const READ = ".article :is(h1, .lead, .passage :is(h2, h3, h4, p, li, figcaption))";
const SILENT = ".footnotes, .footnote-mark, .table, .heading-link, [aria-hidden=true], svg";
const PACE = 15; // letters in a second, at the usual speed: about 150 words a minute

class NarrationVoice extends HTMLElement {
  paused = true;
  ended = false;
  #sentences = null;
  #next = 0;
  #letters = 0; // of the sentence, already read
  #rate = 1;
  #turn = 0; // a cancelled sentence still reports its end, which must not start the next one

  connectedCallback() {
    if (!("speechSynthesis" in window && "Segmenter" in Intl)) return;
    const arrive = () => this.dispatchEvent(new Event("narration-voices", { bubbles: true }));
    speechSynthesis.addEventListener("voiceschanged", arrive);
    if (this.isAvailable) arrive();
    addEventListener("pagehide", () => this.pause());
  }

  get isAvailable() {
    return "Segmenter" in Intl && Boolean(this.#voice());
  }

  get sentences() {
    return (this.#sentences ??= this.#collect());
  }

  get duration() {
    const last = this.sentences.at(-1);
    return last ? last.start + last.text.length / PACE : 0;
  }

  get currentTime() {
    const sentence = this.sentences[this.#next];
    return sentence ? sentence.start + this.#letters / PACE : this.duration;
  }

  set currentTime(seconds) {
    this.#next = Math.max(0, this.sentences.findLastIndex(({ start }) => start <= seconds + 0.05));
    this.#letters = 0;
    this.ended = false;
    if (!this.paused) this.#begin();
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    if (rate === this.#rate) return;
    this.#rate = rate;
    if (!this.paused) this.#begin();
  }

  play() {
    if (!this.paused) return;
    this.paused = false;
    this.#tell("play");
    this.#begin();
  }

  // A pause cancels the sentence, and it is read again later: the browser's own pause fails on Android.
  pause() {
    if (this.paused) return;
    this.#halt();
    this.#tell("pause");
  }

  #halt() {
    this.paused = true;
    this.#turn++;
    speechSynthesis.cancel();
  }

  #begin() {
    speechSynthesis.cancel();
    this.#speak(++this.#turn);
  }

  #voice() {
    const speaks = (code) => window.speechSynthesis?.getVoices().find((v) => v.lang.toLowerCase().startsWith(code));
    return speaks("nb") ?? speaks("no") ?? speaks("nn");
  }

  #collect() {
    const segmenter = new Intl.Segmenter("nb", { granularity: "sentence" });
    const all = [...document.querySelectorAll(READ)].filter((e) => !e.closest(SILENT));
    const outermost = all.filter((e) => !all.some((other) => other !== e && other.contains(e)));
    let start = 0;
    return outermost.flatMap((element) => {
      const copy = element.cloneNode(true);
      for (const silent of copy.querySelectorAll(SILENT)) silent.remove();
      const found = [...segmenter.segment(copy.textContent)].filter(({ segment }) => segment.trim());
      return found.map(({ segment, index }) => {
        const text = segment.trim();
        const from = index + segment.indexOf(text);
        const sentence = { element, text, start, from, to: from + text.length };
        start += text.length / PACE;
        return sentence;
      });
    });
  }

  #speak(turn) {
    if (turn !== this.#turn) return;
    this.#letters = 0;
    const sentence = this.sentences[this.#next];
    if (!sentence) {
      this.ended = true;
      this.#halt();
      return this.#tell("ended");
    }
    const said = new SpeechSynthesisUtterance(sentence.text);
    said.voice = this.#voice();
    said.lang = said.voice?.lang ?? "nb-NO";
    said.rate = this.#rate;
    said.onboundary = ({ charIndex }) => {
      if (turn !== this.#turn) return;
      this.#letters = charIndex;
      this.#tell("timeupdate");
    };
    said.onend = () => {
      if (turn === this.#turn) this.#next++;
      this.#speak(turn);
    };
    said.onerror = ({ error }) => {
      if (turn !== this.#turn) return;
      this.#halt();
      this.#tell(error === "not-allowed" ? "refused" : "error");
    };
    speechSynthesis.speak(said);
    this.#tell("timeupdate");
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}

customElements.define("narration-voice", NarrationVoice);
