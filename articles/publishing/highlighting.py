"""Code with its words marked by kind. The colours are static/css/code.css's."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from articles.characters import IN_NUMBER, clean

#: The most characters of one block.
MAX_SIZE = 20_000
#: The most characters that are coloured. Pygments takes the square of some code: 90 seconds for
#: 20,000 characters of C#.
COLOURED = 4_000
#: Pygments' names, and what editors choose from.
LANGUAGES = [
    ("", _("Plain text")),
    ("bash", _("Command line")),
    ("c", "C"),
    ("csharp", "C#"),
    ("cpp", "C++"),
    ("css", "CSS"),
    ("diff", "Diff"),
    ("go", "Go"),
    ("html", "HTML"),
    ("ini", "INI"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("json", "JSON"),
    ("kotlin", "Kotlin"),
    ("markdown", "Markdown"),
    ("php", "PHP"),
    ("python", "Python"),
    ("r", "R"),
    ("rust", "Rust"),
    ("sql", "SQL"),
    ("swift", "Swift"),
    ("typescript", "TypeScript"),
    ("xml", "XML"),
    ("yaml", "YAML"),
]
NAMES = dict(LANGUAGES)
#: Other names that Markdown often has for them.
ALIASES = {
    "text": "", "txt": "", "plain": "", "sh": "bash", "shell": "bash", "console": "bash",
    "c#": "csharp", "cs": "csharp", "c++": "cpp", "js": "javascript", "ts": "typescript",
    "md": "markdown", "py": "python", "yml": "yaml", "rs": "rust", "toml": "ini",
}  # fmt: skip

FORMATTER = HtmlFormatter(nowrap=True, classprefix="code-")


def language_of(name: str) -> str:
    """The name that is stored for a name in Markdown, which may be one that isn't known."""
    name = name.strip().lower()
    return ALIASES.get(name, name)


def normal(code: str) -> str:
    """`code` without empty lines around it, and without spaces at the ends of its lines."""
    lines = [line.rstrip() for line in clean(code).expandtabs(4).split("\n")]
    return "\n".join(lines).strip("\n")


def highlighted(code: str, language: str) -> SafeString:
    """`code` as HTML. Each character of it that means something in HTML is escaped."""
    if not language or language not in NAMES or len(code) > COLOURED:
        html: str = escape(code)
    else:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
        html = highlight(code, lexer, FORMATTER).removesuffix("\n")
    # Otherwise `characters.unbroken` would put another space into «seq 1 100», and who copies it
    # would not see why it fails.
    return mark_safe(IN_NUMBER.sub("&#32;", html))
