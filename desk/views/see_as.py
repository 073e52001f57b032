"""«See as»: a page as each of its readers gets it, and who may read it."""

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.log_actions import log
from wagtail.models import Page

from accounts.models import User
from articles.publishing.previews import framed, previews
from desk.answers import Part, answers, parts_of
from desk.explaining import log_line, reason
from desk.readers import Choice, choice_of, guests, kinds, may_look_up, member_key
from desk.ways import Sight, Way, told, ways_of

DRAFT = "kladd"


class LookUpForm(forms.Form):
    address = forms.EmailField(label=gettext_lazy("A member's e-mail address"))

    def clean_address(self) -> User:
        found = User.objects.filter(email=self.cleaned_data["address"].strip().lower()).first()
        if found is None:
            raise forms.ValidationError(_("No member has this address."))
        return found


def seen_by(editor: User, page_id: int) -> Any:
    """The page, for those who may edit or publish it. Raises Http404 and PermissionDenied."""
    page = get_object_or_404(Page, pk=page_id).specific
    if type(page) not in previews:
        raise Http404
    rights = page.permissions_for_user(editor)
    if not (rights.can_edit() or rights.can_publish()):
        raise PermissionDenied
    return page


class Chosen:
    """What the address of the panel's page asks for."""

    def __init__(self, request: HttpRequest, page_id: int) -> None:
        self.editor = cast(User, request.user)
        self.page = seen_by(self.editor, page_id)
        self.ways = ways_of(self.page)
        self.way = next((w for w in self.ways if w.key == request.GET.get("hva")), self.ways[0])
        self.reader = choice_of(request.GET.get("som", "medlem"), self.page, self.editor)
        wanted = request.GET.get("utgave", "" if self.page.live else DRAFT)
        self.is_draft = wanted == DRAFT
        self.is_narrow = request.GET.get("bredde") == "mobil"

    def query(self, **changes: str) -> str:
        given = {
            "som": self.reader.key,
            "hva": self.way.key,
            "utgave": DRAFT if self.is_draft else "ute",
            "bredde": "mobil" if self.is_narrow else "skjerm",
        }
        return "?" + urlencode({**given, **changes})

    def sight(self) -> Sight:
        request = self.reader.request(self.page.get_absolute_url())
        page = self.page.get_latest_revision_as_object() if self.is_draft else self.page
        return Sight(page, self.is_draft, request, self.editor)


@require_admin_access
@never_cache
def see_as(request: HttpRequest, page_id: int) -> HttpResponse:
    """The page around the frame: whom and what to choose, and who may read it. A POST looks a
    member up by address, which is noted in the member's log."""
    chosen = Chosen(request, page_id)
    page, editor = chosen.page, chosen.editor
    form = LookUpForm(request.POST or None) if may_look_up(editor) else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            member = form.cleaned_data["address"]
            log(instance=member, action="desk.look_up", data={"page": page.pk})
            key = member_key(member, editor)
            return redirect(reverse("see_as", args=[page.pk]) + chosen.query(som=key))
    parts = parts_of(page)
    context = {
        "page": page,
        "form": form,
        "chosen": chosen,
        "readers": reader_links(chosen),
        "ways": [(way.label, chosen.query(hva=way.key), way == chosen.way) for way in chosen.ways],
        "editions": edition_links(chosen),
        "widths": width_links(chosen),
        "answers": explained(page, chosen.reader, parts),
        "overview": [(each.label, explained(page, each, parts)) for each in kinds()],
        "frame_url": reverse("see_as_frame", args=[page.pk]) + chosen.query(),
        "header_title": _("See «%s» as") % page.get_admin_display_title(),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
    }
    return render(request, "wagtailadmin/desk/see_as.html", context)


Link = tuple[Any, str, bool]


def reader_links(chosen: Chosen) -> list[Link]:
    known = [*kinds(), *guests(chosen.page, chosen.editor)]
    links = [(each.label, chosen.query(som=each.key), same(each, chosen.reader)) for each in known]
    if not any(is_current for _label, _url, is_current in links):  # a member who was looked up
        links.append((chosen.reader.label, chosen.query(), True))
    return links


def same(one: Choice, other: Choice) -> bool:
    return one.key == other.key or bool(one.user.pk and one.user.pk == other.user.pk)


def edition_links(chosen: Chosen) -> list[Link]:
    return [
        (_("What readers have"), chosen.query(utgave="ute"), not chosen.is_draft),
        (_("The draft"), chosen.query(utgave=DRAFT), chosen.is_draft),
    ]


def width_links(chosen: Chosen) -> list[Link]:
    return [
        (_("Screen"), chosen.query(bredde="skjerm"), not chosen.is_narrow),
        (_("Phone"), chosen.query(bredde="mobil"), chosen.is_narrow),
    ]


def explained(page: Any, reader: Choice, parts: list[Part]) -> list[dict[str, Any]]:
    return [
        {
            "part": answer.part,
            "may_read": answer.may_read,
            "reason": reason(answer, reader.user),
            "log": log_line(answer, page, reader.user),
        }
        for answer in answers(page, reader.request(page.get_absolute_url()), parts)
    ]


@require_admin_access
@require_safe
@never_cache
def see_as_frame(request: HttpRequest, page_id: int) -> HttpResponse:
    """What the reader gets, for the frame. Nothing in it runs or is sent."""
    chosen = Chosen(request, page_id)
    response = framed(to_look_at(answer_of(chosen.way, chosen.sight())))
    response["Content-Security-Policy"] += "; sandbox allow-same-origin"
    return response


def answer_of(way: Way, sight: Sight) -> HttpResponse:
    try:
        return way.show(sight)
    except Http404:
        return told("desk/not_found.html", {"page": sight.page})


def to_look_at(answer: HttpResponse) -> HttpResponse:
    """The body alone: what the reader's browser is told of keeping it doesn't hold here. A page
    gets a stylesheet that makes its links inert. A mail has its styles in itself, and no other."""
    policy = getattr(answer, "_csp_replace", None)
    html = answer.content.decode()
    if policy is None:
        sheet = format_html('<link rel="stylesheet" href="{}">', static("css/framed.css"))
        html = html.replace("</head>", f"{sheet}</head>", 1)
    response = HttpResponse(html)
    if policy is not None:
        response._csp_replace = policy  # type: ignore[attr-defined]
    return response
