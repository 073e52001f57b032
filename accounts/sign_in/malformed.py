"""What comes from outside and is not what it should be."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

#: What libraries raise when they read what no browser and no honest provider sends.
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImproperlyConfigured,  # as allauth calls an id that is too long
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def malformed_as(error: Exception) -> Iterator[None]:
    """Raises `error` in place of any of MALFORMED. Only around code that reads, never around code
    that stores: its faults are ours."""
    try:
        yield
    except MALFORMED as fault:
        raise error from fault
