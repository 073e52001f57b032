// A block chosen with «/» leaves the line that the slash stood on, empty. Take it away.
document.addEventListener("focusin", ({ target }) => tidy(pasting.streamOf(target)?.stream), true);

function tidy(stream) {
  if (!stream?.splitBlock || stream.isTidied) return;
  stream.isTidied = true;
  const { splitBlock, _onRequestInsert: onRequestInsert } = stream;
  stream.splitBlock = (index, before, after, ...rest) => {
    const isText = Boolean(before?.getCurrentContent);
    return splitBlock.call(stream, index, isText ? pasting.tidied(before, "last") : before, isText ? pasting.tidied(after, "first") : after, ...rest);
  };
  stream._onRequestInsert = (index, options) => {
    const editor = stream.children[index - 1]?.block?.widget?.input?.draftailEditor;
    if (editor) {
      const state = editor.getEditorState();
      const kept = pasting.tidied(state, "last");
      if (kept !== state) editor.onChange(kept);
    }
    onRequestInsert.call(stream, index, options);
    if (editor) writeOn(stream, index);
  };
}

const UNFOLDS = 100; // ms
const LAST = new Set(["text", "footnote"]); // nothing needs to stand below these

// The text goes on below what was inserted, and the caret there or to what must be chosen.
function writeOn(stream, index) {
  const isLast = index === stream.children.length - 1;
  if (isLast && !LAST.has(stream.children[index].type)) stream.insert({ type: "text", value: pasting.emptyText(), id: crypto.randomUUID() }, index + 1);
  const inserted = stream.children[index];
  if (inserted.type === "gate") stream.children[index + 1].focus();
  // Wagtail's own focus and the block's unfolding come first.
  else setTimeout(() => inserted.element.querySelector("[data-chooser-action-choose]")?.focus(), UNFOLDS);
}
