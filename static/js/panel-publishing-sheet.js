// Opens the sheet before publishing, as a dialog over the form, which keeps all that is written.
// What is chosen in the sheet is sent with the form.

const sheet = document.createElement("dialog");
sheet.className = "publishing-sheet";
sheet.setAttribute("aria-labelledby", "sheet-title");
document.body.append(sheet);
const form = () => document.querySelector("#page-edit-form");
let opener = null; // the button that opened the sheet
let asked = 0; // which answer is awaited
let saving = false; // an automatic save is under way
let isOfNew = false; // whether the sheet was asked for before the page was created

const pageId = () => form().action.match(/\/pages\/(\d+)\/edit\//);

// A new page has an address of its own as soon as it has saved itself.
function address({ publishingSheet, sheetOfSaved }) {
  const saved = pageId();
  return saved ? sheetOfSaved.replace("/0/", `/${saved[1]}/`) : publishingSheet;
}

function say(words) {
  const line = sheet.querySelector(".sheet-wait") ?? sheet.appendChild(document.createElement("p"));
  line.className = "sheet-wait";
  line.setAttribute("role", "status");
  line.textContent = words;
}

// What has saved itself becomes the published version. Another one with the same text would have
// nothing to be compared by. Wagtail sends its number with automatic saves only.
function savedVersion() {
  const field = sheet.appendChild(document.createElement("input"));
  const value = form().dataset.wAutosaveRevisionIdValue ?? "";
  return Object.assign(field, { type: "hidden", name: "overwrite_revision_id", value });
}

async function load() {
  const mine = ++asked;
  const data = new FormData(form());
  for (const field of sheet.querySelectorAll("[name^=publish-]")) {
    if (field.type !== "radio" || field.checked) data.set(field.name, field.value);
  }
  isOfNew = !pageId();
  sheet.setAttribute("aria-busy", "true");
  const answer = await fetch(address(opener.dataset), { method: "POST", body: data, headers: { "X-Requested-With": "XMLHttpRequest" } }).catch(() => null);
  const text = answer?.ok && !answer.redirected && (await answer.text());
  if (mine !== asked || !sheet.open) return;
  // Else a page that is new to this answer, but has just saved itself, would take its own address. The
  // form has its new address before the save has ended.
  if (saving && isOfNew) return;
  sheet.removeAttribute("aria-busy");
  if (!text) return say(opener.dataset.failed); // signed out, or no network
  show(text);
}

// The same field keeps the focus when a choice has changed what the sheet says.
function show(text) {
  const { name, value } = document.activeElement ?? {};
  const top = sheet.querySelector(".sheet-body")?.scrollTop ?? 0;
  sheet.innerHTML = text;
  sheet.querySelector(".sheet-body").scrollTop = top;
  const again = name?.startsWith("publish-") && sheet.querySelector(`[name="${name}"][value="${value}"]`);
  (again || sheet.querySelector("h2")).focus({ preventScroll: true });
  sheet.dispatchEvent(new CustomEvent("sheet:loaded"));
}

document.addEventListener("w-autosave:save", () => {
  saving = true;
});
for (const end of ["success", "error"]) {
  document.addEventListener(`w-autosave:${end}`, () => {
    saving = false;
    if (sheet.open && isOfNew && sheet.hasAttribute("aria-busy")) load();
  });
}

document.addEventListener("click", ({ target }) => {
  const open = target.closest?.("[data-publishing-sheet]");
  if (!open) return;
  opener = open;
  sheet.replaceChildren(); // what was chosen the last time it was open
  say(open.dataset.wait);
  sheet.showModal();
  load();
});
sheet.addEventListener("click", ({ target }) => {
  if (target === sheet || target.closest("[data-sheet-close]")) return sheet.close();
  const confirm = target.closest("[data-sheet-confirm]");
  if (!confirm) return;
  // Only now do the sheet's fields belong to the form: before, an automatic save would send them.
  const fields = sheet.querySelectorAll("[name^=publish-], [name=workflow-action-name]");
  for (const field of [...fields, savedVersion()]) field.setAttribute("form", "page-edit-form");
});
sheet.addEventListener("change", ({ target }) => {
  if (target.matches("[data-sheet-reload]")) load();
});
