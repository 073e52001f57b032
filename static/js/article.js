// What makes an article smoother to read and to pass on. Everything here works without it, too:
// the contents are a list of links, a term leads to the glossary, and a link can be sent by e-mail.

// The contents stand open where there is a margin for them, and mark where the reader is.
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
      // A long list follows; only in the margin, where it scrolls by itself.
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

// The link of the article, of each of its headings, and its citations, copied or shared.
class ShareArticle extends HTMLElement {
  connectedCallback() {
    const { url, title } = this.dataset;
    const [copy, share] = this.querySelectorAll("button");
    if (navigator.share) {
      share.hidden = false;
      share.addEventListener("click", () => navigator.share({ title, url }).catch(() => {}));
    }
    if (!navigator.clipboard) return;
    copy.hidden = false;
    copy.addEventListener("click", () => this.#copy(url));
    for (const text of document.querySelectorAll("copy-text")) {
      const button = this.#button(this.dataset.copy, "copy", () => this.#copy(text.textContent.trim()));
      button.setAttribute("aria-label", `${this.dataset.copy}: ${text.closest("dd").previousElementSibling.textContent}`);
      text.after(button);
    }
    for (const heading of document.querySelectorAll(".article .passage > :is(h2, h3)[id]")) {
      const label = `${this.dataset.heading} «${heading.textContent.trim()}»`;
      const button = this.#button("#", "heading-link", () => this.#copy(`${url}#${heading.id}`));
      button.setAttribute("aria-label", label);
      heading.after(button);
    }
  }

  #button(text, name, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name;
    button.textContent = text;
    button.addEventListener("click", async () => (await act()) && this.#confirm(button));
    return button;
  }

  #confirm(button) {
    button.dataset.copied = "";
    setTimeout(() => delete button.dataset.copied, 2000);
  }

  // Whether it could be copied: a browser may refuse.
  async #copy(text) {
    const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    const status = this.querySelector("[role=status]");
    status.textContent = isCopied ? this.dataset.copied : this.dataset.refused;
    setTimeout(() => (status.textContent = ""), 4000);
    return isCopied;
  }
}

// The meaning of a term, where an editor marked it: fetched from the glossary, and so through the
// gate. Shown by hover and focus, and by the first tap; closed by Escape.
class TermCard extends HTMLElement {
  #known = new Map();
  #link = null;
  #timer = 0;

  connectedCallback() {
    for (const link of document.querySelectorAll(".passage a.term")) {
      link.addEventListener("pointerenter", (e) => e.pointerType === "mouse" && this.#soon(() => this.#show(link), 150));
      link.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && this.#soon(() => this.#hide(), 250));
      link.addEventListener("focus", () => link.matches(":focus-visible") && this.#show(link));
      link.addEventListener("blur", () => this.#hide());
      link.addEventListener("click", (e) => {
        if (e.pointerType !== "touch" || this.#link === link) return;
        e.preventDefault();
        this.#show(link).then((isShown) => isShown || location.assign(link.href));
      });
      // Reached by the keyboard before this script was here.
      if (link.matches(":focus-visible")) this.#show(link);
    }
    this.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.addEventListener("pointerleave", () => this.#soon(() => this.#hide(), 250));
    addEventListener("keydown", (e) => e.key === "Escape" && this.#hide());
    addEventListener("pointerdown", (e) => {
      if (!e.target.closest("term-card, a.term")) this.#hide();
    });
  }

  #soon(act, wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, wait);
  }

  // Whether there is a meaning to show.
  async #show(link) {
    this.#hide();
    this.#link = link;
    const meaning = this.#known.get(link.href) ?? (await this.#meaning(link.href));
    if (!meaning) return false;
    this.#known.set(link.href, meaning);
    if (this.#link !== link) return true;
    this.replaceChildren(meaning.cloneNode(true));
    this.hidden = false;
    link.setAttribute("aria-describedby", this.id);
    const at = link.getClientRects()[0];
    const isAbove = at.bottom + this.offsetHeight + 16 > innerHeight && at.top > this.offsetHeight;
    const left = Math.min(at.left, document.documentElement.clientWidth - this.offsetWidth - 12);
    this.style.insetInlineStart = `${Math.max(12, left) + scrollX}px`;
    this.style.insetBlockStart = `${scrollY + (isAbove ? at.top - this.offsetHeight - 8 : at.bottom + 8)}px`;
    return true;
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#link?.removeAttribute("aria-describedby");
    this.#link = null;
    this.hidden = true;
  }

  async #meaning(address) {
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = document.createDocumentFragment();
    const term = document.createElement("strong");
    term.textContent = page.querySelector("h1")?.textContent ?? "";
    const text = page.querySelector(".entry .passage") ?? page.querySelector(".entry .teaser");
    found.append(term, text ?? "");
    return found;
  }
}

customElements.define("article-contents", ArticleContents);
customElements.define("share-article", ShareArticle);
customElements.define("term-card", TermCard);

// A picture leads to its largest size, which the browser shows by itself: there it can be zoomed.
const article = document.querySelector(".article");
for (const picture of article.querySelectorAll(".passage figure picture")) {
  const [address, width] = picture.querySelector("[type='image/webp']").srcset.split(", ").at(-1).split(" ");
  const image = picture.querySelector("img");
  if (parseInt(width) <= image.clientWidth) continue;
  const link = document.createElement("a");
  link.className = "larger";
  link.href = address;
  link.setAttribute("aria-label", [image.alt, article.dataset.larger].filter(Boolean).join(" – "));
  picture.replaceWith(link);
  link.append(picture);
}

// What signs in at the gate is fetched when somebody turns to it.
const gate = document.querySelector("sign-in");
if (gate?.querySelector(".code")) import(gate.dataset.module);
gate?.addEventListener("focusin", () => import(gate.dataset.module), { once: true });

// Just let in: on from the paragraph where the text was cut. A reload would go to where the gate was.
if (history.state?.isIn) {
  history.replaceState(null, "");
  const rest = document.getElementById("les-videre");
  rest.tabIndex = -1;
  rest.focus({ preventScroll: true });
  rest.scrollIntoView({ behavior: "instant" });
  // Not before: until the page is loaded, the browser would still go back to where the gate was.
  addEventListener("pagehide", () => (history.scrollRestoration = "auto"), { once: true });
}
