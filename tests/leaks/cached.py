"""Leads what the tests' clients ask through one page cache, as gunicorn does."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test.client import ClientHandler

from delivery.page_cache import PageCache


def through_the_page_cache(monkeypatch) -> PageCache:
    """The cache that all clients share from now on."""
    ask = ClientHandler.__call__
    handlers: list[ClientHandler] = []
    answers: list[Any] = []

    def django(environ: dict[str, Any], start: Any) -> list[bytes]:
        answer = ask(handlers[-1], environ)
        answers.append(answer)
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in answer.cookies.values()]
        start(f"{answer.status_code} {answer.reason_phrase}", [*answer.items(), *cookies])
        return [b"".join(answer)]

    cached = PageCache(django)

    def call(handler: ClientHandler, environ: dict[str, Any]) -> HttpResponse:
        handlers[:], answers[:] = [handler], []
        said: list[Any] = []
        environ.setdefault("HTTP_HOST", "localhost")
        body = b"".join(cached(environ, lambda status, headers: said.extend((status, headers))))
        headers = {name: value for name, value in said[1] if name != "Set-Cookie"}
        answer = HttpResponse(body, status=int(said[0].split()[0]), headers=headers)
        answer.wsgi_request = WSGIRequest(environ)
        if answers:
            answer.cookies = answers[0].cookies
        return answer

    monkeypatch.setattr(ClientHandler, "__call__", call)
    return cached
