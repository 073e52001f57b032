// Suggestions below a search field: the ARIA pattern of an editable combobox with a list. Without
// this script, the field is a plain form.
const WAIT = 120; // milliseconds between two requests, at least

class SiteSearch extends HTMLElement {
  #input = this.querySelector("input[type=search]");
  #list = this.querySelector("[role=listbox]");
  #status = this.querySelector("[role=status]");
  #known = new Map();
  #timer = 0;
  #at = -1;

  connectedCallback() {
    const combobox = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.#list.id };
    for (const [name, value] of Object.entries(combobox)) this.#input.setAttribute(name, value);
    this.#input.addEventListener("input", () => this.#soon());
    this.#input.addEventListener("keydown", (event) => this.#press(event));
    this.#input.addEventListener("blur", () => this.#close());
    // The field keeps the focus while an option is pressed.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#go(event.target.closest("[role=option]")));
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), WAIT);
  }

  async #ask() {
    const typed = this.#input.value.trim();
    if (typed.length < 2) return this.#close();
    let found = this.#known.get(typed);
    if (!found) {
      const address = `${this.dataset.suggestions}?${new URLSearchParams({ q: typed })}`;
      const answer = await fetch(address, { credentials: "omit" }).catch(() => null);
      found = answer?.ok ? (await answer.json()).suggestions : [];
      if (answer?.ok) this.#known.set(typed, found);
    }
    if (typed === this.#input.value.trim() && this.contains(document.activeElement)) this.#show(found);
  }

  #show(found) {
    this.#close();
    this.#list.replaceChildren(...found.map((each, number) => this.#option(each, number)));
    this.#list.hidden = !found.length;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    const { one, many } = this.#status.dataset;
    this.#status.textContent = found.length > 1 ? `${found.length} ${many}` : found.length ? one : "";
  }

  #option({ title, url, kind, hint }, number) {
    const option = document.createElement("li");
    Object.assign(option, { id: `${this.#list.id}-${number}`, role: "option" });
    option.setAttribute("aria-selected", "false");
    option.dataset.url = url;
    const name = document.createElement("span");
    const more = document.createElement("span");
    name.textContent = title;
    more.textContent = hint ? `${kind} · ${hint}` : kind;
    more.className = "meta";
    option.append(name, " ", more);
    return option;
  }

  #press(event) {
    const options = [...this.#list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !this.#list.hidden) {
      event.preventDefault(); // the first Escape closes the list, and the next one empties the field
      this.#close();
    } else if (step && this.#list.hidden) {
      this.#ask();
    } else if (step && !event.altKey) {
      event.preventDefault();
      // From the field to the first or the last, and past them back to the field.
      this.#choose(((this.#at + 1 + step + options.length + 1) % (options.length + 1)) - 1);
    } else if (event.key === "Enter" && this.#at >= 0) {
      event.preventDefault();
      this.#go(options[this.#at]);
    }
  }

  #choose(number) {
    this.#at = number;
    for (const [n, option] of [...this.#list.children].entries()) option.setAttribute("aria-selected", String(n === number));
    const chosen = this.#list.children[number];
    if (chosen) this.#input.setAttribute("aria-activedescendant", chosen.id);
    else this.#input.removeAttribute("aria-activedescendant");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  #go(option) {
    if (option) location.assign(option.dataset.url);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#choose(-1);
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#status.textContent = "";
  }
}

customElements.define("site-search", SiteSearch);
