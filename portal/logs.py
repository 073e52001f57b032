"""How a line of the log looks."""

import logging
import re

#: What could make a reader, or a terminal, take one line for two.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """What goes on, such as a traceback, is indented: no text that somebody sends can look like a
    line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        text = CONTROL.sub(lambda found: ascii(found[0])[1:-1], super().format(record))
        return text.replace("\n", "\n  | ")
