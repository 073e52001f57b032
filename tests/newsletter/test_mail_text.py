"""Passages as a mail shows them, and the whole mail by the rules of those who filter mail."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from newsletter.mail_text import mail_text, tracked
from tests import factories
from tests.factories import block, gate, text
from tests.newsletter.letters import mail_to, make_letter, parts, send, wants_letters

pytestmark = pytest.mark.django_db
PAGE = "http://localhost:8000/brev/hosten/"


def text_of(*blocks, **how):
    return mail_text(make_letter(list(blocks)).passages.order_by("position"), PAGE, **how)


def note(label, html="<p>Merknaden.</p>"):
    return block("footnote", {"label": label, "text": html})


def test_the_text_has_the_same_words_in_both_forms():
    found = text_of(
        text(
            "<h2>Overskrift</h2><p>Et <b>avsnitt</b> med<br/>linjeskift.</p><h3>Under</h3>"
            "<ul><li>Punkt<ul><li>Underpunkt</li></ul></li></ul><ol><li>Én</li><li>To</li></ol>"
            "<blockquote>Sitatet</blockquote><hr/><h4>Minst</h4>"
        ),
        factories.table("Kvartal", "Første"),
    )
    assert found.text == (
        "Overskrift\n==========\n\nEt avsnitt med\nlinjeskift.\n\nUnder\n-----\n\n"
        "– Punkt\n  – Underpunkt\n\n1. Én\n2. To\n\n> Sitatet\n\n* * *\n\nMinst\n\n"
        "Kvartal | Kr\nFørste | 1\u00a0200"
    )
    for word in re.findall(r"\w+", found.text):
        assert word in found.html


def test_links_have_whole_addresses_and_stand_in_the_plain_text(series):
    found = text_of(
        text(
            f'<p><a linktype="page" id="{series.pk}">serien</a>, '
            '<a href="https://example.no/x">der</a>, <a href="mailto:a@example.no">skriv</a>, '
            '<a href="https://example.no/">https://example.no/</a></p>'
        )
    )
    assert 'href="http://localhost:8000/serien/"' in found.html
    assert found.text == (
        "serien <http://localhost:8000/serien/>, der <https://example.no/x>, "
        "skriv <a@example.no>, https://example.no/"
    )


def test_links_to_our_own_pages_say_which_mails_they_are_from_and_nothing_of_whose(series):
    found = text_of(
        text(
            f'<p><a linktype="page" id="{series.pk}">serien</a> '
            '<a href="https://example.no/x">der</a></p>'
        ),
        batch="brev-7",
    )
    assert 'href="http://localhost:8000/serien/?fra=brev-7"' in found.html
    assert 'href="https://example.no/x"' in found.html


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000/a/#b", "http://localhost:8000/a/?fra=brev-7#b"),
        ("http://localhost:8000/sok/?q=x", "http://localhost:8000/sok/?q=x&fra=brev-7"),
        ("http://localhost:8000", "http://localhost:8000/?fra=brev-7"),
        ("http://localhost:8000.example.no/a/", "http://localhost:8000.example.no/a/"),
        ("mailto:a@example.no", "mailto:a@example.no"),
    ],
)
def test_the_batch_stands_before_the_fragment(url, expected):
    assert tracked(url, "brev-7") == expected
    assert tracked(url, "") == url


def test_a_picture_and_a_drawing_become_a_line_with_what_they_show():
    picture = factories.make_picture()
    found = text_of(
        block("picture", {"picture": picture.pk, "alt": "En tavle", "caption": "Møtet"}, id="p1"),
        block("picture", {"picture": picture.pk, "alt": "", "caption": ""}, id="p2"),
        factories.drawing("Akse", "Kurven"),
        factories.drawing("Akse", "Kurven", alt="Salget stiger.", caption="I år"),
    )
    assert not re.search(r"<(img|svg|picture|source|figure)", found.html)
    assert f"Bilde <{PAGE}#b-p1>: En tavle – Møtet" in found.text
    assert f"Bilde <{PAGE}#b-p2>" in found.text
    assert ": Kurven" in found.text
    assert ": Salget stiger. – I år" in found.text
    assert "Akse" not in found.text  # labels of an axis aren't text


def test_footnotes_stand_at_the_end_with_the_numbers_of_their_marks():
    found = text_of(
        text("<p>Først[^a] og så[^b].</p>"),
        note("b", '<p>Merknad b, <a href="/om/">om</a></p>'),
        note("a", "<p>Merknad a</p>"),
        gate(),
        text("<p>Sist[^c], og igjen[^a].</p>"),
        note("c", "<p>Merknad c</p>"),
    )
    assert found.text == (
        "Først[1] og så[2].\n\nSist[3], og igjen[1].\n\n[1] Merknad a\n\n"
        "[2] Merknad b, om <http://localhost:8000/om/>\n\n[3] Merknad c"
    )
    assert found.html.index("Sist") < found.html.index("Merknad a")
    assert "↩" not in found.html
    assert "#fotnote" not in found.html


def test_a_definition_stays_one():
    found = text_of(block("definition", {"term": "Leder", "text": "<p>Den som leder.</p>"}))
    assert "Definisjon: Leder <http://localhost:8000/ordbok/leder/>" in found.text
    assert "Den som leder." in found.text


def test_nothing_is_left_of_ids_scripts_and_roles():
    picture = factories.make_picture()
    found = text_of(*factories.every_block(lambda place: place, picture))
    assert not re.search(r"\s(id|role|tabindex|aria-\w+|style|on\w+|data-\w+)=", found.html)


def test_a_text_is_cut_between_two_elements():
    letter = [text("".join(f"<p>Avsnitt {n} ord ord ord</p>" for n in range(9)), id="t1")]
    found = text_of(*letter, most_words=12)
    assert found.text.count("Avsnitt") == 2
    assert found.goes_on_at == "b-t1-3"
    assert found.html.count("<p") == 2


def test_with_words_to_spare_nothing_is_cut():
    assert text_of(text("<p>Kort.</p>"), most_words=9, most_bytes=9_000).goes_on_at == ""


def test_footnotes_of_what_was_cut_are_left_out():
    found = text_of(
        text("<p>Først[^a].</p><p>Så[^b] ord ord ord.</p>"), note("a"), note("b"), most_words=3
    )
    assert "[1] Merknaden." in found.text
    assert "[2]" not in found.text


LONG = "Blåbærsyltetøy på brødskiva, sa hun, og så på været. " * 12


@pytest.mark.parametrize(
    "blocks",
    [
        [text("".join(f"<p>{n} {LONG}</p>" for n in range(400)))],
        [text("".join(f"<p>{n}</p>" for n in range(9_000)))],
        [text("<p>Kort.</p>" + "<ul>" + "<li>æ</li>" * 20_000 + "</ul>")],
        [text(f"<p>{LONG * 100}</p>")],
        [text("<p>a" + "".join(f"[^{n}]" for n in range(99)) + "</p><p>b</p>")]
        + [note(str(n), f"<p>{LONG}</p>") for n in range(99)],
        [text('<p><a href="https://example.no/æøå">æ</a></p>' * 3_000)],
    ],
)
def test_a_mail_is_60_kb_at_most(blocks, member):
    mail = mail_to(wants_letters(member), send(make_letter(blocks)))
    assert len(mail.as_bytes()) < 60_000
    for form in parts(mail):
        assert "Les resten på nettsiden" in form


class Checked(HTMLParser):
    """Notes tags that are not closed, and what a mail must not hold."""

    VOID = frozenset({"meta", "br", "hr"})

    def __init__(self):
        super().__init__()
        self.open, self.links, self.tags = [], [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        given = dict(attrs)
        assert not {"src", "srcset", "background"} & set(given)
        if tag == "a":
            self.links.append(given["href"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_mail_meets_the_rules_of_those_who_filter_mail(member, settings):
    """Those of SpamAssassin and of Gmail that need no network."""
    picture = factories.make_picture()
    body = [text("<p>Vi ses.</p>"), *factories.every_block(lambda place: f"ord {place}", picture)]
    sending = send(make_letter(body))
    mail = mail_to(wants_letters(member), send(sending.letter))
    plain, html = parts(mail)
    assert mail.get_content_type() == "multipart/alternative"
    for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version"):
        assert mail.get_all(name) == [mail[name]]
    assert mail["To"] == member.email
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://localhost:8000/brev/av/[\w-]+/brev/\?fra=brev-\d+>",
                        mail["List-Unsubscribe"].strip())  # fmt: skip
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not mail["Precedence"]
    assert all(len(line) < 999 for line in mail.as_bytes().splitlines())
    checked = Checked()
    checked.feed(html)
    assert checked.open == []
    assert not checked.tags & {"img", "script", "link", "form", "iframe", "object", "svg", "video"}
    assert "url(" not in html
    assert "@import" not in html
    ours = {urlsplit(link).netloc for link in checked.links}
    # The last two are the editor's own links.
    assert ours == {"localhost:8000", "example.no", "vimeo.com"}
    others = [link for link in checked.links if urlsplit(link).netloc == "example.no"]
    assert all("example.no/ord" in link for link in others)
    # The same words in both forms, and more text than mark-up in neither.
    assert set(re.findall(r"ord \w+", plain)) == set(
        re.findall(r"ord \w+", re.sub(r"</?span[^>]*>", "", html))
    )
    assert plain.count("ord ") >= 12
