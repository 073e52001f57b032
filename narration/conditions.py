"""Whether articles can be read aloud, and are."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narration.engines.chosen import chosen
from narration.models import Narration
from narration.models.narrations import State
from narration.sound import ffmpeg
from worker.health import Finding, condition, warning, well

#: An engine may be away for so long before the operator hears of it.
PATIENCE = timedelta(hours=6)


@condition("narration")
def articles_are_read_aloud() -> Iterator[Finding]:
    engines = chosen()
    if engines and not any(engine.is_available() for engine in engines):
        names = ", ".join(engine.name for engine in engines)
        yield warning(
            _("No engine of the narration can be used: %(names)s.") % {"names": names},
            _("Set them up, or set NARRATION_ENGINES: see docs/deploy.md."),
        )
    try:
        ffmpeg.run(["-version"])
    except (ffmpeg.FfmpegFailed, OSError):
        yield warning(
            _("ffmpeg can't be run, so no recording can be made."),
            _("Install the requirements again, or set FFMPEG to the path of one."),
        )
    failed = Narration.objects.filter(state=State.FAILED)
    if count := failed.filter(changed_at__lt=timezone.now() - PATIENCE).count():
        yield warning(
            ngettext(
                "%(count)d article could not be recorded.",
                "%(count)d articles could not be recorded.",
                count,
            )
            % {"count": count},
            _("See why at the article in the panel, and run manage.py narrate."),
        )
    else:
        yield well(_("The narration has failed nowhere."))
