"""The signals that publishing sends to the rooms above. They connect receivers in their `ready`.

`passages_changed` is sent within the publishing transaction. Its arguments are `page` and
`passages`, the stored Passages in order, empty for a withdrawn page. Receivers store the rows that
a room derives from a text, such as a search index. Readers then see both or neither. It is also
sent for pages that an import adds out of sight: a reader's query must go through the gate. A
receiver that raises stops the publishing. `manage.py republish` sends the signal for every page, so
a receiver's rows may exist already.

`many_passages_changed` is sent instead when an import publishes new editions of many articles at
once: nobody else can write meanwhile on SQLite. It is sent within the transaction. Its argument is
`keys`, the primary keys of up to a hundred pages. Receivers take away what no longer holds, in a
few statements, and leave the rest to a task.

`article_published` is sent after the commit. Its arguments are `article` and `is_first`: whether it
was never published before. Receivers queue tasks there, such as a mail or a recording. An error in
a receiver is logged and stops nothing.
"""

from django.dispatch import Signal

passages_changed = Signal()
many_passages_changed = Signal()
article_published = Signal()
