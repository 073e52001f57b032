// Reads pasted HTML into pieces: {lines}, {table}, {picture} or {block}. A line has a type and depth
// as the editor names them, and runs of text. The page is never shown, so nothing in it runs.
const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL HGROUP MENU".split(" "));
const EMBEDS = new Set("IFRAME OBJECT EMBED VIDEO AUDIO FRAMESET".split(" "));
const DRAWINGS = new Set("SVG MATH CANVAS".split(" "));
const CONTROLS = new Set("BUTTON INPUT SELECT TEXTAREA PROGRESS METER".split(" "));
const PLAIN = { type: "unstyled", depth: 0 };

class Reader {
  constructor(rules, left, options) {
    Object.assign(this, { rules, left, options, pieces: [], lines: null, runs: [] });
  }

  piece(piece) {
    this.lines = null;
    this.pieces.push(piece);
  }

  push(line) {
    if (!this.lines) this.pieces.push({ lines: (this.lines = []) });
    this.lines.push(line);
  }

  flush(place) {
    const runs = pasting.trimmed(this.runs);
    this.runs = [];
    if (!runs.length) return;
    const isHeading = place.type.startsWith("header");
    if (isHeading) runs.forEach((run) => Object.assign(run, { bold: false, italic: false, text: run.text.replace(/\n+/g, " ") }));
    if (place.item?.line) place.item.line.runs.push({ text: "\n" }, ...runs);
    else for (const part of place.item ? [runs] : pasting.paragraphs(runs)) {
      const line = { type: place.type, depth: place.depth, runs: part };
      if (place.item) place.item.line = line;
      this.push(line);
    }
  }

  walk(element, look, place) {
    for (let node = element.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === Node.TEXT_NODE) this.text(node.data, look);
      else if (node.nodeType === Node.ELEMENT_NODE) this.element(node, look, place);
    }
  }

  text(data, look) {
    const cleaned = pasting.clean(look.pre ? data.replace(/\r\n?/g, "\n") : data.replace(/[ \t\r\n\f]+/g, " "));
    const text = look.raise ? pasting.raised(cleaned, look.raise, this.left) : cleaned;
    if (text) this.runs.push({ text, bold: look.bold, italic: look.italic, url: look.url });
  }

  element(element, look, place) {
    const tag = element.tagName.toUpperCase();
    if (tag === "BR") this.runs.push({ text: "\n" });
    else if (tag === "IMG") this.picture(element, look, place);
    else if (tag === "HR") this.rule(element, place);
    else if (element.dataset?.pastedBox) this.box(element, look, place);
    else if (tag === "TABLE") this.table(element, look, place);
    else if (EMBEDS.has(tag)) this.left.add("embeds", element.getAttribute("title") || hostOf(element));
    else if (DRAWINGS.has(tag) || tag.startsWith("V:")) element.getAttribute("aria-hidden") || this.left.add("drawings");
    else if (CONTROLS.has(tag)) element.type === "hidden" || this.left.add("controls", element.textContent);
    else if (BLOCKS.has(tag) || element.dataset?.pasted) this.block(element, tag, look, place);
    else this.walk(element, this.inline(element, tag, look), place);
  }

  inline(element, tag, look) {
    const now = pasting.lookOf(element, pasting.styleOf(element, this.rules), look, this.left);
    const href = tag === "A" && element.getAttribute("href");
    if (!href) return now;
    const url = pasting.address(href, this.options.origins);
    if (!url && element.textContent.trim()) this.left.add("links", element.textContent);
    return { ...now, url: url ?? undefined };
  }

  block(element, tag, look, place) {
    this.flush(place);
    let next = placeOf(element, tag, place, this.options.shift);
    // A box without a look of its own, inside a list item or a quotation, goes on with it.
    if (next === PLAIN) next = place;
    const { bold, italic, ...now } = pasting.lookOf(element, pasting.styleOf(element, this.rules), look, this.left);
    this.walk(element, { ...now, bold: bold || tag === "DT", italic }, next);
    this.flush(next);
  }

  rule(element, place) {
    this.flush(place);
    if (element.dataset.pastedGate !== undefined) return this.piece({ gate: element.dataset.pastedGate });
    this.push({ type: "atomic", depth: 0, runs: [] });
  }

  picture(element, look, place) {
    const piece = this.options.pictureOf(element);
    if (piece.sign) this.text(piece.sign, look);
    if (!piece.picture) return;
    this.flush(place);
    this.piece(piece);
  }

  // A box of our own Markdown. Only the definition is one that has both a title and a text.
  box(element, look, place) {
    this.flush(place);
    const { pastedBox: name, title } = element.dataset;
    if (name !== "definition" && name !== "definisjon") return this.walk(element, look, place);
    const reader = new Reader(this.rules, this.left, { ...this.options, isCell: true });
    reader.walk(element, {}, PLAIN);
    reader.flush(PLAIN);
    this.piece({ box: { title: title.slice(0, 100), lines: reader.pieces.flatMap((piece) => piece.lines ?? []) } });
  }

  table(element, look, place) {
    this.flush(place);
    const isLayout = element.getAttribute("role") === "presentation" || (element.rows.length === 1 && element.rows[0].cells.length < 2);
    if (isLayout || this.options.isCell) return this.walk(element, look, place);
    const within = [];
    const read = (cell) => {
      const reader = new Reader(this.rules, this.left, { ...this.options, isCell: true });
      reader.block(cell, "TD", {}, PLAIN);
      within.push(...reader.pieces.filter((piece) => !piece.lines));
      return pasting.oneLine(reader.pieces.flatMap((piece) => piece.lines ?? []));
    };
    const grid = pasting.grid(element, read, this.left);
    if (grid.rows.length) this.piece({ table: pasting.columns(grid) });
    within.forEach((piece) => this.piece(piece));
  }
}

