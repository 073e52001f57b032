// Where the caret goes next, so that an article is written with few clicks.

// To the title of a new page. The browser looks for that field before Wagtail has shown its tab.
addEventListener("load", () => {
  if (document.activeElement === document.body) document.querySelector("[data-edit-form] [autofocus]")?.focus();
});

// With Enter, from the title to the lead and from there to the text, and from a line of a block to the
// next text. Enter would otherwise submit the form.
function below(field) {
  if (field.id === "id_title") return document.querySelector("#id_lead");
  const isLine = field.id === "id_lead" || field.matches("#body-root input[type=text]:not(table *)");
  const texts = isLine ? [...document.querySelectorAll("#body-root [contenteditable=true]")] : [];
  return texts.find((text) => field.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING);
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey) return;
  const next = below(event.target);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

// To the name in a new row of the by-line. Wagtail focuses the row.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[id^=inline_child_]")) target.querySelector("author-input input[role=combobox]")?.focus();
});

// To the alternative text of a picture that has been chosen, once the chooser has closed.
let chosen = null; // the hidden field with the picture's key
document.addEventListener("change", ({ target }) => {
  if (target.type === "hidden") chosen = target;
});
jQuery(document).on("hidden.bs.modal", () => {
  chosen?.closest("[data-streamfield-child]")?.querySelector('input[name$="-alt"]')?.focus();
  chosen = null;
});
