"""The front matter of a file: strings, lists of strings, mappings of strings, and their lines.

No type is guessed: `published: no` is the text «no», and `born: 1968` is the text «1968».
"""

import re
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import yaml
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from articles.characters import clean
from articles.publishing.errors import messages
from transfer.faults import Fault

OSLO = ZoneInfo("Europe/Oslo")
FENCE = "---"


#: Front matter has three levels: the whole, a list or mapping in it, and the values of that. The
#: fourth is for a value that is nested too deeply, which `_value` refuses at its own line.
MAX_LEVELS = 4
#: Characters. The time to parse YAML grows faster than the text.
MAX_HEAD = 100_000


class _Loader(yaml.BaseLoader):
    """Stops at MAX_LEVELS. PyYAML's own loader recurses as deep as the text is nested."""

    level = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self.level += 1
        if self.level > MAX_LEVELS:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem_mark=mark)
        node = super().compose_node(parent, index)
        self.level -= 1
        return node


class FrontMatter:
    """The text between the two «---» lines of `file`, read key by key. All methods raise Fault."""

    def __init__(self, file: PurePath | str, source: str) -> None:
        self.file = file
        lines = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        end = next((n for n, line in enumerate(lines) if n and line.rstrip() == FENCE), 0)
        if lines[0].rstrip() != FENCE or not end:
            self.fail(1, _("The front matter is missing."), _("Start the file with «---», the "
                      "title and the rest, and «---» again."))  # fmt: skip
        self.body, self.body_line = "\n".join(lines[end + 1 :]), end + 2
        self.values: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        head = "\n".join(["", *lines[1:end]])
        if len(head) > MAX_HEAD:
            self.fail(1, _("The front matter is too long."), _("Move text to below the «---» "
                      "that ends it."))  # fmt: skip
        try:
            root = yaml.compose(head, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.fail_yaml(mark.line + 1 if mark else 1)
        except yaml.YAMLError:  # a character that YAML doesn't allow
            self.fail_yaml(1)
        if root is not None:
            self.values = self._mapping(root, self.lines)

    def fail(self, line: int, problem: str, remedy: str) -> NoReturn:
        raise Fault(self.file, line, problem, remedy)

    def fail_at(self, key: str, problem: str, remedy: str) -> NoReturn:
        self.fail(self.lines.get(key, 1), problem, remedy)

    def fail_yaml(self, line: int) -> NoReturn:
        self.fail(line, _("The front matter can't be read."),
                  _("Write «key: value»; put quotes around a value with «: » in it."))  # fmt: skip

    def _mapping(self, node: yaml.Node, lines: dict[str, int], depth: int = 0) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self.fail_yaml(node.start_mark.line + 1)
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else self.fail_yaml(line)
            if key in values:
                self.fail(line, _("«%s» stands there twice.") % key, _("Take one away."))
            lines[key] = line
            values[key] = self._value(value_node, depth)
        return values

    def _value(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return clean(node.value).strip()
        if depth == 0 and isinstance(node, yaml.MappingNode):
            return self._mapping(node, {}, depth + 1)
        if depth == 0 and isinstance(node, yaml.SequenceNode):
            return [self._value(each, depth + 1) for each in node.value]
        return self.fail_yaml(node.start_mark.line + 1)

    # --- Reading values ----------------------------------------------------------------------

    def only(self, *keys: str) -> None:
        """Checks that there are no keys but these."""
        for key in self.values:
            if key not in keys:
                self.fail_at(key, _("«%s» is not known here.") % key,
                             _("Known are: %s.") % ", ".join(keys))  # fmt: skip

    def text(self, key: str, is_required: bool = False) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.fail_at(key, _("«%s» is one text.") % key, _("Put quotes around it."))
        if is_required and not value:
            self.fail_at(key, _("«%s» is missing.") % key, _("Add it to the front matter."))
        return value

    def is_set(self, key: str, word: str) -> bool:
        """Reads a switch, which is either `word` or left out."""
        value = self.text(key)
        if value not in ("", word):
            self.fail_at(key, _("«%(key)s» can't be «%(value)s».") % {"key": key, "value": value},
                         _("Write «%s», or leave it out.") % word)  # fmt: skip
        return value == word

    def texts(self, key: str) -> list[str]:
        values = self.values.get(key) or []
        if not isinstance(values, list):
            self.fail_at(key, _("«%s» is a list.") % key, _("Write %s: [one, two].") % key)
        seen: set[str] = set()
        for value in values:
            if value in seen:
                self.fail_at(key, _("«%s» stands there twice.") % value, _("Take one away."))
            seen.add(value)
        return values

    def mapping(self, key: str) -> dict[str, str]:
        values = self.values.get(key) or {}
        if not isinstance(values, dict):
            self.fail_at(key, _("«%s» is a list of names and values.") % key,
                         _("Write «name: value» on lines of their own, indented."))  # fmt: skip
        return values

    def check(self, key: str, model: type[models.Model], field: str, value: str) -> Any:
        """Returns `value` as cleaned by the field of `model`."""
        model_field: Any = model._meta.get_field(field)
        try:
            cleaned = model_field.clean(value, None)
        except ValidationError as error:
            self.fail_at(key, f"«{key}»: " + " ".join(messages(error)), _("Correct it."))
        limit = model_field.max_length
        if limit and len(value) > limit:
            self.fail_at(key, _("«%(key)s» has %(count)d characters.")
                         % {"key": key, "count": len(value)},
                         _("Shorten it to %d.") % limit)  # fmt: skip
        return cleaned

    def moment(self, key: str, value: str) -> datetime:
        """Reads a date, or a date and time. It is in Oslo's time zone unless it names another."""
        try:
            moment = datetime.fromisoformat(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=OSLO)
            # The round trip moves a time in spring's missing hour to the hour after it.
            moment = moment.astimezone(UTC).astimezone(OSLO)
            if not 1900 <= moment.year <= 2200:  # noqa: PLR2004
                raise ValueError(value)
        except (ValueError, OverflowError):
            self.fail_at(key, _("«%s» is not a date.") % value,
                         _("Write 2026-09-08 or 2026-09-08T06:30."))  # fmt: skip
        return moment


def written_moment(moment: datetime) -> date | datetime:
    """Returns a date if `moment` is midnight in Oslo, or else Oslo's time to the second."""
    local = moment.astimezone(OSLO).replace(microsecond=0)
    is_midnight = local - datetime.combine(local, datetime.min.time(), OSLO) == timedelta()
    return local.date() if is_midnight else local


class _Dumper(yaml.SafeDumper):
    """Writes a list on one line, as people do, and a mapping on several."""


_Dumper.add_representer(
    list, lambda dumper, each: dumper.represent_sequence("tag:yaml.org,2002:seq", each, True)
)


def write_file(matter: Mapping[str, Any], body: str = "") -> str:
    head = yaml.dump(
        dict(matter), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=sys.maxsize
    )
    return f"{FENCE}\n{head}{FENCE}\n" + (f"{body}\n" if body else "")


def read_utf8(file: PurePath, path: Path) -> str:
    """Returns the text of a file. Raises Fault for bytes that aren't UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\n", data[: error.start])) + 1
        raise Fault(file, line, _("The file is not UTF-8 here."),
                    _("Save it as UTF-8 in your text editor.")) from None  # fmt: skip
