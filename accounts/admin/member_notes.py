"""Notes about a member, written and taken away on the member's page."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.admin.member_forms import NoteForm
from accounts.admin.members import for_member_managers
from accounts.models import MemberNote, User


@require_POST
@for_member_managers
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(User.objects.members(), pk=pk)
    by = cast(User, request.user)
    form = NoteForm(request.POST, instance=MemberNote(member=member, written_by=by))
    if form.is_valid():
        form.save()
        messages.success(request, _("The note is saved."))
    else:
        messages.error(request, " ".join(map(str, form.errors["text"])))
    return redirect("wagtailusers_users:edit", pk)


@require_POST
@for_member_managers
def delete_note(request: HttpRequest, pk: int) -> HttpResponse:
    note = get_object_or_404(MemberNote, pk=pk, member__in=User.objects.members())
    note.delete()
    messages.success(request, _("The note is deleted."))
    return redirect("wagtailusers_users:edit", note.member_id)
