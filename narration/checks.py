"""Checks for mistakes in the settings of the narration. The app's `ready` imports them."""

import re
import shutil
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from narration.engines.chosen import ENGINES, unknown


@register()
def engines_are_known(**kwargs: Any) -> list[CheckMessage]:
    if not (names := unknown()):
        return []
    message = f"NARRATION_ENGINES names unknown engines: {', '.join(names)}."
    hint = f"Set it to some of {','.join(ENGINES)}, or to none."
    return [Error(message, hint=hint, id="narration.E001")]


@register()
def azure_is_named_rightly(**kwargs: Any) -> list[CheckMessage]:
    # The region is a part of the host name that gets the key.
    rules = {"AZURE_SPEECH_REGION": r"[a-z0-9]*", "AZURE_SPEECH_VOICE": r"[a-z]+-[A-Za-z0-9-]+"}
    return [
        Error(
            f"{name} is not the name of such a thing at Azure.",
            hint="They look like norwayeast and nb-NO-PernilleNeural.",
            id="narration.E002",
        )
        for name, rule in rules.items()
        if not re.fullmatch(rule, getattr(settings, name))
    ]


@register()
def ffmpeg_is_there(**kwargs: Any) -> list[CheckMessage]:
    if not settings.FFMPEG or shutil.which(settings.FFMPEG):
        return []
    message = f"FFMPEG names no program: {settings.FFMPEG}"
    hint = "Leave it out to use the packaged one."
    return [Error(message, hint=hint, id="narration.E003")]
