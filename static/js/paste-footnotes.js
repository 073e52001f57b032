// Footnotes of Word, LibreOffice, Google Docs and web pages. Each program names its links in its own
// way, but all link a mark to a note, and most link the note back to the mark. Marks become [^1] in
// the text. Returns the notes by their labels, as elements taken out of the page.
const NOTE = /^_?(ftn|edn)\d|^ftnt\d|^sd(foot|end)note\d+sym|^(cite_|foot|end)?note-?\w|^fn[:-]?\w/i;
const COMMENT = /^_?(cmnt|msocom)/i;
const HOLDER = '[style*="mso-element:footnote"],[style*="mso-element:endnote"],[id^="sdfootnote"],[id^="sdendnote"],li,p,div,td';

pasting.footnotes = (page, left) => {
  const notes = new Map();
  const labels = new Map(); // from the target's name
  const targets = new Map();
  for (const element of page.querySelectorAll("[id],a[name]")) {
    for (const name of [element.id, element.getAttribute("name")]) if (name && !targets.has(name)) targets.set(name, element);
  }
  const found = [];
  for (const link of page.querySelectorAll('a[href*="#"]')) {
    const name = decodeURIComponentSafely(link.getAttribute("href").split("#").at(-1));
    const target = targets.get(name);
    if (COMMENT.test(name)) found.push({ link, comment: target });
    else if (target && !target.contains(link) && isBefore(link, target) && isNote(name, link, target)) found.push({ link, name, target });
    else if (!target && NOTE.test(name) && /^[[(]?\w{1,4}[\])]?$/.test(link.textContent.trim())) found.push({ link });
  }
  for (const { link, name, target, comment } of found) {
    const mark = raisedAround(link);
    if (target) {
      if (!labels.has(name)) {
        labels.set(name, String(labels.size + 1));
        notes.set(labels.get(name), holderOf(target, link));
      }
      mark.replaceWith(page.createTextNode(`[^${labels.get(name)}]`));
    } else {
      if (comment && isBefore(link, comment)) left.add("comments");
      else if (comment === undefined && !COMMENT.test(link.hash ?? "")) left.add("lost_footnotes");
      (comment && isBefore(link, comment) ? holderOf(comment, link) : null)?.remove();
      mark.remove();
    }
  }
  for (const note of notes.values()) {
    note.remove();
    backLinks(note, targets).forEach((link) => raisedAround(link).remove());
  }
  return notes;
};

function isNote(name, link, target) {
  if (NOTE.test(name)) return true;
  const names = [link.id, link.getAttribute("name"), link.parentElement.id].filter(Boolean);
  const holder = holderOf(target, link);
  return [...holder.querySelectorAll("a[href]")].some((back) => names.some((own) => back.getAttribute("href").endsWith(`#${own}`)));
}

// The note around its anchor: the smallest block, unless a program's own element holds all of it.
function holderOf(target, link) {
  const own = target.closest('[style*="mso-element:footnote"]:not([style*="list"]),[style*="mso-element:endnote"]:not([style*="list"]),[id^="sdfootnote"]:is(div),[id^="sdendnote"]:is(div)');
  const holder = own ?? target.closest(HOLDER) ?? target;
  const item = holder.tagName === "P" ? holder.closest("li") : null;
  const whole = item ?? holder;
  return whole.contains(link) ? target : whole;
}

// A note's link back to its mark says only «[1]», «↩» or «^».
function backLinks(note, targets) {
  return [...note.querySelectorAll("a")].filter((link) => {
    const href = link.getAttribute("href") ?? "";
    return href.includes("#") ? !/[^\W\d_]{3,}/.test(link.textContent) : !href && !link.textContent.trim();
  });
}

function raisedAround(link) {
  let mark = link;
  while (mark.parentElement && mark.parentElement.matches("sup,span,b,i") && mark.parentElement.textContent.trim() === link.textContent.trim()) mark = mark.parentElement;
  return mark;
}

function isBefore(first, second) {
  return Boolean(first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function decodeURIComponentSafely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
