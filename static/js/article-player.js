// «Hør artikkelen»: plays an article's recording, or lets the browser's own voice read it.
// The element holds the state. What only a listener needs is fetched at the first press
// (page-narration.js): the slider, the marking in the text, the choices.
//
// The parts in it read `state`, `sound`, `sentences` and `chapters`. They hear of changes by events on
// it: «narration» for a new state, «narration-time», and «narration-gate» at the line of the gate.
// Without this script, the recording has the browser's own controls.
const SKIP = 15; // seconds
const NEXT = "#hor"; // the hash of the next part's address: this page is to play at once

class ArticlePlayer extends HTMLElement {
  state = "idle"; // or playing, paused, refused, failed
  chapters = []; // {start, text}
  #marked = []; // the recording's sentences: {start, element, from, to}
  #gate = Infinity; // seconds
  #isAtGate = false;
  #timer = 0;

  connectedCallback() {
    if (!("bar" in document.documentElement.dataset)) return;
    this.recording = this.querySelector("audio");
    this.voice = this.querySelector("narration-voice");
    this.place = this.querySelector("narration-position");
    for (const sound of [this.recording, this.voice]) {
      for (const type of ["play", "pause", "ended", "timeupdate", "error", "refused"]) {
        sound?.addEventListener(type, () => sound === this.sound && this.#hear(type));
      }
    }
    this.addEventListener("click", ({ target }) => this.act(target.closest("[data-do]")?.dataset.do));
    this.addEventListener("keydown", (event) => this.#press(event));
    if (this.place.seconds > 0) this.#name("again");
    if (location.hash !== NEXT) return;
    history.replaceState(history.state, "", location.pathname + location.search);
    this.play();
  }

  // The listener's choices. Only those that differ from the usual are kept.
  get choices() {
    try {
      return JSON.parse(localStorage.getItem("lytting")) ?? {};
    } catch {
      return {};
    }
  }

  choose(name, value) {
    const chosen = { ...this.choices, [name]: value };
    if (value === undefined) delete chosen[name];
    try {
      if (Object.keys(chosen).length) localStorage.setItem("lytting", JSON.stringify(chosen));
      else localStorage.removeItem("lytting");
    } catch {
      return; // the browser keeps nothing for this site
    }
  }

  // A robot's recording gives way to the browser's voice, unless the listener has chosen it.
  get isByBrowser() {
    if (!this.voice.isAvailable) return false;
    return !this.recording || (!this.dataset.natural && this.choices.voice !== "recording");
  }

  get isOpen() {
    return this.state === "playing" || this.state === "paused";
  }

  get length() {
    return this.sound?.duration || Number(this.dataset.seconds);
  }

  get sentences() {
    return this.sound === this.voice ? this.voice.sentences : this.#marked;
  }

  get sentence() {
    return this.sentences.findLast(({ start }) => start <= this.sound.currentTime + 0.05);
  }

  act(wish) {
    if (wish === "toggle" && this.state === "playing") this.sound.pause();
    else if (wish === "toggle") this.play();
    else if (wish === "back") this.seek(this.sound.currentTime - SKIP);
    else if (wish === "forward") this.seek(this.sound.currentTime + SKIP);
    else if (wish === "close") this.#end("idle");
  }

  // Plays from `seconds`, or from where the listener stopped. The browser wants play() to come in
  // the same moment as the press, so nothing is waited for.
  play(seconds) {
    if (this.state === "failed") this.recording?.load();
    if (!this.isOpen) {
      this.sound = this.isByBrowser ? this.voice : this.recording;
      this.#prepare();
      // The browser's voice takes about as long for the text as the recording.
      const scale = this.sound === this.voice ? this.voice.duration / (Number(this.dataset.seconds) || this.voice.duration) : 1;
      seconds ??= this.place.seconds * scale;
    }
    this.sound.playbackRate = this.sound.defaultPlaybackRate = this.choices.rate ?? 1;
    if (seconds !== undefined) this.seek(seconds);
    this.sound.play()?.catch((error) => {
      if (error.name === "NotAllowedError") this.#show("refused");
      else if (error.name !== "AbortError") this.#show("failed");
    });
  }

  seek(seconds) {
    this.#isAtGate = false;
    this.sound.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.length - 0.1));
    this.#tick();
  }

