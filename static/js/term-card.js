// Shows the meaning of a term that an editor has marked. It is fetched from the glossary, and so
// through the gate. Hover, focus or the first tap shows it, and Escape closes it.
// Without this script, the term is a link to the glossary.
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
      // The keyboard reached the link before this script loaded.
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

  // Returns whether there is a meaning to show.
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

customElements.define("term-card", TermCard);
