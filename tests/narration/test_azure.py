"""Azure Speech, as a fake one on this machine plays it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.etree import ElementTree

import pytest

from narration.checks import azure_is_named_rightly
from narration.engines.azure import AzureEngine
from narration.engines.base import EngineFailed, Unreadable
from narration.engines.chosen import chosen
from narration.sound import loudness

SAMPLES = b"\x01\x02" * 24_000
KEY = "hemmelig-nokkel"


class Azure(ThreadingHTTPServer):
    """Answers with `status`, `headers` and `body`, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.body = 200, SAMPLES
        self.headers = {"Content-Type": "audio/basic"}
        self.length: int | None = None
        self.is_slow = False
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Any

    def do_POST(self) -> None:
        azure = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        azure.asked.append((self.path, dict(self.headers), body))
        try:
            self.send_response(azure.status)
            length = len(azure.body) if azure.length is None else azure.length
            for name, value in {**azure.headers, "Content-Length": length}.items():
                self.send_header(name, str(value))
            self.end_headers()
            while azure.is_slow and not azure.released.wait(0.01):
                self.wfile.write(b"a")
            self.wfile.write(azure.body)
        except OSError:
            pass  # the client gave up

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def azure(settings, monkeypatch) -> Iterator[Azure]:
    with Azure() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.AZURE_SPEECH_KEY, settings.AZURE_SPEECH_REGION = KEY, "norwayeast"
        settings.AZURE_SPEECH_VOICE = "nb-NO-FinnNeural"
        address = f"http://127.0.0.1:{server.server_port}/{{region}}"
        monkeypatch.setattr(AzureEngine, "host", address)
        yield server
        server.released.set()
        server.shutdown()


@pytest.fixture
def engine(azure) -> Iterator[AzureEngine]:
    with AzureEngine() as engine:
        yield engine


def test_azure_reads_a_sentence(azure, engine):
    sound = engine.synthesise("Hei på deg.")
    assert (sound.samples, sound.rate) == (SAMPLES, 24_000)
    ((path, headers, body),) = azure.asked
    assert path == "/norwayeast/cognitiveservices/v1"
    assert headers["Ocp-Apim-Subscription-Key"] == KEY
    assert headers["X-Microsoft-OutputFormat"] == "raw-24khz-16bit-mono-pcm"
    speak = ElementTree.fromstring(body)  # noqa: S314 - ours
    assert speak.get("{http://www.w3.org/XML/1998/namespace}lang") == "nb-NO"
    (voice,) = speak
    assert (voice.get("name"), voice.text) == ("nb-NO-FinnNeural", "Hei på deg.")


@pytest.mark.parametrize(
    "text", ["</voice><break time='9s'/>", "a & b <c> ]]>", "en\x01to\ufffftre\ud800", '"sitat"']
)
def test_a_sentence_is_text_and_never_markup(azure, engine, text):
    engine.synthesise(text)
    ((_path, _headers, body),) = azure.asked
    (voice,) = ElementTree.fromstring(body)  # noqa: S314 - ours
    assert len(voice) == 0
    for word in ("voice", "b", "en", "sitat"):
        assert (word in text) == (word in voice.text)


def test_a_sentence_that_is_refused_is_unreadable(azure, engine):
    azure.status = 400
    with pytest.raises(Unreadable):
        engine.synthesise("Hei.")


def test_an_empty_answer_is_unreadable(azure, engine):
    azure.body = b""
    with pytest.raises(Unreadable):
        engine.synthesise("Hei.")


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_fails_in_words(azure, engine, status):
    azure.status = status
    with pytest.raises(EngineFailed, match="refuses AZURE_SPEECH_KEY") as raised:
        engine.synthesise("Hei.")
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_left_alone_for_as_long_as_it_asks(azure, engine, status):
    azure.status, azure.headers["Retry-After"] = status, "7"
    with pytest.raises(EngineFailed) as raised:
        engine.synthesise("Hei.")
    assert raised.value.retry_after == 7
    azure.status = 200
    with pytest.raises(EngineFailed) as raised:
        engine.synthesise("Hei.")
    assert 0 < raised.value.retry_after <= 7
    assert len(azure.asked) == 1
    engine._free_at = 0
    assert engine.synthesise("Hei.").samples == SAMPLES


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 30),
        ("soon", 30),
        ("0", 1),
        ("99999999", 3600),
        ("²", 30),
        ("in half an hour", 1800),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 1),
    ],
)
def test_any_retry_after_is_a_sensible_time(azure, engine, header, seconds):
    if header == "in half an hour":  # from now, and not from when the tests were collected
        header = format_datetime(datetime.now(UTC) + timedelta(minutes=30), usegmt=True)
    azure.status, azure.headers["Retry-After"] = 429, header.encode().decode("latin-1")
    with pytest.raises(EngineFailed) as raised:
        engine.synthesise("Hei.")
    assert raised.value.retry_after == pytest.approx(seconds, abs=60)


@pytest.mark.parametrize("status", [200, 302, 404])
def test_an_answer_that_is_no_sound_fails(azure, engine, status):
    azure.status = status
    azure.headers = {"Content-Type": "text/html", "Location": "http://127.0.0.1:9/"}
    with pytest.raises(EngineFailed, match=str(status)):
        engine.synthesise("Hei.")


def test_a_broken_connection_fails(azure, engine):
    azure.length = len(SAMPLES) + 1000
    azure.released.set()
    engine.silent = 0.5
    with pytest.raises(EngineFailed):
        engine.synthesise("Hei.")


def test_an_answer_that_drips_is_given_up(azure, engine):
    azure.is_slow, azure.length = True, 1000
    engine.patience = 0.3
    with pytest.raises(EngineFailed, match="does not end"):
        engine.synthesise("Hei.")


def test_a_service_that_is_away_fails_without_the_key(azure, engine, settings, monkeypatch):
    monkeypatch.setattr(AzureEngine, "host", "http://127.0.0.1:9")
    with pytest.raises(EngineFailed, match="can't be reached: ConnectionError"):
        engine.synthesise("Hei.")
    settings.AZURE_SPEECH_KEY = f"{KEY}\n"
    with pytest.raises(EngineFailed) as raised:
        engine.synthesise("Hei.")
    assert KEY not in str(raised.value)


def test_an_unknown_voice_fails_at_the_reference(azure, engine):
    azure.status = 400
    with pytest.raises(EngineFailed, match="nb-NO-FinnNeural"):
        loudness.gain_for(engine)


def test_azure_is_off_without_a_key(azure, settings):
    settings.NARRATION_ENGINES = ["azure", "espeak"]
    best, _second = chosen()
    assert (best.name, best.voice, best.is_available()) == (
        "azure",
        "azure:nb-NO-FinnNeural:1",
        True,
    )
    settings.AZURE_SPEECH_KEY = ""
    assert not best.is_available()


def test_odd_names_of_azure_are_errors(settings):
    assert azure_is_named_rightly() == []
    settings.AZURE_SPEECH_REGION = "evil.example/"
    settings.AZURE_SPEECH_VOICE = "Pernille"
    assert [error.id for error in azure_is_named_rightly()] == ["narration.E002"] * 2
