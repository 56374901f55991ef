"""Which part of a ticket's timeline an address asks for."""

from __future__ import annotations

from typing import Final

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from tickets.selectors.stretches import Key, Place

LONGEST_NUMBER: Final = 18
"""Digits; more fit into no key."""


def place_in(query: QueryDict) -> Place:
    """Read an address; what it does not say, or says wrongly, is the newest part."""
    return Place(
        before=_key_in(query.get("before", "")),
        after=_key_in(query.get("after", "")),
        message=_number_in(query.get("message", "")),
    )


def _key_in(text: str) -> Key | None:
    """Read what `Stretch.before` and `Stretch.after` write."""
    moment, _, number = text.partition(",")
    seq = _number_in(number)
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    return (at, seq) if at and is_aware(at) and seq is not None else None


def _number_in(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None
