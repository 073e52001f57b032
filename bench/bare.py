"""A bare WSGI function: answers every request with the headers and body in BENCH_ANSWER."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER = Path(os.environ.get("BENCH_ANSWER") or os.devnull)
HEADERS = [(name, value) for name, value in json.loads((FOLDER / "headers.json").read_text())]
BODY = (FOLDER / "body").read_bytes()


def application(
    environ: dict[str, object], start_response: Callable[..., object]
) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
