"""Words in Wagtail's panel that its catalogue can't mend: they are not translatable there."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers
from wagtail.models import Site

#: The fields without a label of their own. Django would make one from the name, in English.
LABELS = {
    "link_text": _("The words of the link"),
    "email_address": _("E-mail address"),
    "subject": _("Subject line"),
    "body": _("Message"),
    "phone_number": _("Phone number"),
}
FORMS = (
    choosers.ExternalLinkChooserForm,
    choosers.AnchorLinkChooserForm,
    choosers.EmailLinkChooserForm,
    choosers.PhoneLinkChooserForm,
)


def put_right() -> None:
    for form in FORMS:
        for name, field in form.base_fields.items():
            field.label = LABELS.get(name, field.label)
    # There is one site. Wagtail calls it «localhost [default]».
    Site.__str__ = lambda self: settings.SITE_NAME
