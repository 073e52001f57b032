// Corrections to Wagtail's own scripts.

// When a field loses focus, Wagtail would replace an unreadable date with today's. Without that, the
// server refuses the date.
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;

// The calendar opens a moment after its field has the focus, which may be gone by then. It would lie
// over the fields below.
jQuery.fn.datetimepicker.defaults.onShow = (time, input) => document.activeElement === input[0];

// A button pressed during an automatic save would send a second request at the same time. For a new
// page, both would create it, and the server would refuse the second, which has the latest text. So
// the press waits until the save ends. By then the form knows the created page.
let saving = null; // the form with an automatic save under way
let pressed = null; // the button that waits
let left = false; // whether the form is being submitted

document.addEventListener(
  "w-autosave:save",
  (event) => {
    if (!pressed && !left) return void (saving = event.target);
    event.preventDefault(); // the waiting press sends the text
    event.stopImmediatePropagation();
  },
  true,
);
for (const end of ["success", "error"]) {
  document.addEventListener(`w-autosave:${end}`, ({ detail }) => {
    saving = null;
    // Another editor has saved the page. At the next press, Wagtail asks what to do.
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
  // The editor may have stopped the submission.
  if (left) setTimeout(() => (left = false), 30_000);
});
addEventListener("pageshow", () => {
  left = false;
});

// After the page is created, Wagtail may have replaced the form's footer and its buttons.
function standIn(button) {
  const name = button.name ? `[name="${button.name}"]` : ":not([name])";
  return button.isConnected ? button : document.querySelector(`#page-edit-form button${name}[type=submit]`);
}

// At the end of a save, Wagtail counts the whole form as saved, including text written after the save
// copied it. Nothing would save that text, and Wagtail would not warn on leaving. So the form is
// marked as unsaved. Wagtail also does not watch a refused form for changes, not even after its first
// save. A new interval makes Wagtail start watching.
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
  const filled = Object.keys(detail.response.field_updates ?? {}); // filled by the save itself
  if (written(new FormData(target), filled) === written(sent, filled)) return;
  setTimeout(() => {
    target.dataset.wUnsavedForceValue = "true";
    target.dataset.wUnsavedHasEditsValue = "true";
  });
});

const NOT_WRITTEN = /^(csrfmiddlewaretoken|next|(loaded|overwrite)_revision_.*|comments-.*)$/;
function written(form, filled) {
  const fields = [...form].filter(([name]) => !NOT_WRITTEN.test(name) && !filled.includes(name));
  // Compare a file by its name: as text, all files are alike.
  return JSON.stringify(fields.map(([name, value]) => [name, value.name ?? value]));
}

// Wagtail watches a form only from 2 s after the page has loaded, and takes what was written until then
// as the original. It even begins twice. So the form is read at the first key or click, and compared each
// time that Wagtail begins, until the first save.
let untouched = null; // the form's contents before its first change
let hasSaved = false;
for (const kind of ["keydown", "pointerdown", "paste", "drop"]) {
  addEventListener(
    kind,
    () => {
      const form = document.querySelector("[data-edit-form]");
      if (form && !hasSaved) untouched ??= written(new FormData(form), []);
    },
    true,
  );
}
document.addEventListener("w-autosave:save", () => {
  hasSaved = true;
});
document.addEventListener("w-unsaved:watch-edits", ({ target }) => {
  if (hasSaved) return;
  const now = written(new FormData(target), []);
  untouched ??= now;
  if (now === untouched) return;
  setTimeout(() => {
    target.dataset.wUnsavedForceValue = "true";
    target.dataset.wUnsavedHasEditsValue = "true";
  });
});

// With `maxlength`, the browser silently cuts a long text. Without it, the server states the limit.
document.addEventListener("focusin", ({ target }) => target.removeAttribute("maxlength"));

// When a slug field loses focus, Wagtail would drop the letters æ, ø and å.
const LETTERS = { æ: "ae", ø: "o", å: "a" };
document.addEventListener(
  "blur",
  ({ target }) => {
    if (!target.matches?.("[data-controller~=w-slug]")) return;
    target.value = target.value.replace(/[æøå]/gi, (letter) => LETTERS[letter.toLowerCase()]);
  },
  true,
);

// Wagtail would forget a preview mode that is chosen while the preview loads.
document.addEventListener("w-preview:loaded", ({ target }) => {
  const mode = target.querySelector("[data-w-preview-target=mode]");
  const shown = target.querySelector("[data-w-preview-target=iframe]");
  if (!mode || new URL(shown.src).searchParams.get("mode") === mode.value) return;
  setTimeout(() => mode.dispatchEvent(new Event("change", { bubbles: true })));
});

// Wagtail stores the state of its folded menu in a cookie. Every request would send it, and it has
// none of the attributes that cookies have here. Keep the state in local storage instead.
const FOLDED = "wagtail_sidebar_collapsed";
const cookies = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
Object.defineProperty(document, "cookie", {
  get: () => `${cookies.get.call(document)}; ${FOLDED}=${localStorage.getItem(FOLDED) ?? 0}`,
  set: (cookie) => {
    const folded = cookie.match(`^${FOLDED}=([01])`);
    if (folded) localStorage.setItem(FOLDED, folded[1]);
  },
});

// Wagtail's scripts accept messages from any window. Only windows of our own origin may send them.
addEventListener("message", (event) => event.origin === location.origin || event.stopImmediatePropagation(), true);
