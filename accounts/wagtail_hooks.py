"""A staff member's own settings in the panel: the name only; the rest is under /konto/."""

from wagtail.admin.views.account import AvatarSettingsPanel, NameEmailSettingsPanel

from accounts.forms import NameForm

# Wagtail's form asks for a first and a last name, which our user has not; and its profile
# picture goes round the check that every picture here passes. It offers no setting for either.
NameEmailSettingsPanel.form_class = NameForm
AvatarSettingsPanel.is_active = lambda self: False
