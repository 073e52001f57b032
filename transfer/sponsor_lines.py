"""An article's own sponsor line in front matter: a text, a link, or a mapping with its period."""

import re

from django.utils.translation import gettext as _

from sponsors.models import Sponsorship
from transfer.files import SponsorLine
from transfer.front_matter import FrontMatter

LINKED = re.compile(r"\[(.*)\]\((\S+)\)")


def read_sponsor(matter: FrontMatter) -> SponsorLine | None:
    """Raises Fault."""
    value = matter.values.get("sponsor")
    if not value:
        return None
    if isinstance(value, str):
        linked = LINKED.fullmatch(value)
        value = {"text": linked[1], "url": linked[2]} if linked else {"text": value}
    unknown = set(value) - {"text", "url", "starts", "ends"} if value is not None else set()
    if not isinstance(value, dict) or unknown or not value.get("text"):
        matter.fail_at(
            "sponsor",
            _("The sponsor line can't be read."),
            _("Write «Text», «[Text](https://…)», or text, url, starts and ends below it."),
        )
    matter.check("sponsor", Sponsorship, "text", value["text"])
    if value.get("url"):
        matter.check("sponsor", Sponsorship, "url", value["url"])
    line = SponsorLine(
        value["text"],
        value.get("url", ""),
        *(
            matter.moment("sponsor", value[key]) if value.get(key) else None
            for key in ("starts", "ends")
        ),
    )
    if line.starts_at and line.ends_at and line.starts_at >= line.ends_at:
        matter.fail_at("sponsor", _("The period ends before it starts."), _("Correct the dates."))
    return line
