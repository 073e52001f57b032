from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from articles.models import Article
from mail.outbox import send
from tests.example_room.models import Thanks
from worker.jobs import job


@task(backend="worker", queue_name="soon")
def tell_of(pk: int) -> None:
    """That an article they have thanked for was published anew, once for each edition."""
    for article in Article.objects.for_readers().filter(pk=pk):
        for thanks in Thanks.objects.filter(article=article).select_related("user"):
            send(
                "example_room/email/published",
                thanks.user.email,
                {"article": article},
                key=f"example {pk} {article.latest_revision_id} {thanks.user_id}",
                unsubscribe="https://fagserien.example/av/",
            )


@job(every=3600, lane="slow")
def forget_old_thanks() -> None:
    Thanks.objects.filter(given_at__lt=timezone.now() - timedelta(days=365)).delete()
