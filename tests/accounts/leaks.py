"""The requests that the leak tests make to the accounts, and leaks planted there."""

from accounts import access, next_page
from accounts.models import Grant, User
from accounts.next_page import NextPage
from accounts.sign_in.adapter import AccountAdapter
from articles.models import (
    Article,
    Passage,
)
from tests.leaks.planting import plant
from tests.leaks.sweep import account_forms
from tests.leaks.world import World


def examples(world: World) -> dict[str, list[str]]:
    return account_forms(world, "", "accounts") | {
        "accounts:overview": ["/konto/"],
        "accounts:download": [f"/konto/mine-data/fil.{format}" for format in ("json", "html")],
        "openid_connect_login": ["/konto/inn/finnes-ikke/"],
        "openid_connect_callback": ["/konto/inn/finnes-ikke/tilbake/?code=x&state=y"],
    }


@plant("pending")
def an_unconfirmed_address_counts_as_a_member(patch):
    patch.setattr(access.Reader, "_of", staticmethod(_whoever_is_logged_in))


@plant("suspended")
def a_suspended_member_counts_as_a_member(patch):
    patch.setattr(User, "is_active_member", property(lambda self: self.state != "unconfirmed"))


def _whoever_is_logged_in(user, token=""):
    return access.MEMBER if user.is_authenticated else access.VISITOR


@plant("logged_out")
def logging_out_only_takes_the_cookie_away(patch):
    from django.contrib.sessions.backends.base import SessionBase

    patch.setattr(
        SessionBase,
        "flush",
        lambda self: self.__dict__.update(_session_cache={}, _session_key=None),
    )


@plant("mail")
def a_mail_quotes_the_article(patch):
    honest = AccountAdapter.render_mail

    def render_mail(self, template_prefix, email, context, headers=None):
        mail = honest(self, template_prefix, email, context, headers)
        mail.body += " ".join(Passage.objects.values_list("text", flat=True))
        return mail

    patch.setattr(AccountAdapter, "render_mail", render_mail)


@plant("mail")
def a_mail_names_what_is_not_published(patch):
    def anything_at(path):
        found = [page for page in Article.objects.all() if page.get_absolute_url() == path]
        return NextPage(found[0].title, path) if found else None

    patch.setattr(next_page, "finders", [anything_at])


@plant("guest_too_late")
def a_grant_that_is_over_opens_still(patch):
    patch.setattr(Grant.objects._queryset_class, "held_now", lambda self, now=None: self)


@plant("guest_of_article")
def a_grant_to_one_article_opens_all_of_them(patch):
    honest = access.opened

    def opened(user, token=""):
        return tuple(grant._replace(path="") for grant in honest(user, token))

    patch.setattr(access, "opened", opened)


@plant("member")
def a_member_reads_past_their_level(patch):
    patch.setattr(access, "MEMBER", access.Reader(100))
