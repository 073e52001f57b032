"""What the passages show besides their text: files to download, and links that are cards."""

from typing import Any

from django.db import models

from articles.models.embeds import Embed
from articles.publishing.rendering import RenderedPassage


class FileUse(models.Model):
    """Records that a passage offers a file, so its readers may download it."""

    passage = models.ForeignKey(
        "articles.Passage", on_delete=models.CASCADE, related_name="file_uses"
    )
    file = models.ForeignKey("articles.File", on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["passage", "file"], name="one_use_of_file")]

    def __str__(self) -> str:
        return f"{self.file_id} in {self.passage_id}"


class EmbedUse(models.Model):
    """Records that a passage shows a card, so it is rendered again when the card is known."""

    passage = models.ForeignKey(
        "articles.Passage", on_delete=models.CASCADE, related_name="embed_uses"
    )
    embed = models.ForeignKey(Embed, on_delete=models.CASCADE, related_name="uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["passage", "embed"], name="one_use_of_embed")
        ]

    def __str__(self) -> str:
        return f"{self.embed_id} in {self.passage_id}"


def uses_differ(passage: Any, rendered: RenderedPassage) -> bool:
    """Whether `store_uses` has anything to do."""
    files = set(passage.file_uses.values_list("file_id", flat=True))
    embeds = set(passage.embed_uses.values_list("embed__url", flat=True))
    return files != rendered.files or embeds != rendered.embeds


def store_uses(passage: Any, rendered: RenderedPassage) -> bool:
    """Make the rows of the passage agree with what it shows. True if any did not."""
    if not uses_differ(passage, rendered):
        return False
    passage.file_uses.exclude(file__in=rendered.files).delete()
    passage.embed_uses.exclude(embed__url__in=rendered.embeds).delete()
    FileUse.objects.bulk_create(
        (FileUse(passage=passage, file_id=pk) for pk in rendered.files), ignore_conflicts=True
    )
    known = [Embed.objects.get_or_create(url=url)[0] for url in sorted(rendered.embeds)]
    EmbedUse.objects.bulk_create(
        (EmbedUse(passage=passage, embed=embed) for embed in known), ignore_conflicts=True
    )
    return True
