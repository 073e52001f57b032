"""What the desk adds to Wagtail's panel."""

from desk.wagtail_hooks import links, lists, publishing, seeing  # noqa: F401 — they register
