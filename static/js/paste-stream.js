// Puts pieces into the stream that a text block stands in. Tables, pictures, boxes and footnotes
// become blocks, and the text is divided around them.
pasting.streamOf = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const stream = at.rootBlock;
    const child = stream?.children?.find?.((each) => each.element.contains(element));
    const isText = child?.block?.widget?.input?.draftailEditor && child.element.querySelector("[data-draftail-editor-wrapper]")?.contains(element);
    if (child) return { stream, child: isText ? child : null };
  }
  return null;
};

pasting.hasKind = (place, kind) => Boolean(place?.child && place.stream.blockDef.childBlockDefsByName[kind]);

// The labels that the footnotes and marks of the stream have already.
pasting.labelsIn = (stream) => {
  const fields = stream.element.querySelectorAll('[data-contentpath="label"] input, input[name$="-label"]');
  const values = [...stream.element.querySelectorAll('input[type="hidden"]')].map((field) => field.value);
  const marks = values.flatMap((value) => [...value.matchAll(/\[\^([\w-]{1,20})\]/g)].map(([, label]) => label));
  return new Set([...[...fields].map((field) => field.value.trim()), ...marks]);
};

const stateOf = (stream, kind) => structuredClone(plain(stream.blockDef.initialChildStates[kind]));
const plain = (state) => (state && typeof state === "object" ? JSON.parse(JSON.stringify(state)) : state);

pasting.emptyText = () => JSON.stringify(pasting.raw([{ type: "unstyled", depth: 0, runs: [] }], pasting.INLINE));

const BLOCKS = {
  table: (stream, { table }) => ({
    columns: table.columns,
    rows: table.rows.map((cells) => ({ values: cells.map(pasting.line) })),
    caption: table.caption,
  }),
  picture: (stream, { picture }) => ({ ...stateOf(stream, "picture"), alt: picture.alt, caption: picture.caption }),
  definition: (stream, { box }) => ({ ...stateOf(stream, "definition"), term: box.title, text: JSON.stringify(pasting.raw(box.lines, pasting.allowedInBox)) }),
  gate: (stream, { gate }) => ({ ...stateOf(stream, "gate"), teaser: gate.slice(0, 200) }),
};
pasting.allowedInBox = { ...pasting.INLINE, types: new Set(["ordered-list-item", "unordered-list-item", "blockquote"]) };
const kindOf = (piece) => (piece.table ? "table" : piece.picture ? "picture" : piece.box ? "definition" : "gate");

const isEmpty = (block) => !block.getText().trim() && block.getType() !== "atomic";

// The state without its empty lines at one end.
function tidied(state, end) {
  const { EditorState, ContentState } = window.DraftJS;
  const lines = state.getCurrentContent().getBlocksAsArray();
  const kept = [...lines];
  while (kept.length > 1 && isEmpty(kept.at(end === "last" ? -1 : 0))) end === "last" ? kept.pop() : kept.shift();
  if (kept.length === lines.length) return state;
  return EditorState.push(state, ContentState.createFromBlockArray(kept), "remove-range");
}
pasting.tidied = tidied;

// Text at one end of a text block: on a line of its own there.
function joined(state, lines, end, allows) {
  const { EditorState, ContentState, convertFromRaw } = window.DraftJS;
  const pasted = convertFromRaw(pasting.raw(lines, allows)).getBlocksAsArray();
  const own = state.getCurrentContent().getBlocksAsArray().filter((block, i, all) => all.length > 1 || !isEmpty(block));
  const all = end === "last" ? [...own, ...pasted] : [...pasted, ...own];
  const keys = new Set();
  const unique = all.map((block) => {
    let key = block.getKey();
    while (keys.has(key)) key = window.DraftJS.genKey();
    keys.add(key);
    return block.set("key", key);
  });
  return EditorState.push(state, ContentState.createFromBlockArray(unique), "insert-fragment");
}

pasting.intoStream = ({ stream, child }, editor, pieces, notes, allows) => {
  const added = [];
  const original = editor.getEditorState();
  const insert = (kind, value, index) => {
    const made = stream.insert({ type: kind, value, id: crypto.randomUUID() }, index);
    added.push(made);
    return made;
  };
  let last = child;
  if (pieces.length === 1 && pieces[0].lines) {
    editor.onChange(pasting.put(original, pasting.raw(pieces[0].lines, allows)));
  } else if (pieces.length) {
    last = divided(stream, child, editor, pieces, allows, insert, added);
  }
  for (const { label, runs } of notes) {
    const place = stream.children.findLastIndex((each) => each.type === "footnote") + 1 || stream.children.length;
    insert("footnote", { label, text: pasting.line(runs) }, place);
  }
  const undo = () => {
    for (const made of added) if (stream.children.includes(made)) stream.deleteBlock(made.index);
    editor.onChange(window.DraftJS.EditorState.forceSelection(original, original.getSelection()));
  };
  return { added, last, undo };
};

function divided(stream, child, editor, pieces, allows, insert, added) {
  const { Modifier, EditorState } = window.DraftJS;
  let state = editor.getEditorState();
  if (!state.getSelection().isCollapsed()) {
    const removed = Modifier.removeRange(state.getCurrentContent(), state.getSelection(), "forward");
    state = EditorState.push(state, removed, "remove-range");
  }
  const halves = window.draftail.splitState(state);
  let before = tidied(halves.stateBefore, "last");
  let after = tidied(halves.stateAfter, "first");
  const isBare = (half) => half.getCurrentContent().getBlocksAsArray().every(isEmpty);
  const middle = [...pieces];
  if (middle[0].lines) before = joined(before, middle.shift().lines, "last", allows);
  const tail = middle.at(-1)?.lines ? middle.pop().lines : null;
  const hasAfter = !isBare(after);
  const pushed = (half, lines) => (lines ? joined(half, lines, "first", allows) : half);
  let index = child.index + 1;
  let last = null;
  if (isBare(before)) {
    // Nothing stands above: the text block goes on below what is inserted.
    index = child.index;
    editor.onChange(pushed(after, tail));
    last = child;
  } else if (hasAfter) {
    stream.splitBlock(child.index, before, pushed(after, tail), halves.shouldMoveCommentFn);
    last = stream.children[child.index + 1];
    added.push(last);
  } else {
    editor.onChange(before);
  }
  for (const piece of middle) {
    const isText = Boolean(piece.lines);
    const kind = isText ? "text" : kindOf(piece);
    const value = isText ? JSON.stringify(pasting.raw(piece.lines, allows)) : BLOCKS[kind](stream, piece);
    piece.child = insert(kind, value, index);
    index += 1;
  }
  if (!last && tail) last = insert("text", JSON.stringify(pasting.raw(tail, allows)), index);
  // So that the editor can write on below a table that ends the text.
  if (!last && index === stream.children.length) last = insert("text", pasting.emptyText(), index);
  return last ?? middle.at(-1)?.child ?? child;
}
