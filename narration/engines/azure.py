"""Azure Speech: natural Norwegian voices, at Microsoft. Off until the owner gives it a key."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from xml.sax.saxutils import escape, quoteattr

import requests
import urllib3
from django.conf import settings

from narration.engines.base import EngineFailed, Sound, Unreadable, readable

RATE = 24_000
FORMAT = "raw-24khz-16bit-mono-pcm"
#: Bytes. Ten minutes, the most that the service makes of one request.
LONGEST_ANSWER = 2 * RATE * 600
#: Seconds to wait after “too many requests”, if the service names no time, and at most.
DEFAULT_WAIT, LONGEST_WAIT = 30.0, 3600.0
#: Raise it when the request changes the sound.
VERSION = 1


class AzureEngine:
    name = "azure"
    is_natural = True
    host = "https://{region}.tts.speech.microsoft.com"
    #: Seconds: to connect, between two packets, and for the whole answer.
    connecting, silent, patience = 5.0, 20.0, 60.0

    def __init__(self) -> None:
        self._session = requests.Session()
        self._free_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._session.close()

    @property
    def language(self) -> str:
        """Such as “nb-NO”, with which the name of each voice begins."""
        return "-".join(settings.AZURE_SPEECH_VOICE.split("-")[:2])

    @property
    def voice(self) -> str:
        return f"azure:{settings.AZURE_SPEECH_VOICE}:{VERSION}"

    def is_available(self) -> bool:
        return bool(settings.AZURE_SPEECH_KEY and settings.AZURE_SPEECH_REGION)

    def synthesise(self, sentence: str) -> Sound:
        """Raises EngineFailed or Unreadable. A service that asks for a pause isn't asked in it."""
        text = readable(sentence)
        if (wait := self._free_at - time.monotonic()) > 0:
            raise EngineFailed("Azure has asked for a pause.", wait)
        try:
            samples = self._ask(text)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            # Its text may quote a header, and so the key.
            raise EngineFailed(f"Azure can't be reached: {type(error).__name__}.") from None
        if not samples:
            raise Unreadable("Azure makes no sound of the sentence.")
        return Sound(samples, RATE)

    def _ask(self, text: str) -> bytes:
        deadline = time.monotonic() + self.patience
        with self._session.post(
            self.host.format(region=settings.AZURE_SPEECH_REGION) + "/cognitiveservices/v1",
            data=self._ssml(text).encode(),
            headers={
                "Ocp-Apim-Subscription-Key": settings.AZURE_SPEECH_KEY,
                "Content-Type": "application/ssml+xml",
                "X-Microsoft-OutputFormat": FORMAT,
                "User-Agent": "fagserien",
            },
            timeout=(self.connecting, self.silent),
            allow_redirects=False,
            stream=True,
        ) as answer:
            self._judge(answer)
            samples = bytearray()
            while some := answer.raw.read1(2**16):  # what has come, and doesn't wait for more
                samples += some
                if time.monotonic() > deadline or len(samples) > LONGEST_ANSWER:
                    raise EngineFailed("Azure's answer does not end.")
        return bytes(samples[: len(samples) // 2 * 2])

    def _ssml(self, text: str) -> str:
        return (
            f'<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis"'
            f" xml:lang={quoteattr(self.language)}>"
            f"<voice name={quoteattr(settings.AZURE_SPEECH_VOICE)}>{escape(text)}</voice></speak>"
        )

    def _judge(self, answer: requests.Response) -> None:
        """Raises EngineFailed or Unreadable for an answer that is not sound."""
        match answer.status_code:
            case 200 if answer.headers.get("Content-Type", "").startswith("audio/"):
                return
            case 400:
                raise Unreadable("Azure does not read the sentence.")
            case 401 | 403:
                raise EngineFailed("Azure refuses AZURE_SPEECH_KEY for AZURE_SPEECH_REGION.")
            case 429 | 500 | 502 | 503 | 504:
                wait = _wait(answer.headers.get("Retry-After", ""))
                self._free_at = time.monotonic() + wait
                raise EngineFailed(f"Azure is busy: {answer.status_code}.", wait)
            case status:
                raise EngineFailed(f"Azure answers {status}, and not with sound.")


def _wait(header: str) -> float:
    """Seconds to wait by a Retry-After, which is a number of seconds or a date (RFC 9110)."""
    try:
        if header.isascii() and header.isdecimal():
            seconds = float(header)
        else:
            then = parsedate_to_datetime(header)
            seconds = (then - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # no header, or one without a zone
        seconds = DEFAULT_WAIT
    return min(max(seconds, 1.0), LONGEST_WAIT)
