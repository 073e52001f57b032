"""What Word, Google Docs, Excel, LibreOffice, Pages and a web page put on the clipboard, pasted
into the panel and published. The files in clipboard/ hold their markup with texts of our own."""

import base64
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests import separate
from tests.browser.pages import EDITOR, MEMBER
from tests.browser.test_editor import (
    blocks,
    by_line,
    insert,
    kinds,
    make_page,
    make_series,
    move_caret,
    publish,
    row,
)

CLIPBOARD = Path(__file__).parent / "clipboard"
PASTE = """(target, {parts, files, drop}) => {
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(parts)) data.setData(kind, text);
  for (const [name, kind, coded] of files) {
    const bytes = Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: kind }));
  }
  const box = target.getBoundingClientRect();
  const at = { clientX: box.x + 5, clientY: box.y + 5, bubbles: true, cancelable: true };
  const event = drop
    ? new DragEvent("drop", { ...at, dataTransfer: data })
    : new ClipboardEvent("paste", { ...at, clipboardData: data });
  const before = performance.now();
  target.dispatchEvent(event);
  return performance.now() - before;
}"""
#: A stored text as lines such as «h2: Tittel», and other values as they are.
STORED = """() => document.getElementById("body-root").rootBlock.getValue().map((block) => {
  const { type, value } = block;
  const line = (block) => `${block.type}${block.depth || ""}: ${block.text}`;
  const read = (each) => {
    if (typeof each === "string" && /^(null|{\\s*"blocks")/.test(each)) {
      return (JSON.parse(each)?.blocks ?? []).map(line).join("\\n");
    }
    if (Array.isArray(each)) return each.map(read);
    if (!each || typeof each !== "object") return each;
    return Object.fromEntries(Object.entries(each).map(([key, part]) => [key, read(part)]));
  };
  return [type, read(value)];
})"""
#: Of each clipboard: its blocks, the table's cells, the notes, the headings and what it must name.
CLIPBOARDS = {
    "word": (
        ["text", "table", "picture", "text", "footnote", "footnote"],
        ["Hylle", "Solgt", "Merknad", "Nederst", "1 240", "før ombyggingen", "1 610", "etter"],
        ["Tellingen er gjort ved inngangen.", "Se veilederen om inneklima."],
        ["header-two: Våroffensiven", "header-two: Tre grep som virket"],
        ["1 slettet endring («Det er alt for mye.»)", "1 kommentar", "det gamle utkastet"],
        ["120 m²", "CO₂", "innenfor kravet.[^2]", "unordered-list-item1: også på lørdager"],
    ),
    "google-docs": (
        ["text", "table", "text", "footnote"],
        ["Del av møtet", "Minutter", "Ventetid", "12"],
        ["Slutten er viktigst."],
        ["header-two: Møter som slutter i tide", "header-four: Hvor tiden blir av"],
        ["1 bilde som ligger på et annet nettsted («Klokken på veggen»)", "«Gammel regel»"],
        ["og en slutt.[^1] Les", "unordered-list-item1: med navn på hver sak"],
    ),
    "excel": (
        ["table", "text"],
        [
            *["Måned", "Sum", "Andel", "Merknad", "jan", "1 100", "45%", "salg og retur"],
            *["feb", "-90,5", "55%", "<ikke ferdig>", "Sum hittil i år", "1 009,5"],
        ],
        [],
        [],
        ["1 sammenslått celle ble delt"],
        [],
    ),
    "libreoffice": (
        ["text", "table", "picture", "text", "footnote", "footnote"],
        ["Vare", "Antall", "Skruer M6", "4 200", "Muttere er ikke talt"],
        ["I mars og i september.", "Eldre enn to år."],
        ["header-two: Lageret om våren"],
        ["1 slettet endring («Det tar en uke.»)", "«grensen»", "Beskriv bildet"],
        ["som er foreldet[^2]", "ordered-list-item1: Varsle sjåførene.", "xₘₐₓ"],
    ),
    "pages": (
        ["text", "table", "text"],
        ["Uke", "Tema", "1", "Å spørre"],
        [],
        ["header-two: Å lære bort", "header-three: Slik begynner du"],
        ["«kapittel 3»", "1 bilde som ikke fulgte med"],
        ["H₂O", "unordered-list-item: Finn én elev."],
    ),
    "web-page": (
        ["text", "table", "text", "footnote", "footnote"],
        ["Land", "Kilo", "Finland", "12,0", "i 2013", "Norge", "9,9", "i 2013"],
        ["Tollbøkene fra Christiania.", "Da ble det forbudt å brenne brennevin hjemme."],
        ["header-two: Kaffens vei", "header-four: Kilder"],
        [
            *["3 lenker", "«Vis mer»", "«utkastet vårt»", "«siden»", "«En kopp kaffe»"],
            *["1 innbygging («Slik brenner du kaffe»)", "1 knapp eller skjemafelt («rediger»)"],
        ],
        ["1690-tallet,[^1] og", "blockquote: Kaffe er en alvorlig sak.", "Svart, uten sukker."],
    ),
}


