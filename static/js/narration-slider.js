// The slider of the player, with the time that has gone and the time that is left.
const STEP = 5; // seconds for an arrow key
const CALM = 15; // seconds between two values that a screen reader hears while the slider has focus

const clock = (seconds) => {
  const s = Math.floor(Math.max(0, seconds));
  const parts = s < 3600 ? [Math.floor(s / 60)] : [Math.floor(s / 3600), String(Math.floor(s / 60) % 60).padStart(2, "0")];
  return [...parts, String(s % 60).padStart(2, "0")].join(":");
};

class NarrationSlider extends HTMLElement {
  #told = -Infinity; // the time that the slider has as its value
  #isMoving = false; // by the listener, who hasn't let go yet

  connectedCallback() {
    this.player = this.closest("article-player");
    this.input = this.querySelector("input");
    this.input.addEventListener("input", () => {
      this.#isMoving = true;
      this.#told = -Infinity;
      this.#show(Number(this.input.value));
    });
    this.input.addEventListener("change", () => {
      this.#isMoving = false;
      this.player.seek(Number(this.input.value));
    });
    this.input.addEventListener("keydown", (event) => this.#step(event));
    for (const type of ["narration", "narration-time"]) this.player.addEventListener(type, () => this.#follow());
    this.player.addEventListener("narration-seek", () => (this.#told = -Infinity));
    this.#follow();
  }

  #follow() {
    if (!this.#isMoving && this.player.isOpen) this.#show(this.player.sound.currentTime);
  }

  #show(time) {
    const { length } = this.player;
    const [elapsed, left] = this.querySelectorAll(".narration-time");
    this.style.setProperty("--share", `${(100 * time) / Math.max(1, length)}%`);
    elapsed.textContent = clock(time);
    left.textContent = `−${clock(length - time)}`;
    if (this.input.matches(":focus-visible") && Math.abs(time - this.#told) < CALM) return;
    this.#told = time;
    this.input.max = Math.floor(length);
    this.input.value = time;
    const words = this.dataset.valuetext.replace("{time}", this.#words(time)).replace("{total}", this.#words(length));
    this.input.setAttribute("aria-valuetext", words);
  }

  // «3 minutter 20 sekunder», in the page's language.
  #words(seconds) {
    const { lang } = document.documentElement;
    const said = (number, unit) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(number);
    const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
    const parts = [minutes && said(minutes, "minute"), (rest || !minutes) && said(rest, "second")];
    return parts.filter(Boolean).join(" ");
  }

  #step(event) {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    this.player.seek(this.player.sound.currentTime + way * STEP);
  }
}

customElements.define("narration-slider", NarrationSlider);
