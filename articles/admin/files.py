"""The panel's files to download: their list, their chooser, and how one is uploaded."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenView,
    SnippetCreateView,
)
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from accounts.access import AnyUser
from articles.models import File
from articles.models.files import MAX_BYTES, FileQuerySet, check_pdf, hash_of
from articles.models.rights import edits_all


class FilePolicy(BasePermissionPolicy):
    """Everybody who writes may upload. Only editors change and delete."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return edits_all(user) or (action == "add" and user_has_any_page_permission(user))

    def user_has_any_permission(self, user: AnyUser, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> Any:
        raise NotImplementedError

    def instances_user_has_any_permission_for(self, user: AnyUser, actions: Any) -> FileQuerySet:
        return File.objects.known_to(user)

    def user_has_permission_for_instance(self, user: AnyUser, action: str, instance: Any) -> bool:
        return edits_all(user)

    def user_has_any_permission_for_instance(
        self, user: AnyUser, actions: Any, instance: Any
    ) -> bool:
        return edits_all(user)


class EditorsPolicy(FilePolicy):
    """The list of all files, and its entry in the menu, are for editors."""

    def user_has_permission(self, user: AnyUser, action: str) -> bool:
        return edits_all(user)


class FileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A title is taken from the file's name, if none is written."""

    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=200,
        help_text=_("What readers see. Left out, it is the file's name."),
    )
    file = forms.FileField(
        label=_("PDF file"),
        help_text=_("At most 25 MB. It is as locked as the text it stands in."),
        widget=forms.FileInput({"accept": "application/pdf,.pdf"}),
    )

    class Meta:
        model = File
        fields = ("title", "file")

    def __init__(self, *args: Any, for_user: AnyUser | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["file"].required = False
            self.fields["file"].label = _("Another PDF file instead")

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        if file.size and file.size > MAX_BYTES:
            raise ValidationError(gettext("The file is larger than 25 MB."))
        data = file.read()
        if not (file.name or "").lower().endswith(".pdf"):
            raise ValidationError(gettext("The file is not a PDF."))
        check_pdf(data)
        known = File.objects.filter(file_hash=hash_of(data)).exclude(pk=self.instance.pk).first()
        if known and self.instance.pk:
            raise ValidationError(gettext("«%s» is the same file.") % known)
        self.taken = data, str(file.name)
        return file

    def save(self, commit: bool = True) -> File:
        if taken := getattr(self, "taken", None):
            self.instance.take(*taken)
            if not self.instance.title:
                stem = taken[1].rsplit(".", 1)[0].replace("_", " ").strip()
                self.instance.title = stem[:200] or "PDF"
        saved: File = super().save(commit)
        return saved


def uploaded(form: Any, request: Any) -> None:
    form.instance.uploaded_by_user = request.user


class UploadView(CreateView):
    def save_instance(self) -> File:
        uploaded(self.form, self.request)
        saved: File = super().save_instance()
        return saved


class _Known:
    request: Any

    def get_object_list(self) -> FileQuerySet:
        return File.objects.known_to(self.request.user)


class ChooseFile(_Known, ChooseView):
    pass


class ChooseFileResults(_Known, ChooseResultsView):
    pass


class ChosenFile(SnippetChosenView):
    def get_object(self, pk: Any) -> File:
        found: File = File.objects.known_to(self.request.user).get(pk=pk)
        return found


class ChooserUpload(SnippetCreateView):
    def save_form(self, form: Any) -> File:
        uploaded(form, self.request)
        saved: File = super().save_form(form)
        return saved


class FileChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ChooseFile
    choose_results_view_class = ChooseFileResults
    chosen_view_class = ChosenFile
    create_view_class = ChooserUpload
    creation_form_class = FileForm
    permission_policy = FilePolicy(File)
    creation_tab_label = _("Upload")
    create_action_label = _("Upload")
    create_action_clicked_label = _("Uploading …")
    choose_one_text = _("Choose a file")
    choose_another_text = _("Choose another file")
    edit_item_text = _("Edit this file")


class FileViewSet(SnippetViewSet):
    model = File
    icon = "download"
    menu_label = _("Files")
    menu_order = 310
    add_to_admin_menu = True
    list_display = ["title", Column("size_shown", label=_("size")), "created_at"]
    search_fields = ["title"]
    chooser_viewset_class = FileChooserViewSet
    add_view_class = UploadView
    permission_policy = EditorsPolicy(File)
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[FileForm]:
        return FileForm
