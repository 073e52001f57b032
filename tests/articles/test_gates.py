"""Several gates in one article, each to a higher level."""

import pytest
from wagtail.blocks import StreamBlockValidationError

from accounts.access import MEMBER, VISITOR, Access, Reader
from accounts.models import Grant
from articles.models import Article, Passage
from articles.publishing.blocks import ArticleBody
from tests import factories
from tests.conftest import logged_in
from tests.factories import block, gate, text

pytestmark = pytest.mark.django_db
HIGHER = 20


def higher(teaser: str = "") -> dict:
    return block("gate", {"teaser": teaser, "level": HIGHER})


@pytest.fixture
def article(series) -> Article:
    body = [
        *(
            text("<p>Åpent her.</p>"),
            gate("Det medlemmer får."),
            text("<h2>Midt</h2><p>To ord.</p>"),
        ),
        *(higher("Det øverste."), text("<h2>Øverst</h2><p>Tre ord til.</p>")),
    ]
    return factories.make_article(series, body)


def page_of(client, article: Article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


def test_each_gate_begins_a_passage_of_its_level(article):
    stored = Passage.objects.filter(page=article).values_list("access", "teaser")
    assert list(stored) == [
        (Access.PUBLIC, ""),
        (Access.MEMBERS, "Det medlemmer får."),
        (HIGHER, "Det øverste."),
    ]


def test_a_reader_meets_the_gate_where_the_text_is_cut_for_them(article, member, visitor):
    page = page_of(visitor, article)
    assert "Det medlemmer får." in page
    assert "Det øverste." not in page
    assert page.count('id="les-videre"') == 1
    page = page_of(logged_in(member), article)
    assert "To ord." in page
    assert "Tre ord til." not in page
    assert "Det øverste." in page
    assert "Denne delen er ikke åpen for deg" in page
    assert (page.count('id="les-videre"'), page.count(f'id="les-videre-{HIGHER}"')) == (1, 1)
    assert page.index('id="les-videre"') < page.index("To ord.")


def test_who_reads_it_all_meets_no_gate(article, member):
    Grant.objects.create(user=member, level=HIGHER, page=article, source="tests")
    page = page_of(logged_in(member), article)
    assert "Tre ord til." in page
    assert 'class="gate' not in page


def test_what_is_left_to_read_is_counted_from_the_gate(article):
    metadata = article.metadata
    metadata.refresh_from_db()
    words = [gate["words"] for gate in metadata.gates]
    assert metadata.gate_for(VISITOR, article.path).words == sum(words)
    assert metadata.gate_for(MEMBER, article.path).words == words[1]
    assert metadata.gate_for(Reader(HIGHER), article.path) is None


def test_headings_behind_a_gate_lead_to_that_gate(article, member):
    article.shows_contents = True
    article.save_revision().publish()
    page = page_of(logged_in(member), article)
    assert f'<a href="#les-videre-{HIGHER}">Øverst' in page


def test_a_gate_that_does_not_rise_is_refused_and_opens_nothing(series):
    blocks = [text("<p>a</p>"), higher(), text("<p>b</p>"), gate(), text("<p>c</p>")]
    body = ArticleBody().to_python(blocks)
    with pytest.raises(StreamBlockValidationError) as caught:
        ArticleBody().clean(body)
    assert set(caught.value.block_errors) == {3}
    made = factories.make_article(series, blocks, slug="synker")
    levels = Passage.objects.filter(page=made).values_list("access", flat=True)
    assert list(levels) == [Access.PUBLIC, HIGHER]


def test_a_gate_of_the_same_level_is_refused_as_before():
    blocks = [text("<p>a</p>"), gate(), text("<p>b</p>"), gate(), text("<p>c</p>")]
    with pytest.raises(StreamBlockValidationError) as caught:
        ArticleBody().clean(ArticleBody().to_python(blocks))
    assert set(caught.value.block_errors) == {3}
