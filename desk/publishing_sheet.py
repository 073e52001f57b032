"""The sheet that opens before a page is published: what is wrong with it, who may read it, when it
goes out, and how it looks."""

from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from wagtail.admin.views.pages.preview import PreviewOnCreate, PreviewOnEdit
from wagtail.models import Page

from accounts.access import Access
from accounts.models import User
from articles.admin.moments import moment_of, still_to_come, told
from articles.admin.publishing import ACCESS, AT, LATER, WHEN, as_draft, may_change_access
from articles.models import Article
from articles.publishing.errors import messages
from articles.publishing.findings import Finding, Severity, review

#: What the sheet is opened for.
PUBLISH, SUBMIT, APPROVE = "publish", "submit", "approve"


class SheetMixin:
    """Takes the page's form as it stands in the browser, saved or not, as Wagtail's previews do."""

    http_method_names = ["post"]
    request: HttpRequest
    object: Page

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        super().post(request, *args, **kwargs)  # type: ignore[misc]  # the frames show this form
        page, found, good = self.reviewed()
        faults = [each for each in found if each.severity is Severity.FAULT]
        purpose = request.GET.get("for", PUBLISH)
        context = {
            "page": page,
            "purpose": purpose,
            "faults": faults,
            "advice": [each for each in found if each.severity is Severity.ADVICE],
            "good": [] if faults and not good else good,
            "frames": [
                {"label": label, "url": f"{self.preview_url()}?mode={mode}&in_preview_panel=true"}
                for mode, label in page.preview_modes
                if mode in ("visitor", "member", "card") or len(page.preview_modes) == 1
            ],
            **self.access_of(page),
            "is_live": bool(page.pk and page.live),
            "planned": self.planned(),
        }
        return render(request, "wagtailadmin/desk/publishing_sheet.html", context)

    def planned(self) -> str:
        """The time that is written in the sheet already, or that the page has."""
        posted = self.request.POST
        if posted.get(AT):
            return posted.get(WHEN, "") if posted[AT] == LATER else ""
        return still_to_come(posted.get("go_live_at", ""))

    def reviewed(self) -> tuple[Page, list[Finding], list[str]]:
        """The page that the form makes, what is found in it, and the areas that are good."""
        form = self.form()
        wrong = [] if form.is_valid() else list(told_by(form))
        if wrong:
            # As a draft, it keeps the last value of what is refused, and the rest is reviewed.
            form = self.form(is_draft=True)
            form.is_valid()
        page = form.save(commit=False)
        page.title = self.request.POST.get("title", "").strip()
        if isinstance(page, Article) and self.asked_access(page) is not None:
            page.access = cast(Access, self.asked_access(page))
        found, good = review(page)
        # The checks have better words for what the form refuses, too.
        told = {each.field or "body" for each in found if each.severity is Severity.FAULT}
        if not page.title:
            told.add("slug")  # it is made of the title
        return page, [*(each for each in wrong if each.field not in told), *found], good

    def form(self, is_draft: bool = False) -> Any:
        """A form of its own page: each validation writes into the page."""
        self.object = self.get_object()  # type: ignore[attr-defined]
        form_class = self.object.get_edit_handler().get_form_class()
        return (partial(as_draft, form_class) if is_draft else form_class)(
            self.request.POST,
            instance=self.object,
            parent_page=self.object.get_parent().specific,
            for_user=self.request.user,
        )

    def asked_access(self, article: Article) -> Access | None:
        asked = self.request.POST.get(ACCESS, "")[:18]
        is_one = asked.isdecimal() and int(asked) in Access.values
        return Access(int(asked)) if is_one and self.may_change(article) else None

    def may_change(self, article: Article) -> bool:
        user = cast(User, self.request.user)
        if article.pk is None:
            may_publish = article.get_parent().permissions_for_user(user).can_publish_subpage()
            return bool(may_publish) and user.has_perm("articles.change_article_access")
        return may_change_access(user, article)

    def access_of(self, page: Page) -> dict[str, Any]:
        if not isinstance(page, Article):
            return {}
        may = self.request.GET.get("for", PUBLISH) != SUBMIT and self.may_change(page)
        return {
            "access": Access(page.access),
            "levels": [(level.value, level.label) for level in Access] if may else [],
        }

    def preview_url(self) -> str:
        raise NotImplementedError


class SheetOnEdit(SheetMixin, PreviewOnEdit):  # type: ignore[misc]
    def preview_url(self) -> str:
        return reverse("wagtailadmin_pages:preview_on_edit", args=[self.kwargs["page_id"]])


class SheetOnCreate(SheetMixin, PreviewOnCreate):  # type: ignore[misc]
    def preview_url(self) -> str:
        return reverse("wagtailadmin_pages:preview_on_add", kwargs=self.kwargs)


def told_by(form: Any) -> Iterator[Finding]:
    """What the form would refuse."""
    for name, errors in form.errors.as_data().items():
        label = form.fields[name].label if name in form.fields else ""
        for error in errors:
            text = " ".join(messages(error))
            yield Finding(Severity.FAULT, f"{label}: {text}" if label else text, "", name)
    for name, formset in getattr(form, "formsets", {}).items():
        for errors in (*formset.errors, formset.non_form_errors()):
            if text := " ".join(messages(errors)):
                yield Finding(Severity.FAULT, text, "", name)


@require_GET
def moment(request: HttpRequest) -> JsonResponse:
    """What the sheet makes of a time that is being written."""
    written = request.GET.get("q", "")[:60]
    try:
        found = moment_of(written)
    except ValueError:
        return JsonResponse({"error": _("Write a time to come, such as «08:00» or «tomorrow 8».")})
    text = _("Planned for %s")
    return JsonResponse({"told": text % told(found), "button": _("Plan for %s") % told(found)})
