// Saves an article from the bar, without taking the reader away from the text.
class SaveArticle extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    const button = this.querySelector("button");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form, button));
      const answer = await fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => null);
      const { pathname } = new URL(answer?.url ?? "/", location.href);
      if (answer?.ok && pathname === location.pathname) return this.#show(form, button.value === "1");
      if (answer?.redirected) return location.assign(answer.url); // to the log-in, for instance
      this.querySelector("[role=status]").textContent = this.dataset.failed;
    });
  }

  // The button at the end of the article says the same as this one.
  #show(form, isSaved) {
    this.querySelector("[role=status]").textContent = "";
    const button = this.querySelector("button");
    for (const other of document.querySelectorAll(`form[action="${form.getAttribute("action")}"] button`)) {
      other.value = isSaved ? "0" : "1";
      if (other === button) continue;
      other.textContent = isSaved ? button.dataset.off : button.dataset.on;
      other.classList.toggle("is-on", isSaved);
    }
    button.setAttribute("aria-pressed", isSaved);
  }
}

customElements.define("save-article", SaveArticle);
