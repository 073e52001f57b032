// A listener's choices: speed, voice, following, the next part. This browser keeps those that differ
// from the usual, and nothing if none does.
const KEPT = "lytting";

class NarrationChoices extends HTMLElement {
  get values() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) ?? {};
    } catch {
      return {}; // the browser keeps nothing for this site
    }
  }

  // Without a value, the choice is the usual one.
  choose(name, value) {
    const chosen = JSON.stringify({ ...this.values, [name]: value });
    try {
      if (chosen === "{}") localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, chosen);
    } catch {
      return; // the browser keeps nothing for this site
    }
  }
}

customElements.define("narration-choices", NarrationChoices);
