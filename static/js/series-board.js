// The board of a series: what is done with several parts at once, and the rule that the first part is
// open. What saving would open or lock is told before it is saved. The order is row-order.js.
customElements.define(
  "series-board",
  class extends HTMLElement {
    connectedCallback() {
      this.body = this.querySelector("tbody");
      this.form = this.querySelector("#board-order");
      this.many = this.querySelector("#board-many");
      if (!this.form) return;
      this.list = this.closest("row-order");
      this.first = this.firstLive();
      this.list.addEventListener("row-order:moved", () => this.show());
      this.addEventListener("change", ({ target }) => {
        if (target.matches(".board-all")) for (const box of this.boxes()) box.checked = target.checked;
        this.show();
      });
      this.show();
    }

    boxes = () => this.body.querySelectorAll("[name=id]");
    firstLive = () => this.body.querySelector("tr[data-live]");

    show() {
      this.showChosen();
      const rule = this.form.elements.opens_first;
      const first = rule.checked ? this.firstLive() : null;
      const opening = first && !("open" in first.dataset) ? first : null;
      const said = this.form.querySelector(".board-opens");
      said.hidden = !opening;
      said.textContent = opening ? this.dataset.openText.replace("%s", () => opening.dataset.title) : "";
      this.form.elements.opens.value = opening?.dataset.pk ?? "";
      this.showFormer(first && first !== this.first ? this.first : null);
      this.list.also = Boolean(opening) || rule.checked !== (rule.dataset.was === "1");
      this.list.show();
    }

    // The part that was first keeps its access, unless the editor ticks that it shall not.
    showFormer(former) {
      const lock = this.form.querySelector(".board-locks");
      const [box, text] = [lock.querySelector("input"), lock.querySelector("span")];
      lock.hidden = !(former && "open" in former.dataset);
      box.disabled = lock.hidden;
      if (lock.hidden) return;
      box.value = former.dataset.pk;
      text.textContent = text.dataset.text.replace("%s", () => former.dataset.title);
    }

    showChosen() {
      const chosen = [...this.boxes()].filter((box) => box.checked).length;
      const count = this.many.querySelector(".board-count");
      count.textContent = chosen === 1 ? count.dataset.one : count.dataset.more.replace("%s", chosen);
      this.many.hidden = !chosen;
    }
  },
);
