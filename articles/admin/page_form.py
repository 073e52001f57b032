"""A page form accepts references only to pages, pictures and files that its user may see.

Wagtail's choosers offer only those, but its forms accept any id that is posted. They then show the
title, the address or the picture behind that id.
"""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.blocks.base import BlockField
from wagtail.models import Page, ReferenceIndex
from wagtail.rich_text import extract_references_from_rich_text

from accounts.access import AnyUser
from articles.admin.drafts import DraftForm
from articles.models.files import File
from articles.models.pictures import Picture
from articles.models.rights import edits_all, pages_known_to

#: The model, one of KINDS, and the id that the reference holds.
Reference = tuple[type[Model], str]
KINDS = (Page, Picture, File)


class PageForm(DraftForm, WagtailAdminPageForm):
    def __init__(self, *args: Any, for_user: AnyUser | None = None, **kwargs: Any) -> None:
        super().__init__(*args, for_user=for_user, **kwargs)
        if not self.instance.pk and "title" in self.fields:
            self.fields["title"].widget.attrs["autofocus"] = True  # a new page is named first
        if self.is_bound and for_user and not edits_all(for_user):
            refuse_unknown(set(posted(self)) - set(held_by(self.instance)), for_user)


def refuse_unknown(references: set[Reference], user: AnyUser) -> None:
    pages = {number for kind, number in references if kind is Page}
    pictures = {number for kind, number in references if kind is Picture}
    known = pages_known_to(user).filter(pk__in=pages).count()
    seen = Picture.objects.known_to(user).filter(pk__in=pictures).count()
    files = {number for kind, number in references if kind is File}
    had = File.objects.known_to(user).filter(pk__in=files).count()
    if known < len(pages) or seen < len(pictures) or had < len(files):
        raise PermissionDenied


def posted(form: Any) -> Iterator[Reference]:
    """The references in the posted fields, before any of them is looked up."""
    for name, field in form.fields.items():
        value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        if isinstance(field, BlockField):
            for model, number, *_path in field.block.extract_references(value):
                yield from referred(model, number)
        elif isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
            yield from referred(field.queryset.model, value)
        elif isinstance(value, str) and "linktype" in value:
            for model, number, *_path in extract_references_from_rich_text(value):
                yield from referred(model, number)
    for formset in getattr(form, "formsets", {}).values():
        for below in formset.forms:
            yield from posted(below)


def held_by(page: Page) -> Iterator[Reference]:
    """The references that the page holds already. Another editor may have added them."""
    if page.pk:
        for kind, number, *_path in ReferenceIndex._extract_references_from_object(page):
            yield from referred(ContentType.objects.get_for_id(kind).model_class(), number)


def referred(model: Any, number: Any) -> Iterator[Reference]:
    try:
        number = str(int(str(number)))  # as the database reads it
    except ValueError:
        return
    yield from ((kind, number) for kind in KINDS if issubclass(model, kind))
