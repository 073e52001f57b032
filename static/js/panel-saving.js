// Says what an automatic save left out, and keeps trying while none can be made. The text stays in the
// form meanwhile, and Wagtail warns before the tab is closed. The words are in the element's template.
const AGAIN = 10_000; // ms

const TAB_OPENS = 250; // ms

class SavingNotice extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("w-autosave:success", (event) => this.saved(event), { signal });
    document.addEventListener("w-autosave:error", (event) => this.failed(event), { signal });
    this.addEventListener("click", ({ target }) => target.dataset.field && this.goTo(target.dataset.field), { signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  saved({ target, detail }) {
    clearTimeout(this.timer);
    const left = detail.response.left_out ?? [];
    this.hidden = !left.length;
    this.replaceChildren();
    if (left.length) this.append(this.dataset.except, " ");
    for (const { name, label, message } of left) {
      const link = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      link.dataset.field = name;
      this.append(link, ` – ${message} `);
    }
  }

  failed({ target, detail: { type, text } }) {
    clearTimeout(this.timer);
    this.say(this.dataset[type.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())] ?? text);
    if (type !== "invalid_revision") this.timer = setTimeout(() => this.again(target), AGAIN);
  }

  say(words) {
    this.hidden = false;
    this.textContent = `${words} ${this.dataset.kept}`;
  }

  // A fresh form tells whether the editor is still signed in, and brings the token of a new sign-in.
  async again(form) {
    this.timer = setTimeout(() => this.again(form), AGAIN);
    const answer = await fetch(location.href).catch(() => null);
    if (!answer) return this.say(this.dataset.networkError);
    if (answer.redirected) return this.say(this.dataset.signedOut);
    const token = (await answer.text()).match(/name="csrfmiddlewaretoken" value="(\w+)"/)?.[1];
    if (token) form.elements.csrfmiddlewaretoken.value = window.wagtailConfig.CSRF_TOKEN = token;
    form.dataset.wAutosaveActiveValue = "true";
    form.dispatchEvent(new CustomEvent("w-unsaved:add", { bubbles: true, cancelable: true, detail: { type: "edits" } }));
  }

  goTo(name) {
    const field = document.querySelector(`[data-edit-form] [name="${CSS.escape(name)}"]`);
    const tab = field?.closest("[role=tabpanel]");
    if (!tab?.hidden) return field?.focus();
    document.querySelector(`[role=tab][href="#${tab.id}"]`)?.click();
    setTimeout(() => field.focus(), TAB_OPENS);
  }
}
customElements.define("saving-notice", SavingNotice);

// Wagtail's editor writes a text to its field 250 ms after a change. A quick save, or a quick look at
// what would be published, would miss the last words.
const IN_FIELD = 300; // ms, with a margin
const AT_MOST = 5_000; // ms; then the form is sent as it is
let changed = -IN_FIELD;
let held = null; // the button whose click waits
let isHandedOn = false;
for (const type of ["keydown", "paste", "drop", "click", "focusout"]) {
  window.addEventListener(
    type,
    ({ target }) => {
      if (target.closest?.("[data-draftail-editor-wrapper]")) changed = performance.now();
    },
    true,
  );
}

const hasItsText = ({ rawContentState, draftailEditor }) => {
  const stored = rawContentState?.blocks.map(({ text }) => text).join("\n") ?? "";
  return draftailEditor.getEditorState().getCurrentContent().getPlainText().trim() === stored.trim();
};
const isInField = (form) =>
  performance.now() - changed > IN_FIELD && [...form.elements].filter((field) => field.draftailEditor).every(hasItsText);

window.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("[type=submit], [data-workflow-action-name], [data-publishing-sheet]");
    const { form } = button ?? {};
    if (isHandedOn || !form?.matches("[data-edit-form]") || (!held && isInField(form))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const isFirst = !held;
    held = button; // the last press counts
    if (!isFirst) return;
    const end = performance.now() + AT_MOST;
    const timer = setInterval(() => {
      if (performance.now() < end && !isInField(form)) return;
      clearInterval(timer);
      const pressed = held;
      held = null;
      isHandedOn = true;
      pressed.click();
      isHandedOn = false;
    }, 50);
  },
  true,
);
