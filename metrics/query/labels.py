"""What people read for the values of a segment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from django.db.models import Model

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import Organization, Team, User
from metrics.segments import Segment, crossed, joined
from tickets.choices import Channel, Complexity, Priority, TicketType
from tickets.models import Category, Product, Service

_ROWS: Final[Mapping[str, type[Model]]] = {
    Segment.TEAM: Team,
    Segment.AGENT: User,
    Segment.CATEGORY: Category,
    Segment.PRODUCT: Product,
    Segment.ORGANIZATION: Organization,
    Segment.SERVICE: Service,
}

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    segment: {str(value): str(label) for value, label in choices.choices}
    for segment, choices in (
        (Segment.LEVEL, SupportLevel),
        (Segment.ENTRY_LEVEL, SupportLevel),
        (Segment.RESOLVING_LEVEL, SupportLevel),
        (Segment.TIER, CustomerTier),
        (Segment.CHANNEL, Channel),
        (Segment.PRIORITY, Priority),
        (Segment.COMPLEXITY, Complexity),
        (Segment.TYPE, TicketType),
    )
}

_NONE: Final[Mapping[str, str]] = {
    Segment.AGENT: "Nobody",
    Segment.COMPLEXITY: "Not judged",
    Segment.CATEGORY: "No category",
    Segment.TEAM: "No team",
    Segment.PRODUCT: "No product",
    Segment.ORGANIZATION: "No organization",
    Segment.SERVICE: "No service",
}


def labels(by: str, values: Collection[str]) -> Mapping[str, str]:
    """The label of each value; "0" and "" are none. One query for each segment whose values are
    keys of rows."""
    if len(crossed(by)) == 1:
        return _labels(by, values)
    pairs = [crossed(value) for value in values]
    each = [
        _labels(segment, {pair[place] for pair in pairs})
        for place, segment in enumerate(crossed(by))
    ]
    return {
        joined(pair): " · ".join(named[one] for named, one in zip(each, pair, strict=True))
        for pair in pairs
    }


def _labels(segment: str, values: Collection[str]) -> Mapping[str, str]:
    none = _NONE.get(segment, "None")
    known = _stored(segment, values) if segment in _ROWS else _WORDS[segment]
    return {
        value: none if value in ("", "0") else known.get(value, f"Removed ({value})")
        for value in values
    }


def _stored(segment: str, values: Collection[str]) -> Mapping[str, str]:
    keys = [int(value) for value in values if value and value != "0"]
    rows = _ROWS[segment]._default_manager.in_bulk(keys)
    return {str(key): str(row) for key, row in rows.items()}
