// <copy-text>: a field and a button that copies it. Without the script there is no button.
customElements.define(
  "copy-text",
  class extends HTMLElement {
    connectedCallback() {
      const field = this.querySelector("input");
      const button = this.querySelector("button");
      const status = this.querySelector("[role=status]");
      button.hidden = false;
      field.addEventListener("focus", () => field.select());
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(field.value);
        status.textContent = status.dataset.done;
      });
    }
  },
);
