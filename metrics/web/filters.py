"""The bar of the page: what is chosen, what could be, and the address of each choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import STAFF_ROLES, Team, User
from metrics.policy import (
    Confirmation,
    Denominator,
    LiveHandOver,
    Match,
    Policy,
    SelfService,
    Span,
)
from metrics.query import Segment
from metrics.query.labels import labels
from metrics.registry import all_figures
from metrics.web.address import KEYS, OFFERED, POLICY_KEYS, Params
from metrics.web.periods import Compare, Period
from tickets.choices import Channel, Priority
from tickets.models import Category, Product

Pairs = Iterable[tuple[object, object]]
STEPS: Final = (("auto", "step as fits"), ("day", "day"), ("week", "week"), ("month", "month"))
CLOCKS: Final = (("business", "Business time"), ("calendar", "Calendar time"))


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
        if values and all(value.isdecimal() or segment not in _KEYED for value in values):
            names = labels(segment, values)
            text = ", ".join(names[value] for value in values)
            found.append(Chip(segment.label, text, params.without(segment.value).on(page)))
    return tuple(found)


def links_to(params: Params, key: str, pairs: Pairs) -> tuple[Choice, ...]:
    """Choices that are links: the page with another value of `key`."""
    page = reverse("metrics")
    chosen = params.get(key)
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
        "clock": links_to(params, "clock", CLOCKS),
        "step": links_to(params, "step", STEPS),
        "show": links_to(params, "show", [(f.key, f.name) for f in all_figures()]),
        "by": links_to(params, "by", Segment.choices),
    }


_WINDOWS: Final = (
    *((f"{n}bd", f"{n} business day{'s' if n > 1 else ''}") for n in (1, 2, 3, 5, 7, 10)),
    *((f"{n}h", f"{n} hours") for n in (24, 48, 72)),
)
_POLICIES: Final[Mapping[str, tuple[str, Pairs]]] = {
    "window": ("Nothing may follow within", _WINDOWS),
    "span": ("One interaction is", Span.choices),
    "confirmation": ("The customer's confirmation", Confirmation.choices),
    "self_service": ("A search in the articles before", SelfService.choices),
    "match": ("A later ticket follows when", Match.choices),
    "denominator": ("Measured against", Denominator.choices),
    "live_hand_over": ("A live hand-over is", LiveHandOver.choices),
    "reopen_window": (
        "A reopen counts",
        (
            ("ever", "Ever"),
            ("7d", "Within 7 days"),
            ("14d", "Within 14 days"),
            ("30d", "Within 30 days"),
        ),
    ),
    "nia_days": (
        "No next issue within",
        tuple((str(n), f"{n} days") for n in (7, 14, 30, 60, 90)),
    ),
}


def policy_fields(params: Params) -> tuple[Field, ...]:
    """Every policy that the bar offers; a value of the address that is no usual one stays there."""
    found = []
    for key, (label, pairs) in _POLICIES.items():
        chosen, usual = params.get(key), list(pairs)
        if chosen not in [str(value) for value, _ in usual]:
            usual.append((chosen, chosen))
        choices = tuple(Choice(str(v), str(name), str(v) == chosen) for v, name in usual)
        found.append(Field(key, label, choices))
    return tuple(found)


def policy_summary(policy: Policy) -> str:
    """The policy of first contact resolution in a few words."""
    span = "first contact" if policy.span == Span.EXCHANGE else "until resolved"
    others = len(set(policy.changes()) - {"window", "span"})
    more = f", {others} more changed" if others else ""
    return f"{policy.window.label}, {span}{more}"


def hidden(params: Params, *without: str) -> tuple[tuple[str, str], ...]:
    """What a form must carry along, so that sending it keeps the rest of the address."""
    return tuple(item for item in params.items if item[0] not in without)


def kept_by_filters(params: Params) -> tuple[tuple[str, str], ...]:
    """What the form of filters and policies carries: all that it has no field for."""
    shown = (*(segment.value for segment in OFFERED), *_POLICIES)
    return hidden(params, *shown)


def has_policy(params: Params) -> bool:
    """Whether another policy than the default is asked for."""
    return bool(params.only(POLICY_KEYS).items)


def without_policy(params: Params) -> str:
    """The page under the default policy."""
    return params.only(key for key in KEYS if key not in POLICY_KEYS).on(reverse("metrics"))


_KEYED: Final = frozenset(
    {Segment.TEAM, Segment.AGENT, Segment.CATEGORY, Segment.PRODUCT, Segment.ORGANIZATION}
)


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
