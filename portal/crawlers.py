"""What crawlers may do with what visitors may read. The owner says it once: CRAWLERS_MAY.

Everything that is said to crawlers is made here, so that no two places contradict each other.
Locked text needs no such words: it isn't sent.
"""

from collections.abc import Iterator
from enum import Enum

from django.conf import settings


class Use(Enum):
    """A use, by its name in CRAWLERS_MAY."""

    SEARCH = "search"  # an index that leads readers here
    ANSWERS = "answers"  # a text that an AI writes from ours, when somebody asks
    TRAINING = "training"  # of AI models


#: The names by which crawlers of each use look for themselves in robots.txt, as their makers
#: document them. Others go by «*», and by the signals.
AGENTS = {
    Use.ANSWERS: (
        *("ChatGPT-User", "OAI-SearchBot", "Claude-User", "Claude-SearchBot", "PerplexityBot"),
        *("Perplexity-User", "DuckAssistBot", "MistralAI-User"),
    ),
    Use.TRAINING: (
        *("GPTBot", "ClaudeBot", "Google-Extended", "Applebot-Extended", "CCBot", "Bytespider"),
        *("meta-externalagent", "Amazonbot", "cohere-training-data-crawler"),
    ),
}
#: https://contentsignals.org
SIGNALS = {Use.SEARCH: "search", Use.ANSWERS: "ai-input", Use.TRAINING: "ai-train"}
#: https://rslstandard.org/rsl, version 1.0
RSL = {Use.SEARCH: "search", Use.ANSWERS: "ai-input", Use.TRAINING: "ai-train"}
#: Nobody's but the reader's own, apart from the page that invites them. The longest path decides,
#: or in simple crawlers the first line.
ACCOUNT = ("Allow: /konto/bli-medlem/", "Disallow: /admin/", "Disallow: /konto/")
CLOSED = ("Disallow: /",)


def allowed() -> set[Use]:
    return {use for use in Use if use.value in settings.CRAWLERS_MAY}


def content_signal() -> str:
    """The value of Content-Signal, such as «search=yes, ai-input=no, ai-train=no»."""
    may = allowed()
    return ", ".join(f"{name}={'yes' if use in may else 'no'}" for use, name in SIGNALS.items())


def tdm_reservation() -> str:
    """The value of tdm-reservation: "1" reserves text and data mining, as article 4 of directive
    (EU) 2019/790 lets an owner do."""
    return "0" if Use.TRAINING in allowed() else "1"


def robots() -> Iterator[str]:
    """The lines of robots.txt (RFC 9309)."""
    may = allowed()
    yield f"License: {settings.SITE_URL}/license.xml"
    yield ""
    yield "User-agent: *"
    yield f"Content-Signal: {content_signal()}"
    yield from ACCOUNT if Use.SEARCH in may else CLOSED
    for use, agents in AGENTS.items():
        yield ""
        yield from (f"User-agent: {agent}" for agent in agents)
        yield from ACCOUNT if use in may else CLOSED
    yield ""
    yield f"Sitemap: {settings.SITE_URL}/sitemap.xml"


def licence() -> str:
    """The RSL licence of everything that is public."""
    may = allowed()
    permitted = " ".join(RSL[use] for use in Use if use in may)
    prohibited = " ".join(RSL[use] for use in Use if use not in may)
    lines = [f'<permits type="usage">{permitted}</permits>'] if permitted else []
    lines += [f'<prohibits type="usage">{prohibited}</prohibits>'] if prohibited else []
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rsl xmlns="https://rslstandard.org/rsl">\n'
        f'  <content url="{settings.SITE_URL}/">\n'
        "    <license>\n      " + "\n      ".join(lines) + "\n    </license>\n"
        "  </content>\n</rsl>\n"
    )
