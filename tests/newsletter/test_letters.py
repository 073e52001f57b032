"""Letters: who gets one, and what of it they may read at that moment."""

import pytest

from tests.newsletter.letters import mail_to, make_letter, parts, send, wants_letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(member):
    return wants_letters(member)


def test_a_member_who_said_yes_gets_the_whole_letter(reader):
    text, html = parts(mail_to(reader, send(make_letter())))
    for form in (text, html):
        assert "Det åpne avsnittet." in form
        assert "Det låste avsnittet." in form
        assert "/brev/hosten/?fra=brev-" in form