function placeOf(element, tag, place, shift) {
  const level = pasting.headingOf(element);
  if (level) return { type: ["header-two", "header-two", "header-three", "header-four"][Math.min(level + shift, 4) - 1], depth: 0 };
  const list = element.dataset.pasted;
  if (list) return { type: list === "ol" ? "ordered-list-item" : "unordered-list-item", depth: Math.min(Number(element.dataset.depth) || 0, 4), item: {} };
  if (tag === "OL" || tag === "UL" || tag === "MENU") return { ...PLAIN, list: tag, depth: place.list || place.item ? place.depth + 1 : 0 };
  if (tag === "LI") return { type: place.list === "OL" ? "ordered-list-item" : "unordered-list-item", depth: Math.min(place.list ? place.depth : 0, 4), item: {} };
  if (tag === "BLOCKQUOTE") return { type: "blockquote", depth: 0 };
  return PLAIN;
}

function hostOf(element) {
  const source = element.getAttribute("src") ?? element.getAttribute("data") ?? "";
  return /^https?:\/\/([^/?#]+)/.exec(source)?.[1] ?? "";
}

// Two line breaks in a row begin a paragraph.
pasting.paragraphs = (runs) => {
  const parts = [[]];
  for (const run of runs) {
    run.text.split("\n\n").forEach((text, i) => {
      if (i) parts.push([]);
      if (text) parts.at(-1).push({ ...run, text });
    });
  }
  return parts.map(pasting.trimmed).filter((part) => part.length);
};

// All of the lines as one, for a place that holds no more: a cell, or a footnote.
pasting.oneLine = (lines) => {
  const runs = lines.flatMap((line, i) => [...(i ? [{ text: " " }] : []), ...line.runs]);
  return runs.map((run) => ({ ...run, text: run.text.replace(/\n+/g, " ") }));
};

pasting.read = (root, rules, left, options) => {
  const reader = new Reader(rules, left, options);
  reader.walk(root, {}, PLAIN);
  reader.flush(PLAIN);
  return reader.pieces;
};
