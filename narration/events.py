"""The signal that the narration sends to the rooms above.

`heard_to_the_end` is sent when a member has heard all of an article, and hadn't finished it. Its
argument is `article`, its primary key.
"""

from django.dispatch import Signal

heard_to_the_end = Signal()
