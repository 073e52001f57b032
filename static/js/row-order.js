// Rows change places by dragging, by the arrow buttons, and by the arrow keys on the handle. Nothing
// is saved before the form is sent. A row that has moved is told of for those who don't see it.
customElements.define(
  "row-order",
  class extends HTMLElement {
    also = false; // whether something besides the order waits to be saved

    connectedCallback() {
      this.body = this.querySelector("tbody");
      this.form = this.querySelector("#board-order");
      if (!this.form) return;
      this.order = this.keys();
      this.addEventListener("click", ({ target }) => {
        const button = target.closest(".board-up, .board-down");
        if (button) this.step(button, button.matches(".board-up") ? -1 : 1);
      });
      this.addEventListener("keydown", (event) => {
        const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!way || !event.target.matches(".board-handle")) return;
        event.preventDefault();
        this.step(event.target, way);
      });
      this.addEventListener("dragstart", ({ target, dataTransfer }) => {
        if (!target.matches?.(".board-handle")) return;
        this.dragged = target.closest("tr");
        dataTransfer.effectAllowed = "move";
        dataTransfer.setDragImage(this.dragged, 0, 0);
        this.dragged.classList.add("dragged");
      });
      this.body.addEventListener("dragover", (event) => {
        const over = event.target.closest("tr");
        if (this.dragged) event.preventDefault();
        if (!this.dragged || !over || over === this.dragged) return;
        const { top, height } = over.getBoundingClientRect();
        over[event.clientY < top + height / 2 ? "before" : "after"](this.dragged);
      });
      this.addEventListener("dragend", () => {
        this.dragged?.classList.remove("dragged");
        if (this.dragged) this.moved(this.dragged);
        this.dragged = null;
      });
      this.form.addEventListener("submit", () => (this.sent = true));
      this.form.addEventListener("click", ({ target }) => (this.sent ||= target.matches("a")));
      addEventListener("beforeunload", (event) => {
        if (!this.sent && (this.isMoved() || this.also)) event.preventDefault();
      });
      this.show();
    }

    keys = () => [...this.body.rows].map((row) => row.dataset.pk).join();
    isMoved = () => this.keys() !== this.order || this.hasAttribute("data-unsaved");

    step(button, way) {
      const row = button.closest("tr");
      const other = way < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      other[way < 0 ? "before" : "after"](row);
      button.focus();
      this.moved(row);
    }

    moved(row) {
      const rows = [...this.body.rows];
      for (const [n, each] of rows.entries()) each.querySelector(".number > span").textContent = n + 1;
      const place = [row.dataset.title, rows.indexOf(row) + 1, rows.length];
      const said = place.reduce((text, value) => text.replace("%s", () => value), this.dataset.movedText);
      this.form.querySelector("[role=status]").textContent = said;
      this.show();
      this.dispatchEvent(new Event("row-order:moved"));
    }

    show() {
      this.form.querySelector(".board-order-changed").hidden = !this.isMoved();
      this.form.querySelector(".board-unsaved").hidden = !(this.isMoved() || this.also);
    }
  },
);
