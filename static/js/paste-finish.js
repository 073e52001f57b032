// Fits what was read to the field it goes to, puts it there, and says so.
const MARK = /\[\^([\w-]{1,20})\]/g;
const runsOf = (piece) => [...(piece.lines ?? piece.box?.lines ?? []), ...(piece.table?.rows.flat().map((runs) => ({ runs })) ?? [])].flatMap((line) => line.runs);

// Gives each footnote a label that the text does not have yet, in the order of their marks.
function relabelled(pieces, notes, place, left) {
  const isPossible = pasting.hasKind(place, "footnote");
  const taken = isPossible ? pasting.labelsIn(place.stream) : new Set();
  const labels = new Map();
  let next = 1;
  for (const run of pieces.flatMap(runsOf)) {
    run.text = run.text.replace(MARK, (mark, label) => {
      if (!notes.has(label)) return mark;
      if (!isPossible) {
        if (!labels.has(label)) left.add("footnotes_here", pasting.textOf(notes.get(label)));
        labels.set(label, "");
        return "";
      }
      while (!labels.has(label) && taken.has(String(next))) next += 1;
      if (!labels.has(label)) labels.set(label, String(next++));
      return `[^${labels.get(label)}]`;
    });
  }
  const marked = [...labels].filter(([, label]) => label).map(([old, label]) => ({ label, runs: notes.get(old) }));
  for (const [label, runs] of notes) {
    if (labels.has(label) || !runs.length) continue;
    // A note alone belongs to the mark that is in the text already, or is a text like any other.
    if (isPossible && taken.has(label) && !hasNote(place.stream, label)) marked.push({ label, runs });
    else pieces.push({ lines: [{ type: "unstyled", depth: 0, runs }] });
  }
  return marked;
}

const hasNote = (stream, label) => stream.children.some((child) => child.type === "footnote" && child.getState().value.label === label);

// A row as a line of text, where no table can be.
const rowLine = (cells) => ({ type: "unstyled", depth: 0, runs: cells.filter((runs) => runs.length).flatMap((runs, i) => [...(i ? [{ text: " | " }] : []), ...runs]) });

function asText(piece, left) {
  if (piece.table) {
    left.add("tables_as_text");
    const head = piece.table.columns.map(({ heading }) => (heading ? [{ text: heading }] : []));
    return [piece.table.caption ? [[{ text: piece.table.caption }]] : [], [head], piece.table.rows].flat().map(rowLine).filter((line) => line.runs.length);
  }
  if (piece.box) return [{ type: "unstyled", depth: 0, runs: [{ text: piece.box.title, bold: true }] }, ...piece.box.lines];
  left.add(piece.picture ? "pictures_here" : "gates", piece.picture?.alt);
  return [];
}

function possible(piece, place) {
  if (piece.gate !== undefined) return pasting.hasKind(place, "gate") && !place.stream.children.some((child) => child.type === "gate");
  return pasting.hasKind(place, piece.table ? "table" : piece.picture ? "picture" : "definition");
}

function merged(pieces) {
  const whole = [];
  for (const piece of pieces) {
    if (piece.lines && whole.at(-1)?.lines) whole.at(-1).lines.push(...piece.lines);
    else if (!piece.lines || piece.lines.length) whole.push(piece);
  }
  return whole;
}

pasting.finish = ({ editor, place, pieces, notes, left }) => {
  const footnotes = relabelled(pieces, notes, place, left);
  const allows = pasting.allowed(editor);
  let fitting = merged(pieces.map((piece) => (piece.lines || possible(piece, place) ? piece : { lines: asText(piece, left) })));
  const isLine = place && !place.child && ![...allows.types].some((type) => type.endsWith("list-item"));
  if (isLine && fitting.length) fitting = [{ lines: [{ type: "unstyled", depth: 0, runs: pasting.oneLine(fitting.flatMap((piece) => piece.lines)) }] }];
  for (const piece of fitting) if (piece.lines) piece.lines = pasting.fitted(piece.lines, allows, left);
  fitting = fitting.filter((piece) => !piece.lines || piece.lines.length);
  const count = (kind) => fitting.filter((piece) => piece[kind]).length;
  const pasted = {
    paragraphs: fitting.reduce((sum, piece) => sum + (piece.lines?.length ?? 0), 0),
    tables: count("table"),
    pictures: count("picture"),
    definitions: count("box"),
    footnotes: footnotes.length,
  };
  const done = put({ editor, place, pieces: fitting, footnotes, allows, left });
  const isPlain = !done.undo && pasted.paragraphs < 2 && !left.kinds.size;
  if (isPlain) pasting.notice.hide();
  else pasting.notice.show({ pasted, left, undo: done.undo, asks: asksFor(fitting) });
  return uploads(fitting, { pasted, left, undo: done.undo, place });
};

function put({ editor, place, pieces, footnotes, allows }) {
  if (place?.child && (pieces.length || footnotes.length)) {
    const { added, last, undo } = pasting.intoStream(place, editor, pieces, footnotes, allows);
    if (added.length) last.block?.focus?.({ soft: true });
    return { undo: added.length ? undo : null };
  }
  const lines = pieces.flatMap((piece) => piece.lines ?? []);
  if (lines.length) editor.onChange(pasting.put(editor.getEditorState(), pasting.raw(lines, allows)));
  return { undo: null };
}

function asksFor(pieces) {
  const pictures = pieces.filter(({ picture }) => picture);
  const waiting = pictures.filter(({ picture }) => !picture.isSent);
  const bare = pictures.filter(({ picture }) => picture.isSent && !picture.alt);
  return [waiting.length && pasting.words.sending, bare.length && pasting.words.describe].filter(Boolean);
}

async function uploads(pieces, told) {
  const title = document.getElementById("id_title")?.value || document.title;
  const pictures = pieces.filter((piece) => piece.picture && piece.child);
  for (const piece of pictures) {
    const { stream } = told.place;
    try {
      const chosen = await pasting.upload(piece.picture, title);
      if (!stream.children.includes(piece.child)) continue;
      piece.child.block.setState({ ...piece.child.block.getState(), picture: chosen });
      piece.picture.isSent = true;
    } catch (error) {
      if (stream.children.includes(piece.child)) stream.deleteBlock(piece.child.index);
      told.pasted.pictures -= 1;
      told.left.add("pictures_refused", error.message || piece.picture.alt);
      piece.picture = null;
    }
    pasting.notice.show({ ...told, asks: asksFor(pieces) });
  }
}
