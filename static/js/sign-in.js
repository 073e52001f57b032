// Signing in. On the account's own pages it sends the code when all its digits are there. At the gate
// (`stays`) the reader never leaves the article either: each form is sent from here, a link to another
// step is followed from here, and what the server answers with takes its place.

const DIGITS = 6;

class SignIn extends HTMLElement {
  #sent = "";
  #asking = null; // what the gate first asked, in its own words

  connectedCallback() {
    this.addEventListener("input", ({ target }) => target.matches(".code") && this.#typed(target));
    const code = this.querySelector(".code");
    if (code && code === document.activeElement) queueMicrotask(() => this.#typed(code)); // typed while this was fetched
    if (!this.hasAttribute("stays")) return;
    if (this.querySelector("[name=email]")) this.#asking = [...this.childNodes];
    this.addEventListener("submit", (event) => this.#send(event));
    this.addEventListener("click", (event) => this.#follow(event));
  }

  #typed(input) {
    const code = input.value.replace(/\D/g, "");
    if (code.length !== DIGITS || code === this.#sent) return;
    this.#sent = code;
    input.form.requestSubmit();
  }

  async #send(event) {
    event.preventDefault();
    if (this.ariaBusy === "true") return;
    const form = event.target;
    const body = new URLSearchParams(new FormData(form, event.submitter));
    // Not `form.action`: a field may have that name.
    await this.#ask(form.getAttribute("action"), { method: "POST", body }, () => form.submit());
  }

  #follow(event) {
    const link = event.target.closest("a[data-step]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.ariaBusy !== "true") this.#ask(link.href, {}, () => location.assign(link.href));
  }

  async #ask(url, how, otherwise) {
    this.ariaBusy = "true";
    try {
      const response = await fetch(url, how);
      this.#answer(response.url, new DOMParser().parseFromString(await response.text(), "text/html"));
    } catch {
      otherwise(); // the browser says better what is wrong with the line
    } finally {
      this.ariaBusy = "false";
    }
  }

  #answer(url, page) {
    const step = page.querySelector("sign-in > .step");
    const trouble = page.querySelector(".notice .lead");
    if (step && !page.querySelector("sign-in[stays]")) this.#show(step);
    else if (trouble) this.#complain(trouble.textContent);
    else this.#enter(url);
  }

  #show(step) {
    document.adoptNode(step);
    if (step.querySelector("[name=email]") && this.#asking) this.#askAgain(step);
    else this.replaceChildren(step);
    (this.querySelector("[aria-invalid], [autofocus]") ?? this.querySelector("input:not([type=hidden])"))?.focus();
  }

  #askAgain(step) {
    const field = step.querySelector(".field");
    this.replaceChildren(...this.#asking);
    const asked = this.querySelector(".field");
    field.querySelector("input").value ||= asked.querySelector("input").value;
    asked.replaceWith(field);
    this.#asking = [...this.childNodes];
    this.querySelector(".message")?.remove();
    const note = step.querySelector(".message");
    if (note) field.before(note);
  }

  #complain(text) {
    const note = this.querySelector(".message.error") ?? document.createElement("p");
    note.className = "message error";
    note.role = "alert";
    note.textContent = text;
    this.prepend(note);
  }

  // In: the same page again, now with the rest of the text. Or to what stands in between, such as a
  // second factor.
  #enter(url) {
    if (new URL(url).pathname !== location.pathname) return location.assign(url);
    history.replaceState({ isIn: true }, "", "#les-videre"); // gate.js goes on from there
    history.scrollRestoration = "manual";
    location.reload();
  }
}

customElements.define("sign-in", SignIn);

// A passkey is offered where the browser knows what that is.
class PasskeyWay extends HTMLElement {
  connectedCallback() {
    this.hidden = !window.PublicKeyCredential;
    const no = this.querySelector("[data-url]");
    no?.addEventListener("click", () => {
      fetch(no.dataset.url, { method: "POST" }).catch(() => {});
      this.remove();
    });
  }
}

customElements.define("passkey-way", PasskeyWay);

// After a form that was refused, to what is wrong in it, or to its first field.
const refused = document.querySelector(".account form:has(.nonfield)");
(document.querySelector(".account [aria-invalid=true]") ?? refused?.querySelector(".field input"))?.focus();

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("passkey-trouble");
  if (!trouble) return;
  if (event.detail.exception?.name === "InvalidStateError") trouble.textContent = trouble.dataset.known;
  trouble.hidden = false;
});
