"""Plans the news: which editions there are, and a mail for each follower."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article
from mail.making import Planned, plan
from newsletter.models import Announcement, Edition, Follow, NewsletterSettings, Pace, reachable
from newsletter.models.recipients import Recipient
from newsletter.news import Fresh, among, news_of

#: From when readers can see it until followers are told: time to mend a slip, and for more parts
#: to come.
WAIT = timedelta(minutes=10)
#: An article that is older than this when it is first published is one of an archive.
NEWS_FOR = timedelta(days=2)
#: How many members are planned for in one transaction.
BATCH = 500
#: How long a round may go on, in seconds. The lane's other work gets its turn between two.
ROUND = 20


def announce_once(article: int, alias_of: int | None) -> None:
    """Announce the article with this number, if nobody has. An alias shows what is told of already:
    it is told to nobody, also once it has become an article of its own."""
    values = {"due_at": timezone.now() + WAIT, "is_silent": alias_of is not None}
    Announcement.objects.get_or_create(article_id=article, defaults=values)


def announce_missed() -> None:
    """Announce what was published by a process that died before it could tell of it."""
    told = Announcement.objects.filter(article=OuterRef("pk"))
    new = Article.objects.for_readers().filter(
        ~Exists(told), first_published_at__gt=timezone.now() - NEWS_FOR
    )
    for article, alias_of in new.values_list("pk", "alias_of"):
        announce_once(article, alias_of)


def put_off_hidden() -> None:
    """An article that isn't out, or whose series isn't, gets all its minutes once it is."""
    hidden = Announcement.objects.waiting().hidden()  # type: ignore[attr-defined]
    hidden.update(due_at=timezone.now() + WAIT)


def gather() -> Edition | None:
    """Make an edition of the announcements that are due. None if there are none."""
    with transaction.atomic():
        due = Announcement.objects.due().select_for_update()  # type: ignore[attr-defined]
        rows = list(due)
        if not rows:
            return None
        edition = Edition.objects.create(
            key=f"nytt-{rows[0].pk}",
            after=min(row.published_at for row in rows),
            until=max(row.published_at for row in rows),
        )
        keys = [row.pk for row in rows]
        rows_of = Announcement.objects.filter(pk__in=keys)
        rows_of.update(told_at=timezone.now(), edition=edition)
    return edition


def begin_week(now: datetime) -> Edition | None:
    """Make the week's edition once its weekday and hour have come. None otherwise."""
    if now < NewsletterSettings.load().this_week(now):
        return None
    year, week, _day = timezone.localtime(now).isocalendar()
    key = f"uke-{year}-{week:02}"
    if Edition.objects.filter(key=key).exists():
        return None
    before = Edition.objects.filter(key__startswith="uke-").order_by("-until").first()
    after = before.until if before else now - timedelta(days=7)
    return Edition.objects.create(key=key, after=after, until=now)


def followers(edition: Edition, news: list[Fresh]) -> Q:
    """Which follows lead to a mail of this edition."""
    things = {thing for each in news for thing in each.things}
    pages = [thing.pk for thing in things if thing.kind in ("serie", "forfatter")]
    subjects = [thing.pk for thing in things if thing.kind == "tema"]
    of_these = (
        Q(page__among=among(pages)) | Q(subject__among=among(subjects)) | Q(page=None, subject=None)
    )
    if edition.is_weekly:
        return of_these & Q(pace=Pace.WEEKLY)
    without_history = Q(pace=Pace.WHEN_READY, user__keeps_history=False)
    return of_these & (Q(pace=Pace.AT_ONCE) | without_history)


def planned(edition: Edition, user: User) -> Planned:
    arguments = {"edition": edition.pk, "user": user.pk}
    return Planned(user.email, f"{edition.key}-{user.pk}", arguments, subject=_("New articles"))


def plan_batch(edition: Edition) -> bool:
    """Plan for the next members. False when everybody is planned for.

    The mails and how far it has come are stored together: a worker that dies loses and doubles
    nothing.
    """
    news = news_of(edition)
    with transaction.atomic():
        users: list[User] = []
        if news:
            theirs = Follow.objects.filter(followers(edition, news), user=OuterRef("pk"))
            found = reachable().filter(Exists(theirs), pk__gt=edition.last_user)
            users = list(found.order_by("pk").only("pk", "email")[:BATCH])
        rows = Edition.objects.filter(pk=edition.pk, last_user=edition.last_user)
        if not users:
            rows.update(planned_at=timezone.now())
            return False
        Recipient.make_for(users)
        count = plan("news", (planned(edition, user) for user in users), batch=edition.key)
        edition.last_user = users[-1].pk
        rows.update(last_user=edition.last_user, planned=F("planned") + count)
    return True


def plan_news() -> None:
    """Plan what is new, for those who hear of it at once, and the week's edition."""
    announce_missed()
    put_off_hidden()
    gather()
    begin_week(timezone.now())
    end = timezone.now() + timedelta(seconds=ROUND)
    for edition in Edition.objects.filter(planned_at=None).order_by("pk"):
        while plan_batch(edition):
            if timezone.now() > end:
                return