@pytest.fixture
def desk(open_page) -> Page:
    page: Page = open_page("/admin/", EDITOR, viewport={"width": 1440, "height": 1000})
    return page


@pytest.fixture
def write(desk):
    """Opens the form of a new article that holds one empty line, and returns that line."""

    def opened(title: str) -> Locator:
        make_series(desk, f"Innlimt {title}")
        parent = row(desk, f"Innlimt {title}").locator(".no-children a").get_attribute("href")
        line = {"key": "a", "text": "", "type": "unstyled", "depth": 0}
        line |= {"inlineStyleRanges": [], "entityRanges": []}
        value = json.dumps({"blocks": [line], "entityMap": {}})
        fields = {"deleted": "", "id": "", "type": "text", "order": "0", "value": value}
        desk.goto(
            make_page(
                desk,
                parent,
                "article",
                title,
                {
                    "lead": "Hva artikkelen handler om.",
                    "body-count": "1",
                    **{f"body-0-{key}": each for key, each in fields.items()},
                    **by_line(desk),
                },
            )
        )
        expect(desk.locator("aside.paste-notice")).to_have_count(1)
        editor = blocks(desk, "text").locator("[contenteditable=true]")
        editor.click()
        return editor

    return opened


def paste(target: Locator, *files: Path, drop: bool = False, **parts: str) -> float:
    """Pastes into `target`, as a program would. Returns how long the panel took, in ms."""
    coded = [[f.name, "image/png", base64.b64encode(f.read_bytes()).decode()] for f in files]
    named = {f"text/{kind}": text for kind, text in parts.items()}
    took: float = target.evaluate(PASTE, {"parts": named, "files": coded, "drop": drop})
    return took


def notice(desk: Page) -> Locator:
    return desk.locator("[data-paste-text]")


def text_of(stored: list) -> str:
    return "\n".join(value for kind, value in stored if kind == "text")


def stored(desk: Page) -> list:
    """The blocks as the server has them."""
    desk.get_by_role("button", name="Flere handlinger").last.click()
    desk.get_by_role("button", name="Lagre kladd").first.click()
    expect(desk.locator(".messages .success").first).to_be_visible()
    expect(desk.locator("#body-root")).to_be_visible()
    return list(desk.evaluate(STORED))


@pytest.mark.parametrize("name", CLIPBOARDS)
def test_a_clipboard_is_pasted_and_published_without_loss(name, write, desk, open_page):
    order, cells, notes, headings, said, words = CLIPBOARDS[name]
    parts = {"html": (CLIPBOARD / f"{name}.html").read_text(), "plain": "x"}
    if (rtf := CLIPBOARD / f"{name}.rtf").exists():
        parts["rtf"] = rtf.read_text()
    paste(write(name), **parts)
    for part in said:
        expect(notice(desk)).to_contain_text(part)
    expect(notice(desk)).not_to_contain_text("Laster opp")
    assert kinds(desk) == order
    for field in blocks(desk, "picture").locator("input[name$=-alt]").all():
        if not field.input_value():
            field.fill("Det bildet viser")
    publish(desk)

    member: Page = open_page(f"/innlimt-{name}/{name}/", MEMBER)
    html = member.locator("article").inner_html()
    assert not re.search(r'href="[^"]*(/admin|#_|file:|javascript:|about:|google\.com)', html)
    found = member.locator(".table :is(th, td)").all_inner_texts()
    found = [" ".join(cell.split()) for cell in found]
    assert [cell for cell in found if cell] == cells
    shown = " ".join(member.locator(".footnotes").inner_text().split()) if notes else ""
    assert all(note in shown for note in notes)
    assert member.locator("p[id^='b-']:empty").count() == 0

    desk.get_by_role("link", name=name, exact=True).first.click()
    expect(desk.locator("#body-root")).to_be_visible()
    text = text_of(desk.evaluate(STORED))
    found = [line for line in text.split("\n") if line.startswith("header")]
    assert found == headings, text
    assert all(part in text for part in words), text


def test_words_within_a_sentence_stay_within_it(write, desk):
    line = write("ord")
    desk.keyboard.type("Før  etter")
    move_caret(desk, *["ArrowLeft"] * 6)
    paste(line, html='<meta charset="utf-8"><span><b>midt</b></span>', plain="midt")
    expect(line).to_have_text("Før midt etter")
    assert kinds(desk) == ["text"]
    expect(desk.locator("aside.paste-notice")).to_be_hidden()


MARKDOWN = """# Våren

Vi teller **to ganger**.[^1] Se [siden](https://eksempel.no/a) og [utkastet](/admin/pages/3/edit/).

- én
- to

> Et sitat.

| Uke | Tema |
|---|---|
| 1 | Å spørre |

:::definition Svinn
Varer som blir borte.
:::

<!--more Hva resten handler om-->

Bak sperren.

[^1]: I mars.
"""


