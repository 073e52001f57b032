// Signing in. On the account's own pages, it sends the code as soon as all digits are there. At the
// gate (`stays`), the reader also stays in the article: this script sends each form and follows each
// link to another step, and shows the server's response in place of the current step.

const DIGITS = 6;

class SignIn extends HTMLElement {
  #sent = "";
  #asking = null; // the gate's first step, with the gate's own texts

  connectedCallback() {
    this.addEventListener("input", ({ target }) => target.matches(".code") && this.#typed(target));
    this.addEventListener("change", ({ target }) => target.matches("[type=email]") && suggest(target));
    const code = this.querySelector(".code");
    if (code && code === document.activeElement) queueMicrotask(() => this.#typed(code)); // typed while this script loaded
    if (!this.hasAttribute("stays")) return;
    if (this.querySelector("[type=email]")) this.#asking = [...this.childNodes];
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
      otherwise(); // the browser explains a network error better
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
    if (step.querySelector("[type=email]") && this.#asking) this.#askAgain(step);
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

  // The reader is signed in. Reload the page, now with the rest of the text, or go to a further step,
  // such as a second factor.
  #enter(url) {
    if (new URL(url).pathname !== location.pathname) return location.assign(url);
    history.replaceState({ isIn: true }, "", "#les-videre"); // gate.js goes on from there
    history.scrollRestoration = "manual";
    location.reload();
  }
}

customElements.define("sign-in", SignIn);

// Offers the address that was probably meant. The rule is that of accounts/typos.py. The offer stands
// below the form's button, which would otherwise move away from under a press.
function suggest(input) {
  const note = input.form.querySelector("[data-common]");
  if (!note) return;
  const button = note.querySelector("button");
  button.textContent = likelyAddress(input.value, note.dataset.common.split(" "), note.dataset.real.split(" "));
  note.hidden = !button.textContent;
  button.onclick = () => {
    input.value = button.textContent;
    note.hidden = true;
    input.focus();
  };
}

const LONG = 10;

function likelyAddress(email, common, real) {
  const [, local, domain] = email.trim().toLowerCase().match(/^(.+)@(.*)$/) ?? [];
  if (!local || common.includes(domain) || real.includes(domain)) return "";
  const near = common.map((each) => [distance(domain, each), each]).sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1));
  const found = near.find(([steps, each]) => steps <= allowed(domain, each));
  return found ? `${local}@${found[1]}` : "";
}

function allowed(domain, common) {
  const endsAlike = domain.split(".").at(-1) === common.split(".").at(-1);
  const isLong = Math.min(domain.length, common.length) >= LONG;
  return isLong && endsAlike && domain[0] === common[0] ? 2 : 1;
}

function distance(one, other) {
  let before = [];
  let above = [...Array(other.length + 1).keys()];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, above] = [above, row];
  }
  return above[other.length];
}

// Offers a passkey if the browser supports it.
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

// After a refused form, focus the field with the error, or else the form's first field.
const refused = document.querySelector(".account form:has(.nonfield)");
(document.querySelector(".account [aria-invalid=true]") ?? refused?.querySelector(".field input"))?.focus();

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("passkey-trouble");
  if (!trouble) return;
  if (event.detail.exception?.name === "InvalidStateError") trouble.textContent = trouble.dataset.known;
  trouble.hidden = false;
});
