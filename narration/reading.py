"""Who reads, in words."""

from django.utils.translation import gettext as _

from narration.models import Stream


def read_by(stream: Stream | None) -> str:
    """Such as «Lest av Kari Nord». A listener is told when nobody reads."""
    if stream is None:
        return _("Read by your browser's voice")
    if stream.reader:
        return _("Read by %(name)s") % {"name": stream.reader}
    return _("Read by a synthetic voice")
