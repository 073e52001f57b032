// Lets a reader look at the password instead of typing it twice.

class ShowPassword extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const button = this.querySelector("button");
    if (!input || !button) return;
    const show = (isShown) => {
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
    };
    button.hidden = false;
    button.addEventListener("click", () => show(input.type === "password"));
    // Password managers and the browser's history recognise the field by its type.
    input.form?.addEventListener("submit", () => show(false));
    window.addEventListener("pageshow", () => show(false));
  }
}

customElements.define("show-password", ShowPassword);
