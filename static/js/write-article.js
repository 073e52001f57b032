// «Write article»: typing filters the list of series, Enter opens the first that is left.
customElements.define(
  "write-article",
  class extends HTMLElement {
    connectedCallback() {
      const [details, filter] = [this.querySelector("details"), this.querySelector("input")];
      const rows = [...this.querySelectorAll("li")];
      const none = this.querySelector(".write-none");
      details.addEventListener("toggle", () => details.open && filter.focus());
      filter.addEventListener("input", () => {
        const words = filter.value.toLowerCase().split(/\s+/);
        for (const row of rows) {
          const title = row.textContent.toLowerCase();
          row.hidden = !words.every((word) => title.includes(word));
        }
        none.hidden = rows.some((row) => !row.hidden);
      });
      filter.addEventListener("keydown", (event) => {
        if (event.key === "Enter") rows.find((row) => !row.hidden)?.querySelector("a").click();
      });
      addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !details.open) return;
        details.open = false;
        details.querySelector("summary").focus();
      });
      document.addEventListener("click", ({ target }) => {
        if (!this.contains(target)) details.open = false;
      });
    }
  },
);
