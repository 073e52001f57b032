"""Whether the pages that nginx answers by itself can all be counted."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from worker.health import Finding, condition, warning, well

#: Where Linux says how many lines of nginx may wait for the worker.
WAITING = Path("/proc/sys/net/unix/max_dgram_qlen")
#: What systemd sets. The kernel's own 10 loses lines at once.
ENOUGH = 512


@condition("figures")
def lines_of_nginx_may_wait() -> Iterator[Finding]:
    try:
        found = int(WAITING.read_text())
    except (OSError, ValueError):
        return
    if found < ENOUGH:
        text = _("Of the pages that nginx answers by itself, some are missing in the figures.")
        remedy = _("Set net.unix.max_dgram_qlen to %(enough)d with sysctl. It is %(found)d.")
        yield warning(text, remedy % {"enough": ENOUGH, "found": found})
    else:
        yield well(_("The pages that nginx answers by itself are counted."))
