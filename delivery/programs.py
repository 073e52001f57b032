"""Whether a request comes from a program, and not from somebody who reads the page."""

import re
from functools import lru_cache
from typing import Any

from crawleruseragents import is_crawler

#: What programs call themselves that the list of crawlers doesn't have: link previews, monitors,
#: libraries, and those without a name.
OTHERS = re.compile(
    r"bot|crawl|spider|preview|fetch|scan|monitor|externalhit|curl|wget|python|headless|^$",
    re.IGNORECASE,
)
#: Browsers that say over https what each request is for, from these versions on: MDN,
#: Sec-Fetch-Mode.
TELLING = re.compile(r"(?:Chrome|Firefox)/(\d+)|Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari")
SINCE_CHROME_OR_FIREFOX, SINCE_SAFARI = 90, 17
#: The longest name that is looked at, in characters.
LONGEST = 400


def is_program(environ: dict[str, Any]) -> bool:
    """Whether nobody reads the answer: a program asks, or a browser that fetches ahead or for a
    script. A browser that doesn't say what it asks for, though it would, is a program too."""
    mode = environ.get("HTTP_SEC_FETCH_MODE")
    if mode not in (None, "navigate") or "prefetch" in environ.get("HTTP_SEC_PURPOSE", ""):
        return True
    kind = kind_of(environ.get("HTTP_USER_AGENT", "")[:LONGEST])
    return kind == "program" or (kind == "telling" and mode is None and is_https(environ))


def is_https(environ: dict[str, Any]) -> bool:
    return environ.get("HTTP_X_FORWARDED_PROTO", environ["wsgi.url_scheme"]) == "https"


@lru_cache(4096)
def kind_of(name: str) -> str:
    """What goes by `name`, a User-Agent: "program", a browser that is "telling", or "browser"."""
    if OTHERS.search(name) or is_crawler(name):
        return "program"
    found = TELLING.search(name)
    if found is None:
        return "browser"
    chrome_or_firefox, safari = found.groups()
    is_new = (
        int(chrome_or_firefox) >= SINCE_CHROME_OR_FIREFOX
        if chrome_or_firefox
        else int(safari) >= SINCE_SAFARI
    )
    return "telling" if is_new else "browser"
