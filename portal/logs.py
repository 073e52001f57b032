"""The format of a line in the log."""

import copy
import logging
import re

from portal.outages import outage_in

#: Characters that can make a person, or a terminal, take one line for two.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")

#: Whoever knows the token in such a path hears as the member (narration/urls.py), ends the member's
#: mail (newsletter/urls.py), or reads a draft (desk/urls.py).
TOKEN = re.compile(r"(/lyd/mine/|/brev/av/|/utkast/)[^/\s?\"']+")


def without_tokens(text: str) -> str:
    return TOKEN.sub(r"\1…", text)


class LineFormatter(logging.Formatter):
    """Indents the lines after the first, such as a traceback's.

    No text that somebody sends can then look like a separate event. An outage of the database has
    one line and no traceback: it is no fault of the code that met it.
    """

    def format(self, record: logging.LogRecord) -> str:
        if outage := outage_in(record):
            record = copy.copy(record)
            reason = str(outage).partition("\n")[0]
            record.msg = f"{record.getMessage()} ({type(outage).__name__}: {reason})"
            record.args = record.exc_info = record.exc_text = None
        text = without_tokens(super().format(record))
        text = CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)
        return text.replace("\n", "\n  | ")
