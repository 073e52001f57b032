// The listener's choices: speed, following the text, the next part, and the voice if there are two.
class NarrationOptions extends HTMLElement {
  connectedCallback() {
    this.player = this.closest("article-player");
    this.form = this.querySelector("form");
    this.form.addEventListener("change", ({ target }) => this.#choose(target));
    this.addEventListener("click", ({ target }) => target.closest("[data-do=close]") && this.hidePopover());
    for (const type of ["narration", "narration-voices"]) this.player.addEventListener(type, () => this.#show());
    this.#show();
  }

  #choose({ name, value, checked, type }) {
    const isUsual = type === "checkbox" ? checked : value === "1";
    const chosen = type === "checkbox" ? checked : name === "rate" ? Number(value) : value;
    this.player.choices.choose(name, isUsual ? undefined : chosen);
    if (name === "voice") this.player.change();
    if (name === "rate" && this.player.isOpen) this.player.sound.playbackRate = Number(value);
    this.#show();
  }

  #show() {
    const { recording, voice, dataset, sound } = this.player;
    const { values } = this.player.choices;
    const rate = values.rate ?? 1;
    this.form.rate.value = String(rate);
    for (const name of ["follow", "next"]) if (this.form[name]) this.form[name].checked = values[name] !== false;
    const isChoice = Boolean(recording && voice.isAvailable && !dataset.natural);
    this.querySelector("[data-voices]").hidden = !isChoice;
    this.form.voice.value = sound === voice ? "browser" : "recording";
    const report = this.querySelector("[data-report]");
    if (report) report.hidden = sound !== recording;
    for (const each of document.querySelectorAll("[data-rate]")) each.textContent = `${String(rate).replace(".", ",")}×`;
  }
}

customElements.define("narration-options", NarrationOptions);
