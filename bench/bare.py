"""The least that gunicorn can do: the bytes in BENCH_BYTES, to whoever asks."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

BODY = Path(os.environ.get("BENCH_BYTES") or os.devnull).read_bytes()
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]


def application(
    environ: dict[str, object], start_response: Callable[..., object]
) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
