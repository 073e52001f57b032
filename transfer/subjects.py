"""Subjects: the files in «tema/», and the lists of their slugs in series and articles."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from articles.models import Subject
from transfer.files import SubjectFile
from transfer.front_matter import FrontMatter
from transfer.unfinished import Additions


def read_subject(matter: FrontMatter) -> SubjectFile:
    """Raises Fault."""
    matter.only("name", "slug", "description")
    if matter.body.strip():
        matter.fail(
            matter.body_line,
            _("A subject has no text of its own."),
            _("Put it in the description."),
        )
    title, slug = (matter.text(key, is_required=True) for key in ("name", "slug"))
    description = matter.text("description")
    matter.check("name", Subject, "title", title)
    matter.check("slug", Subject, "slug", slug)
    matter.check("description", Subject, "description", description)
    if Subject.objects.filter(title=title).exclude(slug=slug).exists():
        matter.fail_at("name", _("Another subject is called «%s».") % title, _("Choose another."))
    return SubjectFile(Path(matter.file), title, slug, description)


def read_slugs(matter: FrontMatter, here: Collection[str]) -> list[str]:
    """Returns the slugs in alphabetical order, because the order in a file says nothing.

    `here` holds the slugs of the folder's own subjects. Raises Fault for an unknown one.
    """
    slugs = matter.texts("subjects")
    stored = set(Subject.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for slug in slugs:
        if slug not in here and slug not in stored:
            matter.fail_at(
                "subjects",
                _("Unknown subject «%s».") % slug,
                _("Add tema/%s.md, or correct the slug.") % slug,
            )
    return sorted(slugs)


def slugs_of(subjects: Iterable[Subject]) -> list[str] | None:
    return sorted(subject.slug for subject in subjects) or None


def subject_matter(subject: Subject) -> dict[str, str]:
    return {"name": subject.title, "slug": subject.slug, "description": subject.description}


def write_subject(file: SubjectFile, is_dry_run: bool) -> tuple[bool, bool]:
    """Stores what differs. Returns whether the subject is new, and whether it differs."""
    stored = Subject.objects.filter(slug=file.slug).first()
    subject = stored or Subject(slug=file.slug)
    is_changed = (subject.title, subject.description) != (file.title, file.description)
    if is_changed and not is_dry_run:
        subject.title, subject.description = file.title, file.description
        subject.save()
    return stored is None, is_changed


def import_subject(
    file: SubjectFile, added: Additions | None, changes: list[Callable[[], object]]
) -> tuple[bool, bool]:
    """Adds a new subject, which readers don't know of before something about it is published. Adds
    what differs in an older one to `changes`. Without `added`, it does neither.

    Returns whether the subject is new, and whether it differs.
    """
    is_new, is_changed = write_subject(file, is_dry_run=True)
    if added and is_new:
        with added.writing():
            write_subject(file, is_dry_run=False)
    elif added and is_changed:
        changes.append(partial(write_subject, file, is_dry_run=False))
    return is_new, is_changed
