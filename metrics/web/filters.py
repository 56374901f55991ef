"""The bar of the page: what is chosen, what could be, and the address of each choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import STAFF_ROLES, Team, User
from metrics.query import Segment
from metrics.query.labels import labels
from metrics.segments import is_readable
from metrics.web.address import OFFERED, Params
from metrics.web.periods import Compare, Period
from tickets.choices import Channel, Priority
from tickets.models import Category, Product

Pairs = Iterable[tuple[object, object]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be chosen; `href` is the page with it, where a link chooses."""

    value: str
    label: str
    is_on: bool
    href: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A filter or policy with its choices."""

    key: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its field, its values in words, and the page without it."""

    label: str
    text: str
    href: str


def segment_fields(params: Params) -> tuple[Field, ...]:
    """Every filter that the bar offers. Four queries."""
    return tuple(
        _field(segment, str(segment.label), _values(segment), params) for segment in OFFERED
    )


def chips(params: Params) -> tuple[Chip, ...]:
    """The filters that are set, also those that only a mark can set. A query per kind of row."""
    page = reverse("metrics")
    found = []
    for segment in Segment:
        values = params.values(segment.value)
        if values and all(is_readable(segment, value) for value in values):
            names = labels(segment, values)
            text = ", ".join(names[value] for value in values)
            found.append(Chip(segment.label, text, params.without(segment.value).on(page)))
    return tuple(found)


def links_to(
    params: Params, key: str, pairs: Pairs, *, chosen: str | None = None
) -> tuple[Choice, ...]:
    """Choices that are links: the page with another value of `key`. `chosen` is on where it is not
    what the address says."""
    page = reverse("metrics")
    chosen = params.get(key) if chosen is None else chosen
    if key == "period" and (params.values("from") or params.values("to")):
        chosen = Period.CUSTOM
    extra = {"from_": None, "to": None} if key == "period" else {}
    return tuple(
        Choice(
            value=str(value),
            label=str(label),
            is_on=str(value) == chosen,
            href=params.having(**{key: str(value)}, **extra).on(page),
        )
        for value, label in pairs
    )


def period_label(params: Params) -> str:
    """The name of the period; that of own dates, also where they cannot be read."""
    has_dates = params.values("from") or params.values("to")
    names = dict(Period.choices)
    return str(names.get("" if has_dates else params.get("period"), Period.CUSTOM.label))


def menus(params: Params) -> dict[str, tuple[Choice, ...]]:
    """The menus whose choices are links, by their key."""
    presets = [pair for pair in Period.choices if pair[0] != Period.CUSTOM]
    return {
        "period": links_to(params, "period", presets),
        "compare": links_to(params, "compare", Compare.choices),
    }


def hidden(params: Params, *without: str) -> tuple[tuple[str, str], ...]:
    """What a form must carry along, so that sending it keeps the rest of the address."""
    return tuple(item for item in params.items if item[0] not in without)


def kept_by_filters(params: Params) -> tuple[tuple[str, str], ...]:
    """What the form of filters carries: all that it has no field for."""
    return hidden(params, *(segment.value for segment in OFFERED))


def _field(segment: Segment, label: str, pairs: Pairs, params: Params) -> Field:
    chosen = params.values(segment.value)
    choices = tuple(Choice(str(v), str(name), str(v) in chosen) for v, name in pairs)
    return Field(segment.value, label, choices)


_LISTS: Final[Mapping[str, Pairs]] = {
    Segment.LEVEL: SupportLevel.choices,
    Segment.TIER: CustomerTier.choices,
    Segment.PRIORITY: Priority.choices,
    Segment.CHANNEL: Channel.choices,
}


def _values(segment: Segment) -> Pairs:
    match segment:
        case Segment.TEAM:
            return Team.objects.values_list("pk", "name")
        case Segment.AGENT:
            return User.objects.filter(role__in=STAFF_ROLES).values_list("pk", "name")
        case Segment.CATEGORY:
            return Category.objects.values_list("pk", "path")
        case Segment.PRODUCT:
            return Product.objects.values_list("pk", "name")
        case _:
            return _LISTS[segment]
