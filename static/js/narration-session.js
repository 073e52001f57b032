// Tells the device what plays, so that its own buttons and its lock screen control the recording. While
// focus is in the player, the space bar and «k» do so too.
class NarrationSession extends HTMLElement {
  connectedCallback() {
    this.player = this.closest("article-player");
    this.player.addEventListener("keydown", (event) => this.#press(event));
    if (!("mediaSession" in navigator)) return;
    this.player.addEventListener("narration", () => this.#show());
    for (const type of ["durationchange", "ratechange", "seeked"]) this.player.recording?.addEventListener(type, () => this.#place());
    this.#show();
  }

  #show() {
    const { player } = this;
    if (!player.recording || player.sound !== player.recording) return;
    const { title, series, artwork, next } = player.dataset;
    navigator.mediaSession.playbackState = { playing: "playing", paused: "paused" }[player.state] ?? "none";
    if (!player.isOpen || this.isTold) return;
    this.isTold = true;
    navigator.mediaSession.metadata = new MediaMetadata({ title, artist: series, album: series, artwork: artwork ? [{ src: artwork }] : [] });
    const now = () => player.sound.currentTime;
    this.#on("play", () => player.play());
    this.#on("pause", () => player.sound.pause());
    this.#on("seekbackward", ({ seekOffset }) => player.seek(now() - (seekOffset ?? 15)));
    this.#on("seekforward", ({ seekOffset }) => player.seek(now() + (seekOffset ?? 15)));
    this.#on("seekto", ({ seekTime }) => player.seek(seekTime));
    this.#on("previoustrack", () => player.seek(this.#chapterBefore(now())));
    if (next) this.#on("nexttrack", () => location.assign(`${next}#hor`));
    this.#place();
  }

  #press(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || target.matches("[name=word]")) return;
    const isOwn = target.matches("button, a, input:not([type=range])"); // it uses the space bar itself
    if (key !== "k" && (key !== " " || isOwn)) return;
    event.preventDefault();
    this.player.act("toggle");
  }

  // The beginning of the chapter, or of the one before it in a chapter's first seconds.
  #chapterBefore(time) {
    return this.player.marks.chapters?.findLast(({ start }) => start < time - 3)?.start ?? 0;
  }

  #place() {
    const { duration, playbackRate, currentTime } = this.player.recording;
    if (Number.isFinite(duration)) navigator.mediaSession.setPositionState({ duration, playbackRate, position: Math.min(currentTime, duration) });
  }

  #on(action, act) {
    try {
      navigator.mediaSession.setActionHandler(action, act);
    } catch {
      return; // an action that this browser doesn't know
    }
  }
}

customElements.define("narration-session", NarrationSession);
