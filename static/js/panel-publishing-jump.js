// A line in the sheet leads to the block or the field that it speaks of.

// Where one writes comes before what one presses.
const WRITTEN = "input:not([type=hidden], [type=file], :disabled), textarea, select, [contenteditable=true]";
const PRESSED = "button:not([aria-expanded], :disabled)";
const MARKED = 3000; // ms

function placeOf({ sheetJump: block, sheetField: field }) {
  if (block) return document.querySelector(`[data-contentpath="${CSS.escape(block)}"]`);
  const rows = document.querySelector(`#id_${field}-FORMS`); // an author each, for one
  return rows?.closest("section") ?? document.querySelector(`#page-edit-form :is([data-contentpath="${field}"], [name="${field}"])`);
}

function innerOf(place) {
  if (place.matches(WRITTEN)) return place;
  const seen = (kind) => [...place.querySelectorAll(kind)].find((each) => each.checkVisibility());
  return seen(WRITTEN) ?? seen("[id$=-ADD]") ?? seen(PRESSED);
}

// What is folded away, or stands in another tab, can't be seen or focused.
function unfold(place) {
  const tab = place.closest("[role=tabpanel]");
  const closed = tab?.hidden ? [document.querySelector(`[role=tab][href="#${tab.id}"]`)] : [];
  for (let at = place; at && at !== tab; at = at.parentElement) {
    closed.push(at.querySelector(":scope > .w-panel > .w-panel__header [aria-expanded=false]"));
    if (at.matches(".w-panel")) closed.push(at.querySelector(":scope > .w-panel__header [aria-expanded=false]"));
  }
  const found = [...new Set(closed.filter((each) => each && each.matches("[role=tab], .w-panel__toggle")))];
  for (const each of found) each.click();
  return found.length > 0;
}

const settled = () => new Promise((done) => setTimeout(done, 250)); // ms, a tab or a block opens

async function jump(line) {
  const place = placeOf(line.dataset);
  line.closest("dialog").close();
  if (!place) return;
  if (unfold(place)) await settled();
  place.scrollIntoView({ block: "center" });
  innerOf(place)?.focus({ preventScroll: true });
  const shown = place.closest(".w-field__wrapper") ?? place;
  shown.classList.add("sheet-target");
  setTimeout(() => shown.classList.remove("sheet-target"), MARKED);
}

document.addEventListener("click", ({ target }) => {
  const line = target.closest?.("[data-sheet-jump]");
  if (line) jump(line);
});
