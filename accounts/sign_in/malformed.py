"""Malformed input, from browsers and providers."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured

#: What libraries raise for input that no browser and no honest provider sends.
MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImproperlyConfigured,  # allauth raises it for an ID that is too long
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def malformed_as(error: Exception) -> Iterator[None]:
    """Raises `error` in place of any of MALFORMED.

    Use it around code that reads, never around code that stores: those faults are ours.
    """
    try:
        yield
    except MALFORMED as fault:
        raise error from fault
