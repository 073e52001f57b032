import pytest

from articles.models import Article
from narration.making import narrate
from narration.models import Stream
from tests.narration.voices import HummingEngine, ReadableEngine, use


@pytest.fixture
def readable(monkeypatch) -> ReadableEngine:
    """Sound is the sentences themselves."""
    engine = ReadableEngine()
    use(monkeypatch, engine)
    return engine


@pytest.fixture
def humming(monkeypatch) -> HummingEngine:
    engine = HummingEngine()
    use(monkeypatch, engine)
    return engine


@pytest.fixture
def recorded(readable, article) -> Article:
    """The article of tests.factories, with an open and a locked paragraph."""
    narrate(article.pk)
    return article


@pytest.fixture
def free(recorded) -> Stream:
    return Stream.objects.get(is_cut=True)


@pytest.fixture
def whole(recorded) -> Stream:
    return Stream.objects.get(is_cut=False)
