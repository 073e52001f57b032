"""Members from CSV files, in the panel: the file, the verdict on each row, and the import."""

from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.core.validators import FileExtensionValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.admin.members import for_member_managers
from accounts.member_columns import COLUMNS, FORMATS, explained
from accounts.member_files import MAX_BYTES, STATES, UnreadableError, take
from accounts.member_imports import continue_import
from accounts.models import MemberImport, Stage, User, Verdict


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        validators=[FileExtensionValidator(["csv", "txt"])],
        help_text=_("The first line names the columns. Nothing is done before you have seen what."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 50 MB."))
        return file


@for_member_managers
def members_in(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = take(file, file.name, cast(User, request.user))
            continue_import.enqueue(taken.pk)
        except UnreadableError as error:
            form.add_error("file", str(error))
        else:
            return redirect("member_import", taken.pk)
    earlier = MemberImport.objects.order_by("-pk")[:20]
    context = {"form": form, "columns": COLUMNS, "states": STATES.values(), "earlier": earlier}
    return render(request, "wagtailadmin/accounts/members_in.html", context)


@for_member_managers
def member_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the verdict on each row of a file. A POST starts the import.

    The page reloads itself while the worker is at work on the file.
    """
    taken = get_object_or_404(MemberImport, pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            if taken.begin(carries_news=bool(request.POST.get("news"))):
                continue_import.enqueue(pk)
        return redirect("member_import", pk)
    counts = taken.counts()
    rows = taken.rows.order_by("number")
    if (verdict := request.GET.get("dom", "")) in Verdict.values:
        rows = rows.filter(verdict=verdict)
    total = sum(counts.values())
    to_do = counts.get(Verdict.NEW, 0) + counts.get(Verdict.CHANGED, 0)
    left = counts.get("", 0) if taken.stage == Stage.JUDGING else taken.waiting().count()
    whole = total if taken.stage == Stage.JUDGING else to_do
    return render(
        request,
        "wagtailadmin/accounts/member_import.html",
        {
            "taken": taken,
            "verdicts": [(each, counts.get(each, 0)) for each in Verdict],
            "verdict": verdict,
            "page": Paginator(rows, 100).get_page(request.GET.get("p")),
            "to_do": to_do,
            "program": FORMATS[taken.format].name if taken.format else "",
            "columns": explained(taken.format, taken.heading or []) if taken.format else [],
            "want_news": taken.who_want_news() if taken.stage == Stage.JUDGED else 0,
            "done": whole - left,
            "whole": whole,
        },
    )