def test_markdown_is_understood_and_taken_back_at_once(write, desk):
    line = write("markdown")
    paste(line, plain=MARKDOWN)
    order = ["text", "table", "definition", "gate", "text", "footnote"]
    assert kinds(desk) == order
    expect(notice(desk)).to_contain_text("Limt inn: 6 avsnitt, 1 tabell, 1 definisjon, 1 fotnote.")
    expect(notice(desk)).to_contain_text("1 lenke som ikke fører noe sted for leserne")
    # The editor writes a text to its field a moment after it has changed.
    first = desk.locator("#body-root input[name='body-0-value']")
    expect(first).to_have_value(re.compile("Et sitat"))
    text = text_of(desk.evaluate(STORED))
    assert text.startswith("header-two: Våren\nunstyled: Vi teller to ganger.[^1] Se siden og")
    assert "unordered-list-item: to\nblockquote: Et sitat." in text
    desk.get_by_role("button", name="Angre innlimingen").click()
    visible = "[data-streamfield-child]:not([aria-hidden]) > input[name$='-type']"
    expect(desk.locator(f"#body-root > * > {visible}")).to_have_count(1)
    expect(line.first).to_have_text("")


def test_pasted_and_dropped_pictures_are_uploaded_and_ask_for_a_text(write, desk, tmp_path):
    line = write("bilder")
    for i, drop in enumerate([False, True], 1):
        Image.new("RGB", (300, 200), (90, 60 * i, 30)).save(tmp_path / f"hylle-{i}.png")
        paste(line if i == 1 else blocks(desk, "text").last.locator("[contenteditable=true]"),
              tmp_path / f"hylle-{i}.png", drop=drop)  # fmt: skip
        expect(blocks(desk, "picture").filter(has_text=f"hylle-{i}")).to_have_count(1)
        expect(notice(desk)).to_contain_text("Beskriv bildet: Feltet «Alternativ tekst» er tomt.")
    (tmp_path / "falsk.png").write_bytes(b"<svg onload=alert(1)>")
    paste(blocks(desk, "text").last.locator("[contenteditable=true]"), tmp_path / "falsk.png")
    expect(notice(desk)).to_contain_text("1 bilde som ikke lot seg laste opp")
    assert [kind for kind, _ in stored(desk)].count("picture") == 2


HOSTILE = """<p onclick="ran()">Før <script>ran()</script><a href="java&#9;script:ran()">én</a>
<a href="data:text/html,x">to</a> <a href="&#1;/admin/pages/1/">tre</a>
<a href="//localhost/%61dmin/pages/1/edit/">fire</a><svg onload="ran()"></svg>
<img src=x onerror="ran()"><style>*{display:none}</style><iframe srcdoc="<script>ran()</script>">
</iframe></p><table><tr><td onclick="ran()">a<td>b</table><math><mi>x</mi></math>"""


def test_hostile_html_does_nothing_and_a_megabyte_is_quick(write, desk):
    line = write("fiendtlig")
    desk.evaluate("void (window.ran = () => (window.hasRun = true))")
    paste(line, html=HOSTILE, plain="x")
    assert desk.evaluate("window.hasRun") is None
    first = desk.locator("#body-root input[name='body-0-value']")
    expect(first).to_have_value(re.compile("Før"))
    whole = json.dumps(desk.evaluate("document.getElementById('body-root').rootBlock.getValue()"))
    assert "LINK" not in whole
    paragraph = "<p>Ord <b>fet</b> og <a href='https://eksempel.no/'>lenke</a> i en linje.</p>"
    html = paragraph * (1_000_000 // len(paragraph))
    # The editor draws the lines by itself, so only what comes before is measured.
    took = desk.evaluate(
        """(html) => {
          const left = pasting.leftOut();
          const page = new DOMParser().parseFromString(html, "text/html");
          const before = performance.now();
          const rules = pasting.classes(page);
          pasting.unword(page, rules, left);
          pasting.footnotes(page, left);
          const options = { origins: [], shift: 0, pictureOf: () => ({}) };
          const [piece] = pasting.read(page.body, rules, left, options);
          pasting.raw(piece.lines, pasting.INLINE);
          return [performance.now() - before, piece.lines.length];
        }""",
        html,
    )
    assert took[1] == html.count("<p>")
    assert took[0] < 20_000  # ms. It takes 1.5 s on a busy machine, and took 100 s when quadratic.


def test_the_slash_leaves_no_empty_line(write, desk):
    write("skråstrek")
    for words in ("Over.", "Under."):
        desk.keyboard.type(words)
        desk.keyboard.press("Enter")
    insert(desk, "Herfra: bare for medlemmer", after="Over.")
    expect(blocks(desk, "text")).to_have_count(2)
    # The editor hands the text to the form a quarter of a second later.
    separate.wait_until(lambda: desk.evaluate(DIVIDED), "the line to be gone")


#: The stream is one line, the gate, and a text that begins with the other line.
DIVIDED = """() => {
  const [above, gate, below] = document.getElementById("body-root").rootBlock.getValue();
  const lines = ({ value }) => JSON.parse(value)?.blocks.map(({ text }) => text) ?? [];
  return gate.type === "gate" && lines(above).join() === "Over." && lines(below)[0] === "Under.";
}"""
