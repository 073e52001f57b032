"""The signals that the accounts send to the rooms above.

`terms_accepted` is sent when a member has accepted the terms, before the log-in goes on. Its
arguments are `request`, whose POST holds what stood in the slot `terms.offers`, `user`, `is_new`:
whether they have never been logged in, and `source`: the page that they came from.
"""

from django.dispatch import Signal

terms_accepted = Signal()
