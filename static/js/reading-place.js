// Stores a member's reading position, and takes the member back to it. The address «#fortsett» leads
// to that position.
//
// Only reading counts: scrolling by wheel, finger or key. A jump to a footnote, a heading or the end
// changes nothing until the reader goes on from there.

const WAIT = 4000; // milliseconds between two reports during reading
const STEPS = new Set([" ", "PageDown", "PageUp", "ArrowDown", "ArrowUp"]);
// An earlier position replaces a later one only after this many paragraphs and milliseconds.
const RETURN = { paragraphs: 4, time: 20_000 };
// The most that a reader may skip, in percent of the article, for its end to count as read.
const SKIPPED = 20;

class ReadingPlace extends HTMLElement {
  #isReading = false;
  #from = null; // the paragraph where this stretch of reading began; #since is when
  #since = 0;
  #y = 0;
  #sent = "";
  #timer = 0;

  connectedCallback() {
    this.best = Number(this.dataset.share);
    this.#resume();
    this.paragraphs = [...document.querySelectorAll('.article .passage [id^="b-"]:not([id$="-term"])')];
    if (!this.paragraphs.length) return;
    this.#y = scrollY;
    for (const type of ["wheel", "touchmove"]) addEventListener(type, () => this.#begin(), { passive: true });
    addEventListener("keydown", ({ key }) => {
      if (STEPS.has(key)) this.#begin();
      else if (key === "End" || key === "Home") this.#jump();
    });
    addEventListener("click", ({ target }) => target.closest?.('a[href*="#"]') && this.#jump());
    // The button says what is read; the page that it leaves says no more.
    addEventListener("submit", ({ target }) => target.querySelector("#lest") && this.#jump());
    addEventListener("narration-scroll", () => this.#jump()); // the page follows a voice
    addEventListener("scroll", () => this.#scrolled(), { passive: true });
    document.addEventListener("visibilitychange", () => document.hidden && this.#report());
    addEventListener("pagehide", () => this.#report());
  }

  #resume() {
    if (location.hash !== "#fortsett") return;
    const place = document.querySelector(".resume a")?.hash;
    const paragraph = place && document.getElementById(place.slice(1));
    if (!paragraph) return;
    history.replaceState(null, "", place);
    paragraph.scrollIntoView({ behavior: "instant" });
    paragraph.tabIndex = -1;
    paragraph.focus({ preventScroll: true });
  }

  #begin() {
    this.#isReading = true;
  }

  #jump() {
    this.#isReading = false;
    this.#from = null;
  }

  #scrolled() {
    const step = Math.abs(scrollY - this.#y);
    this.#y = scrollY;
    if (step > 1.5 * innerHeight) this.#jump();
    if (!this.#isReading) return;
    if (this.#from === null) {
      this.#from = this.#current();
      this.#since = Date.now();
    }
    this.#timer ||= setTimeout(() => this.#report(), WAIT);
  }

  // The index of the paragraph at the top of the window.
  #current() {
    const at = this.paragraphs.findIndex((each) => each.getBoundingClientRect().bottom > 24);
    return at < 0 ? this.paragraphs.length - 1 : at;
  }

  // The percentage of the whole article before a paragraph. Text behind a gate comes after it.
  #share(at) {
    return Math.round((Number(this.dataset.open) * at) / this.paragraphs.length);
  }

  #now() {
    const at = this.#current();
    const isAtEnd = document.querySelector(".article").getBoundingClientRect().bottom <= innerHeight + 40;
    const hasRead = this.#share(this.#from) <= this.best + SKIPPED;
    const isWhole = this.dataset.open === "100";
    return { at, share: isAtEnd && hasRead && isWhole ? 100 : Math.min(this.#share(at), 96) };
  }

  #report() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#isReading || this.#from === null) return;
    const { at, share } = this.#now();
    const hasReturned = at - this.#from >= RETURN.paragraphs && Date.now() - this.#since >= RETURN.time;
    if (share < this.best && !hasReturned) return;
    this.best = share;
    const place = this.paragraphs[at].id;
    const news = `${place} ${share}`;
    if (news === this.#sent) return;
    this.#sent = news;
    const body = new URLSearchParams({ place, share });
    fetch(this.dataset.url, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
    if (share === 100) this.#tick();
  }

  // The button says that the article is read, as it will after a reload.
  #tick() {
    const button = document.getElementById("lest");
    if (!button?.dataset.finished) return;
    button.textContent = button.dataset.finished;
    button.value = "0";
    button.classList.add("is-on");
  }
}

customElements.define("reading-place", ReadingPlace);
