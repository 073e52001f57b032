// Remembers how far a member has come, and takes them back there. The address «#fortsett» is that of
// the place where they stopped.

const WAIT = 4000; // milliseconds between two reports, while somebody is reading

class ReadingPlace extends HTMLElement {
  #sent = "";
  #timer = 0;

  connectedCallback() {
    if (location.hash === "#fortsett") {
      const resume = document.querySelector(".resume a");
      if (resume) location.replace(resume.hash);
    }
    this.paragraphs = [...document.querySelectorAll('.article .passage [id^="b-"]:not([id$="-term"])')];
    if (!this.paragraphs.length) return;
    addEventListener("scroll", () => this.#later(), { passive: true });
    document.addEventListener("visibilitychange", () => document.hidden && this.#report());
    addEventListener("pagehide", () => this.#report());
  }

  #later() {
    this.#timer ||= setTimeout(() => this.#report(), WAIT);
  }

  // What stands a third down the window is being read; at the end of the text all of it is.
  #now() {
    const article = document.querySelector(".article").getBoundingClientRect();
    const isAtEnd = article.bottom <= innerHeight + 40;
    const passed = this.paragraphs.filter((each) => each.getBoundingClientRect().top < innerHeight / 3);
    const share = isAtEnd && !document.querySelector("section.gate")
      ? 100
      : Math.round((100 * passed.length) / (this.paragraphs.length + 1));
    return { place: (isAtEnd ? this.paragraphs : passed).at(-1)?.id, share };
  }

  #report() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const { place, share } = this.#now();
    const news = `${place} ${share}`;
    if (!place || scrollY === 0 || news === this.#sent) return;
    this.#sent = news;
    const body = new URLSearchParams({ place, share });
    fetch(this.dataset.url, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  }
}

customElements.define("reading-place", ReadingPlace);
