"""The format of a line in the log."""

import logging
import re

#: Characters that can make a person, or a terminal, take one line for two.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """Indents the lines after the first, such as a traceback's.

    No text that somebody sends can then look like a separate event.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = CONTROL.sub(lambda found: ascii(found[0])[1:-1], super().format(record))
        return text.replace("\n", "\n  | ")
