// Gaps in Wagtail's own scripts.

// A date that can't be read would become today's when the field is left. So the server refuses it.
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;

// A save pressed while an automatic save is under way would reach the server beside it, and a new
// page be made twice: the second is refused, with what was written last. So the press waits its
// turn; by then the form knows the page that was made.
let saving = null; // the form that saves itself
let pressed = null; // the button that waits
let left = false; // the form is on its way

document.addEventListener(
  "w-autosave:save",
  (event) => {
    if (!pressed && !left) return void (saving = event.target);
    event.preventDefault(); // what was written goes with the press
    event.stopImmediatePropagation();
  },
  true,
);
for (const end of ["success", "error"]) {
  document.addEventListener(`w-autosave:${end}`, ({ detail }) => {
    saving = null;
    // Somebody else has saved it: Wagtail asks at the next press what to do.
    if (detail?.type === "invalid_revision") pressed = null;
    setTimeout(() => {
      const button = pressed && standIn(pressed);
      pressed = null;
      button?.click();
    });
  });
}
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest?.("button[type=submit]");
    if (!saving || button?.form !== saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = button;
  },
  true,
);
document.addEventListener("submit", (event) => {
  left = !event.defaultPrevented && event.target.matches("[data-edit-form]");
  // Unless the editor stopped it.
  if (left) setTimeout(() => (left = false), 30_000);
});
addEventListener("pageshow", () => {
  left = false;
});

// With the page made, the form's foot may have been made anew.
function standIn(button) {
  const name = button.name ? `[name="${button.name}"]` : ":not([name])";
  return button.isConnected ? button : document.querySelector(`#page-edit-form button${name}[type=submit]`);
}

// What is in the form at the end of a save counts as saved, also what was written since the save
// took its copy: nothing would save it, and nobody be asked on leaving. So it is marked as unsaved.
// And what was refused is not watched for changes: after its first save it never would be. A new
// interval sets Wagtail to it.
let sent = null; // FormData
let refused = null; // a form
document.addEventListener("w-autosave:save", ({ detail }) => {
  sent = detail.formData;
});
document.addEventListener("w-unsaved:ready", ({ target }) => {
  if (target.dataset.wUnsavedForceValue === "true") refused = target;
});
document.addEventListener("w-autosave:success", ({ target, detail }) => {
  if (target === refused) target.dataset.wUnsavedCheckIntervalValue = "501"; // ms; 500 is the usual
  const filled = Object.keys(detail.response.field_updates ?? {}); // by the save itself
  if (written(new FormData(target), filled) === written(sent, filled)) return;
  setTimeout(() => {
    target.dataset.wUnsavedForceValue = "true";
    target.dataset.wUnsavedHasEditsValue = "true";
  });
});

const NOT_WRITTEN = /^(csrfmiddlewaretoken|next|(loaded|overwrite)_revision_.*|comments-.*)$/;
function written(form, filled) {
  const fields = [...form].filter(([name]) => !NOT_WRITTEN.test(name) && !filled.includes(name));
  // A file by its name: as text they are all alike.
  return JSON.stringify(fields.map(([name, value]) => [name, value.name ?? value]));
}

// A text that is too long would be cut in silence: the server says how much it may be.
document.addEventListener("focusin", ({ target }) => target.removeAttribute("maxlength"));

// An address of Norwegian words would lose its æ, ø and å when the field is left.
const LETTERS = { æ: "ae", ø: "o", å: "a" };
document.addEventListener(
  "blur",
  ({ target }) => {
    if (!target.matches?.("[data-controller~=w-slug]")) return;
    target.value = target.value.replace(/[æøå]/gi, (letter) => LETTERS[letter.toLowerCase()]);
  },
  true,
);

// A way of looking chosen while the preview loads would be forgotten.
document.addEventListener("w-preview:loaded", ({ target }) => {
  const mode = target.querySelector("[data-w-preview-target=mode]");
  const shown = target.querySelector("[data-w-preview-target=iframe]");
  if (!mode || new URL(shown.src).searchParams.get("mode") === mode.value) return;
  setTimeout(() => mode.dispatchEvent(new Event("change", { bubbles: true })));
});

// Wagtail remembers its folded menu in a cookie, which would go along with every request, and bears
// none of the marks that cookies have here. It is kept in the browser's own storage instead.
const FOLDED = "wagtail_sidebar_collapsed";
const cookies = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
Object.defineProperty(document, "cookie", {
  get: () => `${cookies.get.call(document)}; ${FOLDED}=${localStorage.getItem(FOLDED) ?? 0}`,
  set: (cookie) => {
    const folded = cookie.match(`^${FOLDED}=([01])`);
    if (folded) localStorage.setItem(FOLDED, folded[1]);
  },
});

// Wagtail's scripts take messages from any window; only a window of ours has something to say.
addEventListener("message", (event) => event.origin === location.origin || event.stopImmediatePropagation(), true);
