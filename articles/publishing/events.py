"""What publishing tells the rooms above. They receive these signals in their `ready`.

`passages_changed` is sent inside the publishing transaction, with `page` and `passages`, the stored
Passages in their order; none where the page was withdrawn. Rows that a room makes of a text, such
as those of a search, are made there: readers see both or neither, and a receiver that raises stops
the publishing. `manage.py republish` sends it for every page, so what a receiver makes may be there
already.

`article_published` is sent after the commit, with `article` and `is_first`: whether it was never
published before. A mail or a recording is begun there, by a task. A receiver that raises is logged
and stops nothing.
"""

from django.dispatch import Signal

passages_changed = Signal()
article_published = Signal()
