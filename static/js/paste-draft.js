// Lines as the editor stores them, with what its field allows. `window.DraftJS` comes with Wagtail.
pasting.allowed = (editor) => {
  const names = (list) => new Set((list ?? []).map(({ type }) => type));
  const { blockTypes, inlineStyles, entityTypes, enableHorizontalRule } = editor.props;
  return { types: names(blockTypes), styles: names(inlineStyles), links: names(entityTypes).has("LINK"), rules: Boolean(enableHorizontalRule) };
};
pasting.INLINE = { types: new Set(), styles: new Set(["BOLD", "ITALIC"]), links: true, rules: false };

pasting.fitted = (lines, allows, left) => {
  const fitted = [];
  let list = []; // the items of one list
  for (const line of lines) {
    let { type, depth } = line;
    if (type === "atomic") {
      const isBetween = allows.rules && fitted.length && line !== lines.at(-1) && fitted.at(-1).type !== "atomic";
      if (isBetween) fitted.push({ ...line });
      list = [];
      continue;
    }
    if (type !== "unstyled" && !allows.types.has(type)) {
      left.add(type.startsWith("header") ? "headings" : type === "blockquote" ? "quotes" : "lists", pasting.textOf(line.runs));
      [type, depth] = ["unstyled", 0];
    }
    if (type.endsWith("list-item")) {
      depth = Math.min(depth, list.length ? list.at(-1).depth + 1 : 0);
      const below = depth ? list.find((item) => item.depth) : null;
      if (below && below.type !== type) {
        left.add("mixed");
        type = below.type;
      }
    }
    const placed = { type, depth, runs: line.runs };
    list = type.endsWith("list-item") ? [...(depth ? list : []), placed].slice(-50) : [];
    fitted.push(placed);
  }
  while (fitted.at(-1)?.type === "atomic") fitted.pop();
  return fitted;
};

pasting.raw = (lines, allows) => {
  const entityMap = {};
  let entities = 0;
  const blocks = lines.map((line, i) => {
    const block = { key: i.toString(36).padStart(5, "p"), type: line.type, depth: line.depth, text: "", inlineStyleRanges: [], entityRanges: [] };
    const entity = (data, offset, length) => {
      const key = entities++; // to count the map's keys would take a minute for a long text
      entityMap[key] = data;
      block.entityRanges.push({ key, offset, length });
    };
    if (line.type === "atomic") {
      block.text = " ";
      entity({ type: "HORIZONTAL_RULE", mutability: "IMMUTABLE", data: {} }, 0, 1);
      return block;
    }
    let url = null; // of the link that the text so far ends in
    for (const run of line.runs) {
      const [offset, length] = [block.text.length, run.text.length];
      block.text += run.text;
      for (const [look, style] of [["bold", "BOLD"], ["italic", "ITALIC"]]) {
        if (run[look] && allows.styles.has(style)) block.inlineStyleRanges.push({ style, offset, length });
      }
      if (run.url && allows.links && run.url === url) block.entityRanges.at(-1).length += length;
      else if (run.url && allows.links) entity({ type: "LINK", mutability: "MUTABLE", data: { url: run.url } }, offset, length);
      url = run.url;
    }
    return block;
  });
  return { blocks, entityMap };
};

// The state of an editor that holds one line.
pasting.line = (runs) => JSON.stringify(pasting.raw([{ type: "unstyled", depth: 0, runs }], pasting.INLINE));

// Puts lines at the selection, as one step to undo. A single line joins the text around it.
pasting.put = (state, raw) => {
  const { Modifier, EditorState, convertFromRaw } = window.DraftJS;
  const map = convertFromRaw(raw).getBlockMap();
  const selection = state.getSelection();
  const before = state.getCurrentContent();
  const target = before.getBlockForKey(selection.getStartKey());
  let content = Modifier.replaceWithFragment(before, selection, map);
  const only = map.size === 1 && map.first();
  if (only && !target.getText() && target.getType() === "unstyled") {
    const at = content.getSelectionAfter();
    content = Modifier.setBlockType(content, at, only.getType());
    content = content.merge({ selectionAfter: at });
  }
  return EditorState.push(state, content, "insert-fragment");
};
