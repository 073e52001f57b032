"""What an import has added and not published yet."""

from django.db import models
from wagtail.models import Page, Revision

from articles.models import File, Picture


class Unfinished(models.Model):
    """A new page, picture or file of an import that is not at its end. No reader sees it yet.

    The last transaction of the import publishes the pages and deletes these rows. An import that is
    killed leaves them, and the next import removes what they name.
    """

    #: Wagtail's index of references would count it as a use of the page.
    wagtail_reference_index_ignore = True

    run = models.UUIDField(db_index=True)
    page = models.OneToOneField(Page, null=True, on_delete=models.CASCADE, related_name="+")
    picture = models.OneToOneField(Picture, null=True, on_delete=models.CASCADE, related_name="+")
    file = models.OneToOneField(File, null=True, on_delete=models.CASCADE, related_name="+")
    #: The page's only revision. If it has another, an editor has changed the page meanwhile.
    revision = models.OneToOneField(Revision, null=True, on_delete=models.CASCADE, related_name="+")
    #: Whether it is published at the end. Otherwise it stays a draft, or waits for `go_live_at`.
    goes_live = models.BooleanField(default=False)
    #: The number of passages that are stored for it.
    passages = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.page or self.picture or self.file}"
