"""What the panel's paste filter needs of the server: its scripts and its words.

The filter is static/js/page-paste.js. It says what it pasted, and what it left out.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: What is kept in another form. All other kinds are left out.
CHANGES = (
    "headings",
    "lists",
    "quotes",
    "lowered",
    "raised",
    "merged",
    "mixed",
    "struck",
    "underlined",
    "tables_as_text",
)


def scripts() -> SafeString:
    """For the forms of pages and snippets."""
    return render_to_string("wagtailadmin/articles/_paste.html", {"words": words()})


def words() -> dict[str, Any]:
    return {
        "origin": settings.SITE_URL,
        "chooser": reverse("wagtailimages_chooser:choose"),
        "pasted": _("Pasted: %(what)s."),
        "nothing": _("Nothing was pasted."),
        "left_out": _("Left out: %(what)s."),
        "changed": _("Changed: %(what)s."),
        "sending": _("Uploading pictures …"),
        "describe": _("Describe the picture: its field “Alternative text” is empty."),
        "refused": _("you may not upload pictures"),
        "changes": CHANGES,
        "kinds": {name: [one, kinds(2)[name]] for name, one in kinds(1).items()},
    }


def kinds(n: int) -> dict[str, str]:
    """How `n` of each kind are said. The browser puts the number in place of %(count)s."""
    return {
        "paragraphs": ngettext("%(count)s paragraph", "%(count)s paragraphs", n),
        "tables": ngettext("%(count)s table", "%(count)s tables", n),
        "pictures": ngettext("%(count)s picture", "%(count)s pictures", n),
        "definitions": ngettext("%(count)s definition", "%(count)s definitions", n),
        "footnotes": ngettext("%(count)s footnote", "%(count)s footnotes", n),
        "lost_footnotes": ngettext(
            "%(count)s footnote mark without its note",
            "%(count)s footnote marks without their notes",
            n,
        ),
        "footnotes_here": ngettext(
            "%(count)s footnote, which can't be here", "%(count)s footnotes, which can't be here", n
        ),
        "deletions": ngettext("%(count)s deleted change", "%(count)s deleted changes", n),
        "comments": ngettext("%(count)s comment", "%(count)s comments", n),
        "hidden": ngettext("%(count)s hidden text", "%(count)s hidden texts", n),
        "links": ngettext(
            "%(count)s link that leads nowhere for readers",
            "%(count)s links that lead nowhere for readers",
            n,
        ),
        "pictures_elsewhere": ngettext(
            "%(count)s picture on another site", "%(count)s pictures on another site", n
        ),
        "pictures_lost": ngettext(
            "%(count)s picture that was not on the clipboard",
            "%(count)s pictures that were not on the clipboard",
            n,
        ),
        "pictures_here": ngettext(
            "%(count)s picture, which can't be here", "%(count)s pictures, which can't be here", n
        ),
        "pictures_refused": ngettext(
            "%(count)s picture that could not be uploaded",
            "%(count)s pictures that could not be uploaded",
            n,
        ),
        "embeds": ngettext("%(count)s embed", "%(count)s embeds", n),
        "drawings": ngettext("%(count)s drawing or formula", "%(count)s drawings or formulas", n),
        "controls": ngettext(
            "%(count)s button or form field", "%(count)s buttons or form fields", n
        ),
        "gates": ngettext(
            "%(count)s gate, since there is one already",
            "%(count)s gates, since there is one already",
            n,
        ),
        "rules": ngettext("%(count)s horizontal line", "%(count)s horizontal lines", n),
        "headings": ngettext(
            "%(count)s heading became a paragraph", "%(count)s headings became paragraphs", n
        ),
        "lists": ngettext(
            "%(count)s list item became a paragraph", "%(count)s list items became paragraphs", n
        ),
        "quotes": ngettext(
            "%(count)s quotation became a paragraph", "%(count)s quotations became paragraphs", n
        ),
        "lowered": ngettext(
            "%(count)s lowered text stands on the line",
            "%(count)s lowered texts stand on the line",
            n,
        ),
        "raised": ngettext(
            "%(count)s raised text stands on the line",
            "%(count)s raised texts stand on the line",
            n,
        ),
        "merged": ngettext(
            "%(count)s merged cell was divided", "%(count)s merged cells were divided", n
        ),
        "mixed": ngettext(
            "%(count)s list item took the kind of those beside it",
            "%(count)s list items took the kind of those beside them",
            n,
        ),
        "struck": ngettext(
            "%(count)s struck-out text is no longer struck out",
            "%(count)s struck-out texts are no longer struck out",
            n,
        ),
        "underlined": ngettext(
            "%(count)s underlined text is no longer underlined",
            "%(count)s underlined texts are no longer underlined",
            n,
        ),
        "tables_as_text": ngettext(
            "%(count)s table became lines of text", "%(count)s tables became lines of text", n
        ),
    }
