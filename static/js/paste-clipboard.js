// Takes each paste and drop into a rich text of the panel, in place of the editor's own reading of
// it, which keeps links into the panel and loses tables, pictures and footnotes.
// A copy from another of our texts brings the editor's own form of it along.
function ownFragment(page, origins) {
  try {
    const raw = JSON.parse(page.querySelector("[data-draftjs-conductor-fragment]").getAttribute("data-draftjs-conductor-fragment"));
    const isGood = ({ type, data }) => type !== "LINK" || data.id || pasting.address(data.url, origins);
    const good = Object.entries(raw.entityMap).filter(([, entity]) => isGood(entity)).map(([key]) => key);
    for (const block of raw.blocks) block.entityRanges = block.entityRanges.filter(({ key }) => good.includes(String(key)));
    return raw.blocks.length ? raw : null;
  } catch {
    return null;
  }
}

function fragmentOf(html) {
  const start = html.indexOf("<!--StartFragment-->");
  const end = html.lastIndexOf("<!--EndFragment-->");
  // Excel puts its rows between the marks, and their table around them.
  const isRows = start >= 0 && /^\s*<(tr|td|col)\b/i.test(html.slice(start + 20, start + 200));
  return start < 0 || end < start || isRows ? html : `${(html.slice(0, start).match(/<style[^>]*>[\s\S]*?<\/style>/gi) ?? []).join("")}${(html.slice(0, start).match(/<meta[^>]*Cocoa[^>]*>/gi) ?? []).join("")}${html.slice(start, end)}`;
}

// Nothing runs in a parsed page, but Chromium's console would tell of each handler that it has.
const quiet = (html) => html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\son[a-z]+\s*=/gi, " data-on="));

function source(data) {
  const html = quiet(data.getData("text/html"));
  const text = data.getData("text/plain");
  const isCode = [...data.types].includes("vscode-editor-data");
  if (!html || isCode) return { html: "", text };
  return { html, text };
}

pasting.paste = (editor, target, data) => {
  const { html, text } = source(data);
  const files = [...data.files].filter((file) => file.type.startsWith("image/"));
  const origins = [location.origin, pasting.words.origin];
  const left = pasting.leftOut();
  const place = pasting.streamOf(target);
  const page = new DOMParser().parseFromString(html ? fragmentOf(html) : "", "text/html");
  const own = html && ownFragment(page, origins);
  if (own) return void editor.onChange(pasting.put(editor.getEditorState(), own));
  const state = editor.getEditorState();
  const isInside = Boolean(state.getCurrentContent().getBlockForKey(state.getSelection().getStartKey()).getText());
  if (!html && text && !/\n/.test(text.trim()) && isInside) page.body.innerHTML = pasting.markdownInline(text.trim());
  else if (!html) page.body.innerHTML = pasting.markdown(text);
  const hasWords = page.body.textContent.trim() || page.querySelector("table");
  if (!hasWords && files.length) return pasting.finish({ editor, place, pieces: files.map((file) => ({ picture: { file, alt: "", caption: "" } })), notes: new Map(), left });

  const link = singleLink(text, origins);
  if (link !== undefined && !state.getSelection().isCollapsed()) return linked(editor, state, link, left);

  const rules = pasting.classes(page);
  pasting.largeAsHeadings(page, rules);
  pasting.unword(page, rules, left);
  const found = new Map([...page.querySelectorAll("[data-pasted-note]")].map((note) => [note.dataset.pastedNote, note]));
  found.forEach((note) => note.remove());
  pasting.footnotes(page, left).forEach((note, label) => found.set(label, note));
  page.querySelectorAll('[style*="footnote-list" i] hr, [style*="endnote-list" i] hr').forEach((rule) => rule.remove());
  const fromRtf = pasting.rtfPictures(html && data.getData("text/rtf"));
  const options = {
    origins,
    shift: page.querySelectorAll("h1").length > 1 ? 1 : 0,
    pictureOf: (element) => pasting.pictureOf(element, fromRtf, left),
  };
  const pieces = pasting.read(page.body, rules, left, options);
  const notes = new Map([...found].map(([label, note]) => [label, pasting.oneLine(pasting.read(note, rules, left, options).flatMap((piece) => piece.lines ?? []))]));
  return pasting.finish({ editor, place, pieces, notes, left });
};

// The address, if the clipboard holds nothing but one. Null for one that is not kept.
function singleLink(text, origins) {
  const words = text.trim();
  if (!/^(https?:\/\/|mailto:)\S+$/.test(words)) return undefined;
  return pasting.address(words, origins);
}

function linked(editor, state, url, left) {
  if (!url) left.add("links");
  else {
    const content = state.getCurrentContent().createEntity("LINK", "MUTABLE", { url });
    editor.onChange(window.DraftJS.RichUtils.toggleLink(window.DraftJS.EditorState.set(state, { currentContent: content }), state.getSelection(), content.getLastCreatedEntityKey()));
  }
  if (left.kinds.size) pasting.notice.show({ pasted: {}, left });
}
