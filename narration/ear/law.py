"""References to laws and public papers: §§, NOU, Prop., Meld. St., Innst."""

import re

from narration.ear.letters import spelled
from narration.ear.numerals import cardinal, ordinal, year
from narration.ear.tables import table

_SECTION = re.compile(r"(\d{1,4})(?:(-|–)(\d{1,3}))?(?: ?([a-z])(?![\w.]))?")
#: "§ 4-3 (1)" is the first paragraph of the section.
_PARAGRAPH = re.compile(r" ?\(([1-9]|1\d)\)(?![\w(])")
#: "§-tegnet" is one word.
_NAME = re.compile(r"§-(?=[a-zæøå])")
_LEAD = re.compile(r"§§? ?")
_JOINT = re.compile(r"(,| og| eller|–|-| til) ?(?=\d)")
_NOU = re.compile(r"\bNOU (\d{4}) ?: ?(\d{1,3})\b")
_CASE = re.compile(r"\b(HR|L[ABEFGH]|R[Gt]|TOSLO)-(\d{4})-(\d{1,6})(?:-([A-ZÆØÅ]{1,2}))?\b")
_PAPERS = {
    "meld. st.": "melding til Stortinget",
    "st.meld.": "stortingsmelding",
    "st. meld.": "stortingsmelding",
    "st.prp.": "stortingsproposisjon",
    "st. prp.": "stortingsproposisjon",
    "ot.prp.": "odelstingsproposisjon",
    "ot. prp.": "odelstingsproposisjon",
    "prop.": "proposisjon",
    "innst.": "innstilling",
    "dok.": "dokument",
    "rt.": "Retstidende",
}
_PAPER = re.compile(
    r"\b(Meld\. ?St\.|St\. ?meld\.|St\. ?prp\.|Ot\. ?prp\.|Prop\.|Innst\.|Dok\.|Rt\.)"
    r" ?((?:nr\. ?)?)(?=\d)(\d{1,4})(?-i:( (?:LS|SL|[LS])\b)?)",
    re.I,
)
_LAWS = table("abbreviations.toml", "laws")
_LAW = re.compile(rf"(?<![\w.])({'|'.join(sorted(_LAWS, key=len, reverse=True))})\.? ?(?=§)", re.I)
_LETTER = re.compile(
    r"\b([Bb]okstav(?:ene)?|litra) ([a-zæøå])\b((?:(?:(?:,| og| eller| til) |[–-])[a-zæøå]\b)*)"
)


def without_references(text: str) -> str:
    """Returns the text with "§ 4-1" as "paragraf fire en", and papers by their names."""
    if "§" in text:
        text = _NAME.sub("paragraf", text)
        text = _sections(_LAW.sub(_law, text))
    if ":" in text:
        text = _NOU.sub(lambda m: f"NOU {year(int(m[1]))}, {cardinal(int(m[2]))}", text)
    text = _CASE.sub(_case, text)
    text = _PAPER.sub(_paper, text)
    return _LETTER.sub(_letters, text)


def _law(match: re.Match[str]) -> str:
    words = _LAWS[match[1].lower()]
    return (words[0].upper() + words[1:] if match[1][0].isupper() else words) + " "


def _sections(text: str) -> str:
    said, place = [], 0
    for sign in _LEAD.finditer(text):
        if sign.start() < place:
            continue
        several = "§§" in sign[0]
        said += [text[place : sign.start()], "paragrafene " if several else "paragraf "]
        place = sign.end()
        if first := _SECTION.match(text, place):
            said.append(_section(first, several))
            place = first.end()
            while several and (joint := _JOINT.match(text, place)):
                more = _SECTION.match(text, joint.end())
                if not more:
                    break
                said += [" til " if joint[1] in "–-" else joint[1] + " ", _section(more, several)]
                place = more.end()
            if paragraph := _PARAGRAPH.match(text, place):
                said.append(f" {ordinal(int(paragraph[1]))} ledd")
                place = paragraph.end()
    return "".join([*said, text[place:]])


def _section(match: re.Match[str], several: bool) -> str:
    """Says "4-1" as "fire én". After "§§" an en dash stands between the first and the last."""
    words = cardinal(int(match[1]))
    if match[2]:
        joint = " til " if several and match[2] == "–" else " "
        words += joint + cardinal(int(match[3]))
    return words + (f" {spelled(match[4])}" if match[4] else "")


def _case(match: re.Match[str]) -> str:
    court = "Retstidende" if match[1] == "Rt" else match[1]
    words = f"{court} {year(int(match[2]))} {cardinal(int(match[3]))}"
    return words + (f" {spelled(match[4])}" if match[4] else "")


def _paper(match: re.Match[str]) -> str:
    name = _PAPERS[re.sub(r"\.(?=\w)", ".", match[1].lower().replace("meld.st.", "meld. st."))]
    number = int(match[3])
    figure = year(number) if name == "Retstidende" else cardinal(number)
    words = f"{name} {'nummer ' if match[2] else ''}{figure}"
    if match[1][0].isupper():
        words = words[0].upper() + words[1:]
    return words + (f" {spelled(match[4].strip())}" if match[4] else "")


def _letters(match: re.Match[str]) -> str:
    more = re.sub(
        r"\b([a-zæøå])\b(?! )", lambda m: spelled(m[1]), re.sub("[–-]", " til ", match[3])
    )
    return f"{match[1]} {spelled(match[2])}{more}"
