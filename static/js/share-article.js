// Copies or shares the article's link, the links of its headings, and its citations.
// Without this script, a reader can send the link by e-mail.
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

  // Returns whether the text was copied. A browser may refuse.
  async #copy(text) {
    const isCopied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    const status = this.querySelector("[role=status]");
    status.textContent = isCopied ? this.dataset.copied : this.dataset.refused;
    setTimeout(() => (status.textContent = ""), 4000);
    return isCopied;
  }
}

customElements.define("share-article", ShareArticle);
