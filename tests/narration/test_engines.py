"""espeak-ng, and any engine in a process of its own: what it says, and how it dies."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from narration.checks import engines_are_known
from narration.engines.base import EngineFailed, Unreadable
from narration.engines.chosen import chosen
from narration.engines.espeak import EspeakEngine
from narration.engines.process import ProcessEngine
from tests.separate import wait_until


class Scripted(ProcessEngine):
    """Its process runs `source`, which finds `ask()` and `answer(samples)`."""

    PREAMBLE = (
        "import json, os, struct, subprocess, sys, time\n"
        "from pathlib import Path\n"
        "def ask(): return json.loads(sys.stdin.buffer.readline())\n"
        "def answer(samples, rate=8000):\n"
        "    out = sys.stdout.buffer\n"
        "    out.write(struct.pack('<II', rate, len(samples)) + samples); out.flush()\n"
    )

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source

    def command(self) -> list[str | Path]:
        return [sys.executable, "-I", "-c", self.PREAMBLE + self.source]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_ended(pids: list[int]) -> None:
    """A killed process may be there until somebody reaps it."""
    deadline = time.monotonic() + 30
    while running := [pid for pid in pids if is_running(pid)]:
        assert time.monotonic() < deadline, f"still there: {running}"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def espeak():
    with EspeakEngine() as engine:
        yield engine


def test_espeak_reads_a_sentence(espeak):
    sound = espeak.synthesise("Elva går høy når snøen smelter om våren.")
    assert espeak.is_available()
    assert sound.rate == 22_050
    assert 2 < sound.seconds < 4
    assert max(sound.samples) > 0


def test_one_process_reads_many_sentences(espeak):
    espeak.synthesise("Først.")
    pid = espeak._process.pid
    short, long = (espeak.synthesise(text) for text in ("Så.", "Og så til slutt det siste av alt."))
    assert espeak._process.pid == pid
    assert long.seconds > 2 * short.seconds


def test_norwegian_letters_are_read(espeak):
    # Each letter is read as one sound. The name of an unknown character would be a long one.
    for word in ("bær", "bør", "bår"):
        assert espeak.synthesise(word).seconds < 1.6 * espeak.synthesise("bar").seconds


@pytest.mark.parametrize(
    "text", ["to\nlinjer", 'et "sitat"', "<speak>merket</speak>", "[[h'E]]", "en\0null", "a\ud800b"]
)
def test_odd_characters_do_not_confuse_the_process(espeak, text):
    assert espeak.synthesise(text).samples
    assert espeak.synthesise("Hei.").seconds < 1


def test_markup_is_read_as_text(espeak):
    quiet = espeak.synthesise("Her er nei slutt.")
    marked = espeak.synthesise("Her er <break time='9s'/> nei slutt.")
    assert marked.samples != quiet.samples
    assert marked.seconds < quiet.seconds + 8


@pytest.mark.parametrize("text", ["", "…", " — ", "a" * 5001])
def test_a_sentence_without_words_is_unreadable(espeak, text):
    with pytest.raises(Unreadable):
        espeak.synthesise(text)


def test_an_unknown_voice_fails_in_words():
    with EspeakEngine("xx-nowhere") as engine, pytest.raises(EngineFailed, match="no voice xx-"):
        engine.synthesise("Hei.")


def test_the_process_gets_no_secrets(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hemmelig")
    with Scripted("ask(); answer(repr(dict(os.environ)).encode())") as engine:
        seen = engine.synthesise("Hei.").samples.decode()
    assert "PATH" in seen
    assert "hemmelig" not in seen
    assert "PORTAL_DATA" not in seen


def test_no_samples_means_unreadable_and_the_process_lives_on():
    with Scripted("while True: answer(b'' if ask() == 'tom' else b'ab')") as engine:
        engine.synthesise("full")
        pid = engine._process.pid
        with pytest.raises(Unreadable):
            engine.synthesise("tom")
        assert engine.synthesise("full").samples == b"ab"
        assert engine._process.pid == pid


def test_a_process_that_died_is_started_anew(tmp_path):
    mark = tmp_path / "tried"
    source = (
        f"mark = Path({str(mark)!r})\n"
        "ask()\n"
        "if not mark.exists(): mark.touch(); os.abort()\n"
        "answer(b'ab')"
    )
    with Scripted(source) as engine:
        assert engine.synthesise("Hei.").samples == b"ab"


def test_a_process_that_dies_between_sentences_is_started_anew():
    with Scripted("ask(); answer(str(os.getpid()).encode())") as engine:
        first = engine.synthesise("Hei.").samples
        assert engine.synthesise("Hei.").samples != first


def test_a_process_that_always_dies_fails_with_its_last_words():
    with Scripted("sys.exit('Modellen mangler.')") as engine:
        with pytest.raises(EngineFailed, match="Modellen mangler"):
            engine.synthesise("Hei.")
        assert engine._process is None


def test_a_program_that_is_missing_fails():
    engine = Scripted("")
    engine.command = lambda: ["/nowhere/piper"]
    with engine, pytest.raises(EngineFailed, match="nowhere"):
        engine.synthesise("Hei.")


def words_in(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []


def begin_with(engine: Scripted, file: Path, count: int) -> None:
    """Lets the engine's patience begin when its process has written `count` words to `file`. How
    long a process takes to start is the machine's affair."""
    start = engine._start

    def started() -> subprocess.Popen[bytes]:
        before, process = len(words_in(file)), start()
        wait_until(lambda: len(words_in(file)) == before + count)
        return process

    engine._start = started


