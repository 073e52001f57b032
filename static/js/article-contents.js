// Opens the table of contents if there is a margin for it, and marks the reader's current heading.
// Without this script, the contents are a list of links.
class ArticleContents extends HTMLElement {
  connectedCallback() {
    const details = this.querySelector("details");
    const isInMargin = () => getComputedStyle(details).position === "sticky";
    let was = null;
    const fit = () => {
      if (was === isInMargin()) return;
      details.open = was = isInMargin();
    };
    fit();
    addEventListener("resize", fit);
    const links = [...this.querySelectorAll("a")];
    const entries = links
      .map((link) => ({ link, heading: document.getElementById(link.hash.slice(1)) }))
      .filter(({ heading }) => heading && !heading.matches(".gate"));
    let shown = null;
    const mark = () => {
      const passed = entries.filter(({ heading }) => heading.getBoundingClientRect().top < innerHeight / 3);
      const current = passed.at(-1)?.link;
      for (const { link } of entries) {
        if (link === current) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      }
      // Scroll a long list along, but only in the margin, where it scrolls on its own.
      if (current && current !== shown && isInMargin()) {
        const { top, bottom } = current.getBoundingClientRect();
        const frame = details.getBoundingClientRect();
        if (top < frame.top || bottom > frame.bottom) details.scrollTop += top - frame.top - frame.height / 2;
      }
      shown = current;
    };
    let isWaiting = false;
    addEventListener("scroll", () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        mark();
      });
    }, { passive: true });
    mark();
  }
}

customElements.define("article-contents", ArticleContents);
