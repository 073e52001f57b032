// The time in the sheet: the server reads what is written, and the button says when it will be.

const dialog = document.querySelector(".publishing-sheet");
let asked = 0; // which answer is awaited

async function tell() {
  const choice = dialog.querySelector("[data-publishing-time]");
  const button = dialog.querySelector("[data-sheet-confirm]");
  if (!choice || !button) return;
  const field = choice.querySelector("[name=publish-when]");
  const told = choice.querySelector("[role=status]");
  const isLater = choice.querySelector("[value=later]").checked;
  const isStopped = Boolean(dialog.querySelector(".sheet-fault"));
  choice.classList.toggle("is-later", isLater);
  if (!isLater || !field.value.trim()) {
    told.textContent = "";
    button.textContent = button.dataset.now;
    button.disabled = isStopped || isLater;
    return;
  }
  const mine = ++asked;
  const answer = await fetch(`${choice.dataset.publishingTime}?q=${encodeURIComponent(field.value)}`);
  const found = await answer.json();
  if (mine !== asked) return;
  told.textContent = found.told ?? found.error;
  button.textContent = found.button ?? button.dataset.now;
  button.disabled = isStopped || Boolean(found.error);
}

dialog.addEventListener("sheet:loaded", tell);
dialog.addEventListener("input", ({ target }) => {
  if (target.matches("[name=publish-when]")) tell();
});
dialog.addEventListener("change", ({ target }) => {
  if (!target.matches("[name=publish-at]")) return;
  tell();
  if (target.value === "later") dialog.querySelector("[name=publish-when]").focus();
});
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[name=publish-when]")) return;
  event.preventDefault();
  dialog.querySelector("[data-sheet-confirm]:enabled")?.focus();
});
