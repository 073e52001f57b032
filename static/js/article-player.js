// «Hør artikkelen»: plays an article's recording, or lets the browser's own voice read it.
// The element holds the state. The parts that only a listener needs are fetched at the first press
// (page-narration.js): the marks, the slider, the marking in the text, the choices.
//
// The elements within it read `state`, `said`, `sound` and `sentences`. They hear of changes by events
// on it: «narration» for a new state, «narration-time», «narration-seek» when a listener chooses a place,
// and «narration-gate» at the line of the gate.
// Without this script, the recording has the browser's own controls.
const SKIP = 15; // seconds
const SOON = 0.05; // seconds; a sentence that begins within them has begun
const HASH = "#hor"; // of the next part's address: it is to play at once

class ArticlePlayer extends HTMLElement {
  state = "idle"; // or playing, paused, refused, failed
  said = "idle"; // the state, or why it is idle: gate, end
  sound = null; // what plays: the recording or the voice
  #isAtGate = false;
  #timer = 0;

  connectedCallback() {
    if (!("bar" in document.documentElement.dataset)) return;
    this.recording = this.querySelector("audio");
    for (const name of ["voice", "marks", "choices", "position"]) this[name] = this.querySelector(`narration-${name}`);
    for (const sound of [this.recording, this.voice]) {
      for (const type of ["play", "pause", "ended", "timeupdate", "error", "refused", "waiting", "playing"]) {
        sound?.addEventListener(type, () => sound === this.sound && this.#hear(type));
      }
    }
    this.addEventListener("click", ({ target }) => this.act(target.closest("[data-do]")?.dataset.do));
    if (location.hash !== HASH) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    if (this.recording || this.voice.isAvailable) this.play();
    else this.addEventListener("narration-voices", () => this.play(), { once: true });
  }

  get isOpen() {
    return this.state === "playing" || this.state === "paused";
  }

  // A robot's recording gives way to the browser's voice, unless the listener has chosen it.
  get isByBrowser() {
    if (!this.voice.isAvailable) return false;
    return !this.recording || (!this.dataset.natural && this.choices.values.voice !== "recording");
  }

  get length() {
    return this.sound?.duration || Number(this.dataset.seconds);
  }

  // How long the browser's voice takes for the text, against the recording.
  get scale() {
    return this.sound === this.voice ? this.voice.duration / (Number(this.dataset.seconds) || this.voice.duration) : 1;
  }

  get sentences() {
    return (this.sound === this.voice ? this.voice.sentences : this.marks.sentences) ?? [];
  }

  get sentence() {
    return this.sentences.findLast(({ start }) => start <= this.sound.currentTime + SOON);
  }

  act(wish) {
    if (wish === "toggle" && this.state === "playing") this.sound.pause();
    else if (wish === "toggle") this.play();
    else if (wish === "back") this.seek(this.sound.currentTime - SKIP);
    else if (wish === "forward") this.seek(this.sound.currentTime + SKIP);
    else if (wish === "close") this.#end("idle");
  }

  // Plays from `seconds`, or from where the listener stopped. A browser wants play() to come in the
  // same moment as the press, so nothing is waited for.
  play(seconds) {
    if (!this.isOpen) {
      this.sound = this.isByBrowser ? this.voice : this.recording;
      if (this.recording?.error) this.recording.load();
      this.rest ??= import(this.dataset.module).catch(() => (this.rest = null)); // the next press tries again
      seconds ??= this.position.seconds * this.scale;
    }
    this.sound.playbackRate = this.sound.defaultPlaybackRate = this.choices.values.rate ?? 1;
    if (seconds !== undefined) this.seek(seconds);
    this.sound.play()?.catch(({ name }) => {
      if (name === "NotAllowedError") this.#show("refused");
      else if (name !== "AbortError") this.#show("failed");
    });
  }

  seek(seconds) {
    this.#isAtGate = false;
    this.dispatchEvent(new Event("narration-seek"));
    this.sound.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.length - SOON));
    this.#tick();
  }

  // Changes between the recording and the browser's voice, at the paragraph that is being read.
  change() {
    const { sound, sentence, state } = this;
    const next = this.isByBrowser ? this.voice : this.recording;
    if (!this.isOpen || next === sound) return;
    sound.pause();
    this.sound = next;
    const same = this.sentences.find(({ element }) => element?.contains(sentence?.element) || sentence?.element?.contains(element));
    if (state === "playing") this.play(same?.start ?? 0);
    else this.seek(same?.start ?? 0);
  }

  #hear(type) {
    if (type === "waiting" || type === "playing") this.toggleAttribute("data-waiting", type === "waiting");
    else if (type === "timeupdate") this.#tick();
    else if (type === "play") this.#show("playing");
    else if (type === "pause") this.state !== "playing" || this.sound.ended || this.#show("paused");
    else if (type === "ended") this.#end(this.dataset.cut ? "gate" : "end");
    else this.#show(type === "refused" ? "refused" : "failed");
  }

  // The browser tells the time four times a second. A sentence may begin in between.
  #tick() {
    clearTimeout(this.#timer);
    const { sound, marks } = this;
    const next = this.sentences.find(({ start }) => start > sound.currentTime + SOON);
    const wait = (1000 * (next?.start - sound.currentTime)) / sound.playbackRate;
    if (next && this.state === "playing") this.#timer = setTimeout(() => this.#tick(), wait);
    if (sound === this.recording && sound.currentTime >= (marks.gate ?? Infinity)) this.#reachGate();
    this.dispatchEvent(new Event("narration-time"));
  }

  #reachGate() {
    if (!this.#isAtGate) this.dispatchEvent(new Event("narration-gate"));
    this.#isAtGate = true;
  }

  #end(said) {
    if (said === "gate") this.#reachGate();
    if (said === "end") this.position.end();
    else this.position.seconds = said === "idle" ? this.sound.currentTime / this.scale : 0;
    if (!this.sound.paused) this.sound.pause();
    this.sound.currentTime = 0;
    this.#isAtGate = false;
    this.#show("idle", said);
  }

  #show(state, said = state) {
    clearTimeout(this.#timer);
    if (state === "failed" && this.sound.currentTime) this.position.seconds = this.sound.currentTime / this.scale;
    this.state = this.dataset.state = state;
    this.said = said;
    this.removeAttribute("data-waiting");
    const status = this.querySelector(":scope > [role=status]");
    status.textContent = status.dataset[said] ?? "";
    this.dispatchEvent(new Event("narration"));
    if (state === "playing") this.#tick();
  }
}

customElements.define("article-player", ArticlePlayer);
