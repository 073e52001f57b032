// A text field that suggests authors while the editor types. The hidden field holds the chosen one's id.
class AuthorInput extends HTMLElement {
  connectedCallback() {
    if (this.text) return; // the row was moved
    [this.chosen, this.text] = this.querySelectorAll("input");
    this.list = this.querySelector("ul");
    this.name = this.text.value;
    this.list.id = `${this.text.id}-suggestions`;
    this.text.setAttribute("aria-controls", this.list.id);
    this.text.addEventListener("input", () => this.suggest());
    this.text.addEventListener("focus", () => this.text.select());
    this.text.addEventListener("keydown", (event) => this.press(event));
    this.text.addEventListener("blur", () => this.leave());
    // Not `click`: the field would lose its focus, and the list would close first.
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.choose(event.target.closest("[role=option]"));
    });
  }

  async suggest() {
    const typed = (this.typed = this.text.value.trim());
    const answer = await fetch(`${this.dataset.source}?${new URLSearchParams({ q: typed })}`).catch(() => null);
    if (!answer?.ok || typed !== this.typed || document.activeElement !== this.text) return;
    const { authors } = await answer.json();
    const rows = authors.map((author, n) => this.option(author, n));
    const none = Object.assign(document.createElement("li"), { textContent: this.dataset.none });
    none.setAttribute("role", "presentation");
    this.list.replaceChildren(...(rows.length ? rows : [none]));
    this.show(true);
    this.point(rows[0]);
  }

  option({ id, name, role, portrait }, n) {
    const row = document.createElement("li");
    row.setAttribute("role", "option");
    Object.assign(row, { id: `${this.list.id}-${n}` });
    Object.assign(row.dataset, { author: id, name });
    const face = Object.assign(document.createElement(portrait ? "img" : "span"), portrait ? { src: portrait, alt: "" } : { textContent: name[0], ariaHidden: "true" });
    const words = document.createElement("span");
    words.append(name, Object.assign(document.createElement("small"), { textContent: role }));
    row.append(face, words);
    return row;
  }

  press(event) {
    const { key } = event;
    const steps = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
    if (key === "Escape") this.show(false);
    else if (key === "Enter") this.choose(this.pointed);
    else if (steps[key] && this.list.hidden) this.suggest();
    else if (steps[key]) this.point(this.pointed?.[steps[key]] ?? this.pointed);
    else return;
    event.preventDefault(); // Enter would submit the form
  }

  point(row) {
    this.pointed?.removeAttribute("aria-selected");
    this.pointed = row;
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    this.text.setAttribute("aria-activedescendant", row?.id ?? "");
  }

  choose(row) {
    if (!row || this.list.hidden) return;
    this.chosen.value = row.dataset.author;
    this.text.value = this.name = row.dataset.name;
    this.show(false);
    this.chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }

  leave() {
    this.typed = null;
    this.show(false);
    if (!this.text.value.trim()) this.chosen.value = this.name = "";
    this.text.value = this.name; // half a name chooses nobody
  }

  show(open) {
    this.list.hidden = !open;
    this.text.setAttribute("aria-expanded", open);
    if (!open) this.point(undefined);
  }
}
// Not before: the browser connects an element when it has read its start tag, without its children.
addEventListener("DOMContentLoaded", () => customElements.define("author-input", AuthorInput));
