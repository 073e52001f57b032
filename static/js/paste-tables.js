// A pasted table as rows of cells of equal number. A merged cell's text stands in its first cell.
const NUMBER = /^[−–-]?\s?(kr|nok|€|\$|£)?\s?[−–-]?\d[\d\s.,']*\s?(%|kr|,-|nok|€|\$|£|‰)?$/i;

// `read` turns a cell into its runs.
pasting.grid = (table, read, left) => {
  const rows = [];
  let merged = 0;
  const below = []; // by column: how many rows a cell above still covers
  for (const row of table.rows) {
    const cells = [];
    const fill = () => {
      while (below[cells.length] > 0) {
        below[cells.length] -= 1;
        cells.push({ runs: [] });
      }
    };
    for (const cell of row.cells) {
      fill();
      const span = bounded(cell.getAttribute("colspan"), 100);
      const height = bounded(cell.getAttribute("rowspan"), 1000);
      if (span > 1 || height > 1) merged += 1;
      const isHead = cell.tagName === "TH" || Boolean(cell.closest("thead"));
      for (let i = 0; i < span; i += 1) {
        if (height > 1) below[cells.length] = height - 1;
        cells.push(i ? { runs: [] } : { runs: read(cell), isHead });
      }
    }
    fill();
    rows.push(cells);
  }
  const width = Math.max(0, ...rows.map((cells) => cells.length));
  const isFilled = (cell) => Boolean(cell?.runs.length);
  const columns = [...Array(width).keys()].filter((i) => rows.some((cells) => isFilled(cells[i])));
  const full = rows.filter((cells) => cells.some(isFilled)).map((cells) => columns.map((i) => cells[i] ?? { runs: [] }));
  if (merged && full.length) left.add("merged", "", merged);
  const caption = [...table.children].find((child) => child.tagName === "CAPTION");
  return { rows: full, caption: caption ? pasting.clean(caption.textContent).replace(/\s+/g, " ").trim().slice(0, 255) : "" };
};

function bounded(text, most) {
  return Math.min(Math.max(Number.parseInt(text, 10) || 1, 1), most);
}

// Columns with headings and kinds, and the rows below. The first row holds the headings if it says
// so, or if it has a text in each column and no numbers.
pasting.columns = ({ rows, caption }) => {
  const texts = rows.map((cells) => cells.map((cell) => pasting.textOf(cell.runs)));
  const isPlain = rows[0].every(({ runs }) => runs.every((run) => !run.url && !/\[\^/.test(run.text)));
  const first = texts[0];
  const isHead = rows[0].some((cell) => cell.isHead) || rows[0].every((cell) => cell.runs.length && cell.runs.every((run) => run.bold));
  const isNamed = first.filter(Boolean).length >= first.length - 1 && first.every((text) => text.length <= 80 && !NUMBER.test(text));
  const hasHeadings = rows.length > 1 && isPlain && (isHead || isNamed);
  const body = hasHeadings ? texts.slice(1) : texts;
  const columns = first.map((text, i) => {
    const filled = body.map((cells) => cells[i]).filter(Boolean);
    const isNumber = filled.length > 0 && filled.every((each) => NUMBER.test(each));
    return { type: isNumber ? "number" : "text", heading: hasHeadings ? text.replace(/\s+/g, " ") : "" };
  });
  return { columns, rows: (hasHeadings ? rows.slice(1) : rows).map((cells) => cells.map((cell) => cell.runs)), caption };
};