  // Changes between the recording and the browser's voice, at the paragraph that is being read.
  change() {
    const next = this.isByBrowser ? this.voice : this.recording;
    if (!this.isOpen || next === this.sound) return;
    const { sentence } = this;
    const isPlaying = this.state === "playing";
    this.sound.pause();
    this.sound = next;
    const same = this.sentences.find(({ element }) => element?.contains(sentence?.element) || sentence?.element?.contains(element));
    this.seek(same?.start ?? 0);
    if (isPlaying) this.play(this.sound.currentTime);
  }

  async #prepare() {
    import(this.dataset.module);
    if (!this.dataset.marks || this.#marked.length) return;
    const marks = await fetch(this.dataset.marks).then((answer) => answer.json()).catch(() => null);
    if (!marks) return; // the sound plays without them
    const found = { title: ".article h1", lead: ".article .lead" };
    this.#marked = marks.sentences.map(([start, address, from, to]) => {
      const element = found[address] ? document.querySelector(found[address]) : document.getElementById(address);
      return { start, element, address, from, to };
    });
    this.chapters = marks.chapters.map(([start, text]) => ({ start, text }));
    this.#gate = marks.gate ?? Infinity;
    this.#tick();
    this.dispatchEvent(new Event("narration"));
  }

  #hear(type) {
    if (type === "timeupdate") this.#tick();
    else if (type === "play") this.#show("playing");
    else if (type === "pause") this.state !== "playing" || this.sound.ended || this.#show("paused");
    else if (type === "ended") this.#end(this.dataset.cut ? "gate" : "end");
    else if (type === "refused") this.#show("refused");
    else this.#show("failed");
  }

  // The browser tells the time four times a second. A sentence may begin in between.
  #tick() {
    clearTimeout(this.#timer);
    const time = this.sound.currentTime;
    const next = this.sentences.find(({ start }) => start > time + 0.05);
    if (next && this.state === "playing") this.#timer = setTimeout(() => this.#tick(), ((next.start - time) * 1000) / this.sound.playbackRate);
    if (this.sound === this.recording && time >= this.#gate && !this.#isAtGate) this.#reach();
    this.dispatchEvent(new Event("narration-time"));
  }

  #reach() {
    this.#isAtGate = true;
    this.dispatchEvent(new Event("narration-gate"));
  }

  #end(said) {
    if (said === "gate" && !this.#isAtGate) this.#reach();
    this.#isAtGate = false;
    this.place.seconds = said === "idle" ? this.sound.currentTime : 0;
    if (!this.sound.paused) this.sound.pause();
    this.sound.currentTime = 0;
    this.#show("idle", said);
  }

  #press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("[name=word]")) return;
    const isOwn = target.matches("button, a, summary, input:not([type=range])"); // it uses the space bar itself
    if (key !== "k" && (key !== " " || isOwn)) return;
    event.preventDefault();
    this.act("toggle");
  }

  #show(state, said = state) {
    clearTimeout(this.#timer);
    this.state = state;
    this.dataset.state = state;
    this.said = said;
    const status = this.querySelector(":scope > [role=status]");
    status.textContent = status.dataset[said] ?? "";
    const play = this.querySelector(".narration-play");
    if (this.isOpen) play.setAttribute("aria-label", state === "playing" ? play.dataset.pause : play.dataset.goOn);
    else play.removeAttribute("aria-label");
    this.#name(state === "refused" ? "refused" : this.place.seconds > 0 ? "again" : "");
    this.dispatchEvent(new Event("narration"));
    if (state === "playing") this.#tick();
  }

  // The words beside the large button, when nothing plays.
  #name(which) {
    const name = this.querySelector("[data-name]");
    name.dataset.usual ??= name.textContent;
    name.textContent = name.closest("button").dataset[which] ?? name.dataset.usual;
  }
}

customElements.define("article-player", ArticlePlayer);
