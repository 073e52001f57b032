// Characters: what a pasted text loses, and raised and lowered ones as Unicode has them.
const UNSEEN = /[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffc\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const pairs = (from, to) => new Map([...from].map((letter, i) => [letter, [...to][i]]));
const RAISED = pairs("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ");
const LOWERED = pairs("0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");

pasting.clean = (text) => text.replace(UNSEEN, "").replace(/\u00a0|\u202f/g, " ");

// Text that Unicode has no such form of keeps its place on the line, and is named.
pasting.raised = (text, kind, left) => {
  if (/\[\^[\w-]+\]/.test(text)) return text;
  const forms = kind === "sup" ? RAISED : LOWERED;
  const letters = [...text];
  if (letters.every((letter) => forms.has(letter) || /\s/.test(letter))) {
    return letters.map((letter) => forms.get(letter) ?? letter).join("");
  }
  if (text.trim()) left.add(kind === "sup" ? "raised" : "lowered", text);
  return text;
};

// Runs of text with single spaces between the words, and none at the ends and around line breaks.
pasting.trimmed = (runs) => {
  const tidy = [];
  let gap = "";
  for (const run of runs) {
    let text = "";
    for (const [part] of run.text.matchAll(/\s+|\S+/g)) {
      if (!part.trim()) {
        const breaks = (gap + part).split("\n").length - 1;
        gap = breaks ? "\n".repeat(Math.min(breaks, 2)) : " ";
        continue;
      }
      if (text) text += gap;
      else if (tidy.length) tidy.at(-1).text += gap;
      text += part;
      gap = "";
    }
    if (text) tidy.push({ ...run, text });
  }
  return tidy;
};

pasting.textOf = (runs) => runs.map((run) => run.text).join("");
