// What only Word, Excel and Google Docs write: lists as paragraphs, deletions and comments that the
// text still holds, a bold element around all that is not bold.
const LIST = /mso-list\s*:\s*(?:\S+\s+)?level(\d)/;
const ORDERED = /^[([]?(?:\d{1,3}|[a-z]{1,2}|[ivxlc]{1,6})[.)\]]/i;

pasting.unword = (page, rules, left) => {
  page.querySelectorAll("script,style,meta,link,title,base,template,noscript,xml,colgroup,.Apple-interchange-newline").forEach((element) => element.remove());
  page.querySelectorAll('b[id^="docs-internal-guid"]').forEach((wrapper) => wrapper.replaceWith(...wrapper.childNodes));

  const deleted = [...page.querySelectorAll("del,.msoDel,.MsoDel,[data-tracked-deletion]")].filter((element) => !element.parentElement.closest("del,.msoDel,.MsoDel"));
  for (const element of deleted) {
    if (element.textContent.trim()) left.add("deletions", element.textContent);
    element.remove();
  }

  const remarks = page.querySelectorAll('[style*="mso-element:comment"]:not([style*="comment-list"])');
  if (remarks.length) left.add("comments", "", remarks.length);
  page.querySelectorAll('[style*="mso-element:comment"],[style*="mso-comment-reference"],.MsoCommentReference').forEach((element) => {
    // A reference around the commented words stays as words.
    if (element.tagName === "A" && !/^\s*(\[\w+\])?\s*$/.test(element.textContent)) element.replaceWith(...element.childNodes);
    else element.remove();
  });

  for (const element of page.querySelectorAll('[style*="mso-list" i]')) listed(element);
  for (const element of page.querySelectorAll("[style],[hidden],[class]")) {
    if (!element.hidden && !pasting.isHidden(pasting.styleOf(element, rules))) continue;
    if (element.textContent.trim()) left.add("hidden", element.textContent);
    element.remove();
  }
};

// Marks a paragraph that Word shows as a list item. A numbered heading keeps its number as text.
function listed(element) {
  const level = LIST.exec(element.getAttribute("style").toLowerCase())?.[1];
  const marker = element.querySelector('[style*="mso-list:Ignore" i],[style*="mso-list: Ignore" i]');
  if (!level || !element.isConnected) return;
  const sign = marker?.textContent.replace(/[\s\u00a0]+/g, "") ?? "";
  if (/^H[1-6]$/.test(element.tagName)) {
    if (/\d/.test(sign)) marker.replaceWith(`${sign} `);
    else marker?.remove();
    return;
  }
  marker?.remove();
  element.dataset.pasted = ORDERED.test(sign) ? "ol" : "ul";
  element.dataset.depth = String(Number(level) - 1);
}

// The level of a heading, 1 to 6, or 0. Word and Pages have headings that are paragraphs.
pasting.headingOf = (element) => {
  const tag = /^H([1-6])$/.exec(element.tagName);
  if (tag) return Number(tag[1]);
  if (element.matches(".MsoTitle")) return 1;
  const named = /\bMsoHeading([1-9])\b/.exec(element.className);
  if (named) return Math.min(Number(named[1]), 6);
  if (element.dataset.heading) return Number(element.dataset.heading);
  return element.getAttribute("role") === "heading" ? Number(element.getAttribute("aria-level")) || 2 : 0;
};

// Pages and other Mac programs write headings as paragraphs in a larger type.
pasting.largeAsHeadings = (page, rules) => {
  if (!page.querySelector('meta[content^="Cocoa"]')) return;
  const sizeOf = (element) => {
    const sizes = [element, ...element.querySelectorAll("span")].map((each) => /font(?:-size)?\s*:[^;]*?([\d.]+)px/.exec(pasting.styleOf(each, rules))?.[1]);
    return Number(sizes.filter(Boolean).at(-1) ?? 0);
  };
  const lines = [...page.querySelectorAll("p")].filter((line) => line.textContent.trim() && !line.closest("td"));
  const words = new Map();
  for (const line of lines) words.set(sizeOf(line), (words.get(sizeOf(line)) ?? 0) + line.textContent.length);
  const usual = [...words].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
  const sizes = [...words.keys()].filter((size) => size > usual * 1.15).sort((a, b) => b - a);
  for (const line of lines) {
    const rank = sizes.indexOf(sizeOf(line));
    if (usual && rank >= 0 && line.textContent.length < 150) line.dataset.heading = String([1, 3][rank] ?? 4);
  }
};
