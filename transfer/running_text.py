"""The running text of a Markdown file: paragraphs, headings, lists, quotes. The rest are faults."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import PurePath
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from articles.publishing.blocks import TEXT
from transfer.faults import Fault
from transfer.formulas import formula
from transfer.richtext import (
    DECORATION,
    HREF,
    Item,
    Line,
    List,
    Node,
    Rule,
    Run,
    normal,
    normal_runs,
)

#: «<!--more What the rest answers-->». «level=20» goes first if it isn't the article's own level.
GATE = re.compile(r"<!--more(?:\s++level=(\d{1,4}))?(?=\s|-->)(.*?)-->", re.DOTALL)
LISTS = {"bullet_list": "ul", "ordered_list": "ol"}


#: The parser silently leaves out text that is nested more deeply than this.
MAX_NESTING = 70
#: Levels of lists, boxes and styles within each other. The panel's editor makes far fewer, and
#: Python's recursion limit allows far more: each level of the tree takes a call.
MAX_LEVELS = 60
#: Characters that may begin or end a style or a link, and the most of them in a paragraph. The
#: parser compares each one with those before it.
MARKS = re.compile(r"[*_\[\]`<]")
MAX_MARKS = 5_000


#: What is no running text.
SPECIAL = {"container_box", "table", "footnote_reference", "html_block", "fence", "formula"}
#: The address of a file in the folder. Nothing else may lead there.
FILE = re.compile(r"(?!/|[a-z]+:)[^#?]+\.pdf", re.IGNORECASE)


class ExcessError(Exception):
    """Raised for a paragraph with too many marks to parse in reasonable time. Holds its line."""


def _refuse_excess(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and len(MARKS.findall(token.content)) > MAX_MARKS:
            raise ExcessError(token.map[0] if token.map else 0)


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    md.core.ruler.before("inline", "refuse_excess", _refuse_excess)
    md.use(footnote_plugin, inline=False, move_to_end=False)
    # A footnote mark stays in the running text as written. Publishing turns it into a link.
    md.disable("footnote_ref")
    md.block.ruler.before("fence", "formula", formula, {"alt": ["paragraph", "reference"]})
    md.use(container_plugin, name="box", validate=lambda params, markup: True)
    # Addresses are stored as they are written. This package checks them itself.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return md


PARSER = _parser()


class RunningText:
    """A parsed body, which starts at `first_line` of `file`. All methods raise Fault."""

    def __init__(self, file: PurePath | str, body: str, first_line: int) -> None:
        body = body.replace("\r\n", "\n").replace("\r", "\n").rstrip()
        self.file, self.first_line, self.lines = file, first_line, body.split("\n")
        env: dict[str, Any] = {}
        self.tree = SyntaxTreeNode(self.tokens(body, env))
        references = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
        for reference in references:
            self.line = self.first_line + reference["map"][0]
            self.fail(
                _("An address by reference can't be carried."),
                _("Write [text](https://…) where the link stands."),
            )
        self.line = first_line

    def tokens(self, body: str, env: dict[str, Any]) -> list[Token]:
        """Parses `body` to a flat list of any depth, and refuses one too deep to make a tree of."""
        self.line = self.first_line
        try:
            tokens = PARSER.parse(body, env)
        except ExcessError as error:
            self.line += error.args[0]
            self.fail(
                _("The paragraph has more than %d marks of styles and links.") % MAX_MARKS,
                _("Divide it, or put a backslash before the signs that are no marks."),
            )
        for token in tokens:
            if token.level + max((t.level for t in token.children or ()), default=0) > MAX_LEVELS:
                self.line += token.map[0] if token.map else 0
                self.fail(
                    _("The text is nested too deeply."),
                    _("Take lists, quotes and styles out of each other."),
                )
        return tokens

    def fail(self, problem: str, remedy: str) -> NoReturn:
        raise Fault(self.file, self.line, problem, remedy)

    def at(self, node: SyntaxTreeNode) -> None:
        """Reports faults from here on at the first line of `node`."""
        if node.map:
            self.line = self.first_line + node.map[0]

    def rich_text(self, features: Collection[str]) -> tuple[Node, ...]:
        return self.nodes(self.tree.children, features)

    def is_special(self, node: SyntaxTreeNode) -> bool:
        if node.type == "paragraph":
            first, *after = node.children[0].children or [node]
            if first.type == "link" and not after:
                return FILE.fullmatch(str(first.attrs.get("href", ""))) is not None
            is_alone = [child.content for child in after] in ([], [DECORATION])
            return first.type == "image" and is_alone
        return node.type in SPECIAL

    def fail_html(self) -> NoReturn:
        self.fail(
            _("HTML can't be carried."),
            _("Write it as Markdown, or put a backslash before «<»."),
        )

    def nodes(self, nodes: Iterable[SyntaxTreeNode], features: Collection[str]) -> tuple[Node, ...]:
        return normal(found for node in nodes for found in self.node(node, features))

    def node(self, node: SyntaxTreeNode, features: Collection[str]) -> Iterable[Node]:
        self.at(node)
        if node.type == "paragraph":
            self.refuse_picture(node)
            return [Line("p", tuple(self.runs(node.children[0].children)))]
        if node.type == "heading" and "#" in node.markup and node.tag in features:
            return [Line(node.tag, tuple(self.runs(node.children[0].children)))]
        if node.type == "hr" and "hr" in features:
            return [Rule()]
        if LISTS.get(node.type) in features:
            return [self.list_node(node)]
        if node.type == "blockquote" and "blockquote" in features:
            return self.quote(node)
        return self.refuse(node, features)

    def refuse_picture(self, node: SyntaxTreeNode) -> None:
        if self.is_special(node):
            self.fail(
                _("There can't be a picture or a file here."),
                _("Put it in a paragraph of its own, outside lists and boxes."),
            )

    def quote(self, node: SyntaxTreeNode) -> list[Node]:
        found: list[Node] = []
        for child in node.children:
            self.at(child)
            if child.type != "paragraph":
                self.fail(_("A quote holds paragraphs only."), _("Take the rest out of it."))
            self.refuse_picture(child)
            found.append(Line("blockquote", tuple(self.runs(child.children[0].children))))
        return found

    def list_node(self, node: SyntaxTreeNode, depth: int = 0, kind: str = "") -> List:
        """`kind` is the type that a list below the second level must have."""
        if kind not in ("", node.type):
            self.fail(
                _("Bullets and numbers are mixed below the first level of a list."),
                _("Use one of them there; the panel's editor would lose items."),
            )
        if node.attrs.get("start", 1) != 1:
            self.fail(
                _("The list doesn't start at 1."),
                _("Start at 1, or put a backslash before the full stop: «17\\. mai»."),
            )
        items = []
        for item in node.children:
            self.at(item)
            runs: list[Run] = []
            lists: list[List] = []
            for n, child in enumerate(item.children):
                self.at(child)
                if child.type in LISTS and not lists:
                    lists.append(self.list_node(child, depth + 1, node.type if depth else ""))
                elif child.type == "paragraph" and n == 0:
                    self.refuse_picture(child)
                    runs = self.runs(child.children[0].children)
                else:
                    self.fail(
                        _("An item of a list holds one paragraph, and one list below it."),
                        _("Move the rest out of the list, without the indent."),
                    )
            items.append(Item(tuple(runs), tuple(lists)))
        return List(node.type == "ordered_list", tuple(items))

    def refuse(self, node: SyntaxTreeNode, features: Collection[str]) -> NoReturn:
        if node.type == "heading" and "#" not in node.markup:
            self.fail(
                _("A line of «=» or «-» right below a text makes a heading of it."),
                _("Write «## » before a heading, and an empty line before «---»."),
            )
        if node.type == "heading" and features is TEXT:
            self.fail(_("There are headings of level 2 to 4."), _("Write «##», «###» or «####»."))
        if node.type in ("fence", "formula"):
            self.fail(
                _("Code and formulas can't stand here."), _("Put them outside lists and boxes.")
            )
        if node.type == "code_block":
            self.fail(
                _("A line that is indented by four spaces would be code."),
                _("Take away the indent, or put ``` on lines of their own around code."),
            )
        if node.type == "html_block" and GATE.fullmatch(node.content.strip()):
            self.fail(_("The gate can't stand here."), _("Put it outside lists and boxes."))
        if node.type == "html_block":
            self.fail_html()
        self.fail(
            _("This can't stand here."),
            _(
                "In a definition there are paragraphs, lists and quotes; in a footnote and a bio,"
                " paragraphs only."
            ),
        )

    def plain(self, children: Iterable[SyntaxTreeNode]) -> str:
        runs = normal_runs(self.runs(children), has_breaks=False)
        if any(run.bold or run.italic or run.href for run in runs):
            self.fail(
                _("Only plain text can stand here."),
                _("Take away what makes it bold, italic or a link."),
            )
        return "".join(run.text for run in runs)

    def runs(self, children: Iterable[SyntaxTreeNode], style: Run | None = None) -> list[Run]:
        style = style or Run("")
        found: list[Run] = []
        for child in children:
            match child.type:
                case "text":
                    found.append(replace(style, text=child.content))
                case "softbreak" | "hardbreak":
                    self.line += 1
                    text = " " if child.type == "softbreak" else "\n"
                    found.append(replace(style, text=text))
                case "strong":
                    found += self.runs(child.children, replace(style, bold=True))
                case "em":
                    found += self.runs(child.children, replace(style, italic=True))
                case "link":
                    href = self.link(child)
                    found += self.runs(child.children, replace(style, href=href))
                case "image":
                    self.fail(
                        _("A picture can't stand within a text."),
                        _("Give it a paragraph of its own, with an empty line before and after."),
                    )
                case "code_inline":
                    self.fail(
                        _("Code can't be carried."), _("Put a backslash before the backtick.")
                    )
                case _unknown:
                    self.fail_html()
        return found

    def link(self, node: SyntaxTreeNode) -> str:
        href = str(node.attrs.get("href", ""))
        if not HREF.fullmatch(href):
            self.fail(
                _("A link can't lead to «%s».") % href,
                _("Start it with https://, http://, mailto:, tel:, / or #."),
            )
        if node.attrs.get("title"):
            self.fail(_("The title of a link can't be carried."), _("Take it away."))
        if not node.children:
            self.fail(_("The link has no text."), _("Write [text](address)."))
        return href