def test_a_hung_process_is_killed_with_its_children(tmp_path):
    mark = tmp_path / "pids"
    source = (
        "child = subprocess.Popen(['/bin/sleep', '1000'])\n"
        f"with Path({str(mark)!r}).open('a') as out: out.write(f'{{os.getpid()}} {{child.pid}} ')\n"
        "ask(); time.sleep(1000)"
    )
    with Scripted(source) as engine:
        begin_with(engine, mark, 2)
        engine.patience = 0.5
        with pytest.raises(EngineFailed, match="doesn't answer"):
            engine.synthesise("Hei.")
        pids = [int(pid) for pid in words_in(mark)]
    assert len(pids) == 4  # two tries
    wait_until_ended(pids)


def test_a_hung_process_gets_one_more_try(tmp_path):
    mark, begun = tmp_path / "tried", tmp_path / "begun"
    source = (
        f"mark = Path({str(mark)!r})\n"
        f"with Path({str(begun)!r}).open('a') as out: out.write('begun ')\n"
        "ask()\n"
        "if not mark.exists(): mark.touch(); time.sleep(1000)\n"
        "answer(b'ab')"
    )
    with Scripted(source) as engine:
        begin_with(engine, begun, 1)
        engine.patience = 2
        assert engine.synthesise("Hei.").samples == b"ab"


def test_a_long_sentence_gets_more_time():
    with Scripted("while True: text = ask(); time.sleep(len(text) / 500); answer(b'ab')") as engine:
        engine.patience, engine.patience_per_character = 0.5, 0.1
        assert engine.synthesise("a" * 500).samples == b"ab"


def test_an_answer_that_is_no_sound_fails():
    source = "ask(); os.write(1, b'Traceback (most recent call last)'); time.sleep(1000)"
    with Scripted(source) as engine, pytest.raises(EngineFailed, match="something else than sound"):
        engine.synthesise("Hei.")


def test_nothing_runs_after_the_end():
    with EspeakEngine() as engine:
        engine.synthesise("Hei.")
        pid = engine._process.pid
    assert not is_running(pid)


def test_an_engine_does_not_survive_a_worker_that_is_killed():
    source = (
        "from narration.engines.espeak import EspeakEngine\n"
        "engine = EspeakEngine()\n"
        "engine.synthesise('Hei.')\n"
        "print(engine._process.pid, flush=True)\n"
        "input()"
    )
    command = [sys.executable, "-c", source]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, **pipes) as worker:
        pid = int(worker.stdout.readline())
        assert is_running(pid)
        worker.kill()
    wait_until_ended([pid])


def test_the_owner_chooses_engines_in_order(settings):
    settings.NARRATION_ENGINES = ["espeak", "piper"]
    assert [engine.name for engine in chosen()] == ["espeak", "piper"]
    settings.NARRATION_ENGINES = []
    assert chosen() == []


def test_an_unknown_engine_is_an_error_in_words(settings):
    assert engines_are_known() == []
    settings.NARRATION_ENGINES = ["espeak", "papegøye"]
    (error,) = engines_are_known()
    assert error.is_serious()
    assert "papegøye" in error.msg
    assert "espeak" in error.hint
    assert [engine.name for engine in chosen()] == ["espeak"]
