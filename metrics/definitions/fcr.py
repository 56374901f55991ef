"""First contact resolution, under every policy of docs/definitions.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Q

from metrics.definitions.sources import FIRST_CONTACT
from metrics.policy import (
    Confirmation,
    Denominator,
    LiveHandOver,
    Match,
    Policy,
    SelfService,
    Span,
    WindowUnit,
)
from metrics.registry import Better, Figure, Kind, Maturing, RateOf
from metrics.terms import Terms

# A wider match holds all that the narrower one does.
_FOLLOW_UPS: Final = {
    Match.LINKED: ("own", "linked"),
    Match.CATEGORY: ("own", "linked", "category"),
    Match.CUSTOMER: ("own", "linked", "category", "customer"),
    Match.ORGANIZATION: ("own", "linked", "category", "customer", "organization"),
}


def population(terms: Terms) -> Q:
    """Tickets that are measured at all: not cancelled and, where the policy says so, resolved or
    without a search before them."""
    found = Q(is_cancelled=False)
    if terms.policy.denominator == Denominator.RESOLVED:
        found &= Q(last_resolved_at__isnull=False)
    if terms.policy.self_service == SelfService.EXCLUDED:
        found &= Q(self_service_before_seconds__isnull=True)
    return found


def measured(terms: Terms) -> Q:
    """The population, less tickets whose history tells no contacts."""
    return population(terms) & Q(has_contact_record=True)


def unmeasured(terms: Terms) -> Q:
    """Tickets whose history tells no contacts."""
    return population(terms) & Q(has_contact_record=False)


def _unspoilt(policy: Policy) -> Q:
    """Nothing but what comes after the resolution can make it a "no"."""
    found = Q()
    if policy.self_service == SelfService.COUNTS:
        found &= Q(self_service_before_seconds__isnull=True)
    if policy.live_hand_over == LiveHandOver.NOT:
        found &= Q(has_live_hand_over=False)
    return found


def _in_first_contact(policy: Policy) -> Q:
    """Open, and still in the one interaction that may resolve it."""
    unresolved = Q(first_resolved_at__isnull=True)
    if policy.span == Span.UNTIL_RESOLVED:
        return unresolved
    return unresolved & Q(is_first_contact_over=False, has_cold_escalation_first=False)


def _resolved_at_once(policy: Policy) -> Q:
    """Resolved within the one interaction."""
    if policy.span == Span.UNTIL_RESOLVED:
        return Q(first_resolved_at__isnull=False)
    return Q(is_resolved_in_first_contact=True)


def _not_followed(policy: Policy) -> Q:
    """No follow-up inside the window, as far as we know."""
    found = Q()
    for name, limit in _limits(policy):
        found &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": limit})
    return found


def _limits(policy: Policy) -> Iterator[tuple[str, int]]:
    """The measure of each kind of follow-up, and the most that is still inside the window."""
    window = policy.window
    is_hours = window.unit == WindowUnit.HOURS
    unit, limit = ("seconds", window.amount * 3600) if is_hours else ("days", window.amount)
    for kind in _FOLLOW_UPS[policy.match]:
        yield f"{kind}_followup_{unit}", limit


def _hopeful(terms: Terms) -> Q:
    """Resolved at once, nothing followed so far."""
    policy = terms.policy
    return measured(terms) & _unspoilt(policy) & _resolved_at_once(policy) & _not_followed(policy)


def _maturing(terms: Terms) -> Q:
    """Waits for its window to end."""
    return _hopeful(terms) & terms.window_open("first_resolved_at")


def numerator(terms: Terms) -> Q:
    """Resolved at once, with no follow-up in a window that has ended."""
    found = _hopeful(terms) & terms.window_over("first_resolved_at")
    if terms.policy.confirmation == Confirmation.CUSTOMER:
        found &= Q(is_first_confirmed_by_customer=True)
    return found


def undecided(terms: Terms) -> Q:
    """Open in the first contact, or resolved in it and the window still open."""
    policy = terms.policy
    is_open = measured(terms) & _unspoilt(policy) & _in_first_contact(policy)
    return is_open | _maturing(terms)


def denominator(terms: Terms) -> Q:
    """Every measured ticket that is decided."""
    return measured(terms) & ~undecided(terms)


def _decided_at(terms: Terms, first_resolved_at: datetime, calendar_key: int) -> datetime:
    return terms.window_end(first_resolved_at, calendar_key)


FCR: Final = Figure(
    key="fcr",
    name="First contact resolution",
    sentence="How many tickets were resolved in their first contact, with nothing following.",
    unit="%",
    kind=Kind.RATE,
    better=Better.UP,
    source=FIRST_CONTACT,
    measures={
        "": RateOf(
            numerator=numerator,
            denominator=denominator,
            undecided=undecided,
            unmeasured=unmeasured,
            maturing=Maturing(
                rows=_maturing, fields=("first_resolved_at", "calendar_key"), at=_decided_at
            ),
        )
    },
    counted_on="day received",
    population="Tickets received and not cancelled; measured against resolved, only those.",
    parts={
        "numerator": "Resolved before a second contact began and before any cold escalation, with "
        "no follow-up within the window.",
        "denominator": "All that are decided.",
        "undecided": "Open in their first contact, or resolved in it with the window still open. "
        "A follow-up inside the window decides at once.",
        "unmeasured": "Imported tickets whose history carries no contact record.",
    },
    maturity="Provisional until the follow-up window of its last ticket has ended.",
    origin="docs/definitions.md, “The figures”, “FCR policies”, “Cases that decide”.",
    policies=(
        "window",
        "span",
        "confirmation",
        "self_service",
        "match",
        "denominator",
        "live_hand_over",
    ),
)
