from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext
from wagtail.models import Page

from articles.models import Passage
from articles.publishing.again import render_again


class Command(BaseCommand):
    help = "Render every published page again. Pages that are up to date do not change."

    def handle(self, *args: Any, **options: Any) -> None:
        stored = Passage.objects.values("page")
        changed = render_again(Page.objects.filter(live=True) | Page.objects.filter(pk__in=stored))
        self.stdout.write(
            ngettext("%d page was changed.", "%d pages were changed.", changed) % changed
        )
