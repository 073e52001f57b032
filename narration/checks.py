"""Checks for mistakes in the settings of the narration. The app's `ready` imports them."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from narration.engines.chosen import ENGINES, unknown


@register()
def engines_are_known(**kwargs: Any) -> list[CheckMessage]:
    if not (names := unknown()):
        return []
    message = f"NARRATION_ENGINES names unknown engines: {', '.join(names)}."
    hint = f"Set it to some of {','.join(ENGINES)}, or to none."
    return [Error(message, hint=hint, id="narration.E001")]
