// How a pasted element looks: bold, italic, raised, struck out, hidden. Word processors say so by
// style attributes and by classes, whose rules come along in a style element.
const NAMES = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", CITE: "italic", DFN: "italic" };

pasting.classes = (page) => {
  const rules = new Map();
  for (const style of page.querySelectorAll("style")) {
    const text = style.textContent.replace(/<!--|-->/g, "").slice(0, 200_000);
    for (const [, selectors, body] of text.matchAll(/([^{}]{1,2000})\{([^{}]*)\}/g)) {
      for (const [, name] of selectors.matchAll(/\.([\w-]+)\s*(?:,|$)/g)) rules.set(name, `${rules.get(name) ?? ""};${body}`);
    }
  }
  return rules;
};

pasting.styleOf = (element, rules) => {
  if (!element.hasAttributes()) return "";
  const own = element.getAttribute("style") ?? "";
  const named = [...element.classList].map((name) => rules.get(name) ?? "").join(";");
  return `${named};${own}`.toLowerCase();
};

pasting.isHidden = (style) => /display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all/.test(style);

pasting.lookOf = (element, style, look, left) => {
  const now = { ...look };
  const named = NAMES[element.tagName];
  if (named) now[named] = true;
  if (element.tagName === "SUP") now.raise = "sup";
  if (element.tagName === "SUB") now.raise = "sub";
  if (element.tagName === "PRE") now.pre = true;
  if (!style && !["S", "STRIKE", "U"].includes(element.tagName)) return now;
  const weight = /font(?:-weight)?\s*:[^;]*?\b(bold|normal|[1-9]00)\b/.exec(style)?.[1];
  if (weight) now.bold = weight === "bold" || Number(weight) >= 600;
  const slant = /font-style\s*:\s*(italic|oblique|normal)/.exec(style)?.[1];
  if (slant) now.italic = slant !== "normal";
  const level = /vertical-align\s*:\s*(super|sub|baseline)/.exec(style)?.[1];
  if (level === "super") now.raise = "sup";
  else if (level === "sub") now.raise = "sub";
  if (/white-space\s*:\s*pre|white-space-collapse\s*:\s*(preserve|break)/.test(style)) now.pre = true;
  if (["S", "STRIKE"].includes(element.tagName) || /text-decoration[^;]*line-through/.test(style)) {
    if (!look.struck && element.textContent.trim()) left.add("struck", element.textContent);
    now.struck = true;
  }
  if (element.tagName === "U" || (!element.closest("a") && /text-decoration[^;]*underline/.test(style))) {
    if (!look.underlined && element.textContent.trim() && !element.querySelector("a[href]")) left.add("underlined", element.textContent);
    now.underlined = true;
  }
  return now;
};
