// Plain text as HTML: paragraphs by blank lines, and Markdown as this portal writes it in its files.
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const ITEM = /^(\s*)(?:([-*+•])|(\d{1,3})[.)])\s+(.*)$/;
const ROW = /^\s*\|?(.*?\|.*?)\|?\s*$/;
const RULE_ROW = /^\s*\|?(\s*:?-+:?\s*\|)+(\s*:?-+:?\s*)?\|?\s*$/;

function inline(text) {
  const kept = [];
  const keep = (html) => `\ue000${kept.push(html) - 1}\ue001`;
  const link = (words, href) => keep(`<a href="${escaped(href)}">`) + words + keep("</a>");
  return escaped(
    text
      .replace(/[\ue000\ue001]/g, "")
      .replace(/\\([\\`*_{}[\]()#+.!|>-])/g, (_, sign) => keep(escaped(sign)))
      .replace(/`([^`\n]+)`/g, (_, code) => keep(escaped(code)))
      .replace(/!\[([^\]\n]*)\]\((\S+?)(?:\s+"([^"\n]*)")?\)/g, (_, alt, src, title = "") => keep(`<figure><img alt="${escaped(alt)}" src="${escaped(src)}"><figcaption>${escaped(title)}</figcaption></figure>`))
      .replace(/\[([^\]\n^][^\]\n]*)\]\(\s*<?([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)?)>?(?:\s+"[^"\n]*")?\s*\)/g, (_, words, href) => link(words, href))
      .replace(/<((?:https?:\/\/|mailto:)[^\s<>]+)>/g, (_, href) => link(href, href))
      .replace(/(^|[\s(«"])(https?:\/\/[^\s<>«»"]*[^\s<>«»".,;:!?)\]}'])/g, (_, before, href) => before + link(keep(escaped(href)), href))
      .replace(/(\*\*|__)(?=\S)([^\n]*?\S)\1/g, (_, _mark, words) => keep("<strong>") + words + keep("</strong>"))
      .replace(/(^|[^\w*])\*(?=[^\s*])([^*\n]*?[^\s*])\*(?![\w*])/g, (_, before, words) => before + keep("<em>") + words + keep("</em>"))
      .replace(/(^|[^\w_])_(?=[^\s_])([^_\n]*?[^\s_])_(?![\w_])/g, (_, before, words) => before + keep("<em>") + words + keep("</em>"))
      .replace(/~~(?=\S)([^\n]*?\S)~~/g, (_, words) => keep("<s>") + words + keep("</s>")),
  ).replace(/\ue000(\d+)\ue001/g, (_, i) => kept[i]);
}

// Lines that a mail program or a PDF has wrapped are one paragraph. Short lines stay lines.
function paragraph(lines, isWrapped) {
  return `<p>${lines.map((line) => inline(line.trim())).join(isWrapped ? " " : "<br>")}</p>`;
}

const cellsOf = (line) => ROW.exec(line)[1].split(/(?<!\\)\|/).map((cell) => cell.trim());

function table(lines) {
  const row = (line, tag) => `<tr>${cellsOf(line).map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row(lines[0], "th")}${lines.slice(2).map((line) => row(line, "td")).join("")}</table>`;
}

function item(line) {
  const [, space, bullet, , words] = ITEM.exec(line);
  const depth = Math.min(Math.floor(space.replace(/\t/g, "    ").length / 2), 4);
  return `<p data-pasted="${bullet ? "ul" : "ol"}" data-depth="${depth}">${inline(words)}</p>`;
}

function tabbed(lines) {
  const cells = lines.map((line) => line.split("\t"));
  return `<table>${cells.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell.replace(/^"|"$/g, ""))}</td>`).join("")}</tr>`).join("")}</table>`;
}

function note(label, lines) {
  return `<section data-pasted-note="${escaped(label)}">${paragraph(lines, true)}</section>`;
}

// Each takes lines from the front of `rest` and returns their HTML, or nothing.
const READERS = [
  (rest) => /^\s*$/.test(rest.peek()) && (rest.shift(), ""),
  (rest) => {
    const heading = /^(#{1,6})\s+(.+?)\s*#*\s*$/.exec(rest.peek());
    return heading && (rest.shift(), `<h${heading[1].length}>${inline(heading[2])}</h${heading[1].length}>`);
  },
  (rest) => /^\s*([-*_])(\s*\1){2,}\s*$/.test(rest.peek()) && (rest.shift(), "<hr>"),
  (rest) => {
    const more = /^\s*<!--\s*more\b\s*(?:level=\d+\s*)?(.*?)\s*-->\s*$/.exec(rest.peek());
    return more && (rest.shift(), `<hr data-pasted-gate="${escaped(more[1])}">`);
  },
  (rest) => {
    const opened = /^(`{3,}|~{3,})/.exec(rest.peek());
    if (!opened) return null;
    rest.shift();
    const code = taken(rest, (line) => !line.startsWith(opened[1]));
    rest.shift();
    return `<pre>${escaped(code.join("\n"))}</pre>`;
  },
  (rest) => {
    const box = /^:::\s*(\w+)\s*(.*)$/.exec(rest.peek());
    if (!box) return null;
    rest.shift();
    const inner = taken(rest, (line) => !/^:::\s*$/.test(line));
    rest.shift();
    return `<section data-pasted-box="${escaped(box[1])}" data-title="${escaped(box[2])}">${pasting.markdown(inner.join("\n"))}</section>`;
  },
  (rest) => {
    const found = /^\[\^([\w-]{1,20})\]:\s*(.*)$/.exec(rest.peek());
    return found && (rest.shift(), note(found[1], [found[2], ...taken(rest, (line) => /^\s{2,}\S/.test(line))]));
  },
  (rest) => ROW.test(rest.peek()) && RULE_ROW.test(rest.peek(1) ?? "") && table(taken(rest, (line) => ROW.test(line))),
  (rest) => ITEM.test(rest.peek()) && taken(rest, (line) => ITEM.test(line)).map(item).join(""),
  (rest) => /^>/.test(rest.peek()) && `<blockquote>${pasting.markdown(taken(rest, (line) => /^>/.test(line)).map((line) => line.replace(/^>\s?/, "")).join("\n"))}</blockquote>`,
  (rest) => rest.peek().includes("\t") && /\S\t\S/.test(rest.peek()) && tabbed(taken(rest, (line) => line.includes("\t"))),
];
const STARTS = /^(\s*$|#{1,6}\s|>|```|~~~|:::|\[\^[\w-]+\]:|\s*<!--\s*more)/;

function taken(rest, isOne) {
  const lines = [];
  while (rest.length && isOne(rest.peek())) lines.push(rest.shift());
  return lines;
}

// A queue of lines: taking the first from a long array would be slow.
class Lines {
  constructor(lines) {
    this.lines = lines;
    this.at = 0;
  }

  get length() {
    return this.lines.length - this.at;
  }

  peek(i = 0) {
    return this.lines[this.at + i];
  }

  shift() {
    this.at += 1;
    return this.lines[this.at - 1];
  }
}

pasting.markdown = (source) => {
  const text = source.replace(/\r\n?/g, "\n");
  const rest = new Lines(text.split("\n"));
  const hasBlanks = /\S\n[^\S\n]*\n/.test(text.trim());
  let html = "";
  while (rest.length) {
    let read = null;
    for (const reader of READERS) if (typeof (read = reader(rest)) === "string") break;
    if (typeof read === "string") {
      html += read;
      continue;
    }
    const lines = [rest.shift(), ...taken(rest, (line) => !STARTS.test(line) && !ITEM.test(line) && !line.includes("\t"))];
    const isWrapped = lines.slice(0, -1).every((line) => line.length > 55);
    html += hasBlanks || isWrapped ? paragraph(lines, isWrapped) : lines.map((line) => paragraph([line], true)).join("");
  }
  return html;
};

pasting.markdownInline = inline;
