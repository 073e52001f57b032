// Which events are a paste: Ctrl-V, a drop from another program, and Ctrl-Z right after.
const place = (target) => target.closest?.(".public-DraftEditor-content");
const editorAt = (target) => {
  const wrapper = place(target)?.closest("[data-draftail-editor-wrapper]");
  return [...(wrapper?.parentElement.children ?? [])].find((field) => field.draftailEditor)?.draftailEditor ?? null;
};

document.addEventListener(
  "paste",
  (event) => {
    const editor = event.clipboardData && editorAt(event.target);
    if (!editor || editor.props.readOnly) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pasting.paste(editor, event.target, event.clipboardData);
  },
  true,
);

let dragged = false; // whether the drag began in this window
document.addEventListener("dragstart", () => (dragged = true), true);
document.addEventListener("dragend", () => (dragged = false), true);
const isForeign = ({ dataTransfer }) => !dragged && [...(dataTransfer?.types ?? [])].some((type) => ["Files", "text/html", "text/plain"].includes(type));

document.addEventListener("dragover", (event) => isForeign(event) && place(event.target) && event.preventDefault(), true);
document.addEventListener(
  "drop",
  (event) => {
    const editor = isForeign(event) && editorAt(event.target);
    if (!editor) return;
    const hasPicture = [...event.dataTransfer.files].some((file) => file.type.startsWith("image/"));
    if (event.dataTransfer.files.length && !hasPicture) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    caretTo(editor, event);
    pasting.paste(editor, event.target, event.dataTransfer);
  },
  true,
);

// Puts the caret where the pointer is.
function caretTo(editor, { clientX, clientY }) {
  const range = document.caretRangeFromPoint?.(clientX, clientY);
  const line = range?.startContainer.parentElement?.closest("[data-block]");
  const state = editor.getEditorState();
  const key = line?.getAttribute("data-offset-key")?.split("-")[0];
  const block = key && state.getCurrentContent().getBlockForKey(key);
  const { EditorState, SelectionState } = window.DraftJS;
  if (!block) return void editor.onChange(EditorState.moveFocusToEnd(state));
  const before = range.cloneRange();
  before.setStart(line, 0);
  const offset = Math.min(before.toString().length, block.getLength());
  editor.onChange(EditorState.forceSelection(state, SelectionState.createEmpty(key).merge({ anchorOffset: offset, focusOffset: offset })));
}

// The editor's own undo knows only its text, not the blocks that a paste has made.
document.addEventListener(
  "keydown",
  (event) => {
    const { current } = pasting.notice;
    if (!current?.undo || current.isTouched || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    current.undo();
    pasting.notice.hide();
  },
  true,
);
document.addEventListener(
  "beforeinput",
  () => {
    if (pasting.notice.current) pasting.notice.current.isTouched = true;
  },
  true,
);
