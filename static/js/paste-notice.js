// The line that says what was pasted and what was left out. It stays until it is closed, or, if it
// has nothing to warn of, until the editor writes on.
const fill = (text, values) => Object.entries(values).reduce((said, [name, value]) => said.replace(`%(${name})s`, value), text);
const counted = (kind, count) => fill(pasting.words.kinds[kind][count === 1 ? 0 : 1], { count });

function listed(entries) {
  return entries.map(([kind, { count, names }]) => counted(kind, count) + (names.length ? ` (${names.map((name) => `«${name}»`).join(", ")}${names.length < count && names.length === 3 ? " …" : ""})` : ""));
}

let bar = null; // the notice's element
let current = null; // what it tells of

pasting.notice = {
  get current() {
    return current;
  },

  // `pasted`: how many of each kind. `asks`: sentences. `undo`: takes the paste back.
  show({ pasted, left, asks = [], undo = null }) {
    const { words } = pasting;
    const got = Object.entries(pasted).filter(([, count]) => count).map(([kind, count]) => counted(kind, count));
    const lost = listed([...left.kinds].filter(([kind]) => !words.changes.includes(kind)));
    const changed = listed([...left.kinds].filter(([kind]) => words.changes.includes(kind)));
    current = { pasted, left, asks, undo, isQuiet: !lost.length && !changed.length && !asks.length };
    const lines = [
      ["got", got.length ? fill(words.pasted, { what: got.join(", ") }) : words.nothing],
      ["lost", lost.length && fill(words.left_out, { what: lost.join(", ") })],
      ["changed", changed.length && fill(words.changed, { what: changed.join(", ") })],
      ...asks.map((ask) => ["asks", ask]),
    ];
    const text = bar.querySelector("[data-paste-text]");
    text.replaceChildren(...lines.filter(([, line]) => line).map(([kind, line]) => Object.assign(document.createElement("p"), { className: `paste-notice__${kind}`, textContent: line })));
    bar.querySelector("[data-paste-undo]").hidden = !undo;
    bar.classList.add("is-shown");
  },

  hide() {
    bar?.classList.remove("is-shown");
    bar?.querySelector("[data-paste-text]").replaceChildren();
    current = null;
  },
};

const template = document.getElementById("paste-notice");
if (template) {
  bar = template.content.firstElementChild.cloneNode(true);
  document.body.append(bar);
  bar.querySelector("[data-paste-close]").addEventListener("click", pasting.notice.hide);
  bar.querySelector("[data-paste-undo]").addEventListener("click", () => {
    current?.undo?.();
    pasting.notice.hide();
  });
  document.addEventListener("beforeinput", () => current?.isQuiet && pasting.notice.hide(), true);
  pasting.words = JSON.parse(document.getElementById("paste-words").textContent);
}
