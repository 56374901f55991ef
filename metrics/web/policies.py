"""The policies of the page in words: what is chosen, what could be, and where two differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from metrics.policy import (
    Clock,
    Confirmation,
    Denominator,
    LiveHandOver,
    Match,
    NextIssueMatch,
    Policy,
    SelfService,
    Span,
)
from metrics.registry import Figure
from metrics.web.address import BESIDE, BESIDE_KEYS, KEYS, POLICY_KEYS, Params
from metrics.web.filters import Choice, Field, Pairs, hidden

_WINDOWS: Final = (
    *((f"{n}bd", f"{n} business day{'s' if n > 1 else ''}") for n in (1, 2, 3, 5, 7, 10)),
    *((f"{n}h", f"{n} hours") for n in (24, 48, 72)),
)
_REOPENS: Final = (("ever", "Ever"), *((f"{n}d", f"Within {n} days") for n in (7, 14, 30)))


def _stopping(*clocks: Clock) -> tuple[str, str]:
    names = [str(clock.label) for clock in clocks]
    words = "; ".join([*names[:1], *(name.lower() for name in names[1:])])
    return ",".join(sorted(clocks)) or "none", words or "Never"


_STOPS: Final = (
    _stopping(Clock.WAITING_CUSTOMER, Clock.RESOLVED),
    _stopping(Clock.WAITING_CUSTOMER, Clock.WAITING_VENDOR, Clock.RESOLVED),
    _stopping(Clock.WAITING_CUSTOMER, Clock.WAITING_VENDOR, Clock.ON_HOLD, Clock.RESOLVED),
    _stopping(),
)
POLICIES: Final[Mapping[str, tuple[str, Pairs]]] = {
    "window": ("Nothing may follow within", _WINDOWS),
    "span": ("One interaction is", Span.choices),
    "confirmation": ("The customer's confirmation", Confirmation.choices),
    "self_service": ("A search in the articles before", SelfService.choices),
    "match": ("A later ticket follows when", Match.choices),
    "denominator": ("Measured against", Denominator.choices),
    "live_hand_over": ("A live hand-over is", LiveHandOver.choices),
    "reopen_window": ("A reopen counts", _REOPENS),
    "nia_days": ("No next issue within", tuple((n, f"{n} days") for n in (7, 14, 30, 60, 90))),
    "nia_match": ("A next issue is of", NextIssueMatch.choices),
    "ttr_stops": ("The net clock stops while", _STOPS),
}


@dataclass(frozen=True, slots=True)
class Second:
    """The form of a second policy: its fields, what it carries along, and the page without it."""

    is_on: bool
    fields: tuple[Field, ...]
    kept: tuple[tuple[str, str], ...]
    away_href: str


def policy_fields(params: Params, *, prefix: str = "") -> tuple[Field, ...]:
    """Every policy that can be chosen, its names in the address after `prefix`; a value of the
    address that is no usual one stays there."""
    found = []
    for key, (label, pairs) in POLICIES.items():
        chosen, usual = params.get(prefix + key), [(str(v), str(name)) for v, name in pairs]
        if chosen not in dict(usual):
            usual.append((chosen, chosen))
        choices = tuple(Choice(value, name, value == chosen) for value, name in usual)
        found.append(Field(prefix + key, label, choices))
    return tuple(found)


def policy_summary(policy: Policy) -> str:
    """The policy of first contact resolution in a few words."""
    span = "first contact" if policy.span == Span.EXCHANGE else "until resolved"
    others = len(set(policy.changes()) - {"window", "span"})
    more = f", {others} more changed" if others else ""
    return f"{policy.window.label}, {span}{more}"


def policy_words(policy: Policy, *, of: Figure) -> tuple[str, ...]:
    """What a figure is not measured by as usual: "Nothing may follow within: 48 hours"."""
    changes = policy.changes()
    keys = (key for key in POLICIES if key in changes and key in of.policies)
    return tuple(f"{POLICIES[key][0]}: {_in_words(key, changes[key])}" for key in keys)


def differing(policy: Policy, other: Policy) -> tuple[str, ...]:
    """The keys on which two policies differ, in the order in which they are offered."""
    left, right = policy.as_texts(), other.as_texts()
    return tuple(key for key in POLICIES if left[key] != right[key])


def difference_words(policy: Policy, other: Policy) -> tuple[str, ...]:
    """Where two policies differ: "Nothing may follow within: 5 business days → 48 hours"."""
    left, right = policy.as_texts(), other.as_texts()
    return tuple(
        f"{POLICIES[key][0]}: {_in_words(key, left[key])} → {_in_words(key, right[key])}"
        for key in differing(policy, other)
    )


def _in_words(key: str, text: str) -> str:
    names = {str(value): str(name) for value, name in POLICIES[key][1]}
    name = names.get(text, text)
    return name[:1].lower() + name[1:]


def kept_by_policies(params: Params) -> tuple[tuple[str, str], ...]:
    """What the form of policies carries: all that it has no field for."""
    return hidden(params, *POLICIES)


def has_policy(params: Params) -> bool:
    """Whether another policy than the default is asked for."""
    return bool(params.only(POLICY_KEYS).items)


def without_policy(params: Params) -> str:
    """The page under the default policy."""
    return params.only(key for key in KEYS if key not in POLICY_KEYS).on(reverse("metrics"))


def second_policy(params: Params) -> Second:
    """The form that sets another policy beside the reader's."""
    names = (BESIDE, *BESIDE_KEYS)
    without = params.only(key for key in KEYS if key not in names)
    return Second(
        is_on=bool(params.only(names).items),
        fields=policy_fields(params, prefix=f"{BESIDE}_"),
        kept=without.items,
        away_href=without.on(reverse("metrics")),
    )
