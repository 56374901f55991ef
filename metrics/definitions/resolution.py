"""How long resolving takes, whether it lasts, and what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.db.models.expressions import Combinable

from metrics.definitions.sources import CYCLES, RESOLVED
from metrics.policy import DAY_SECONDS, DEFAULT_STOPS, Clock, NextIssueMatch
from metrics.registry import (
    Better,
    Expression,
    Figure,
    Kind,
    Maturing,
    RateOf,
    ValueOf,
    always,
    value_of,
)
from metrics.terms import Terms

_is_resolved = always(last_resolved_at__isnull=False)

_CLOCKS: Final = {
    Clock.WAITING_CUSTOMER: "waiting_customer",
    Clock.WAITING_VENDOR: "waiting_vendor",
    Clock.ON_HOLD: "on_hold",
    Clock.RESOLVED: "resolved_gap",
}


def _net(unit: str) -> Expression:
    """Gross, less the time in the states that stop the clock; `unit` ends the names of measures."""

    def value(terms: Terms) -> Combinable:
        if terms.policy.ttr_stops == DEFAULT_STOPS:
            return F(f"ttr_net_{unit}")
        found: Combinable = F(f"ttr_gross_{unit}")
        for clock in sorted(terms.policy.ttr_stops):
            found = found - F(f"{_CLOCKS[clock]}_{unit}")
        return found

    return value


TTR: Final = Figure(
    key="ttr",
    name="Time to resolution",
    sentence="How long it took from receipt to the last resolution.",
    unit="s",
    kind=Kind.DISTRIBUTION,
    better=Better.DOWN,
    source=RESOLVED,
    measures={
        "net.business": ValueOf(_net("business_seconds"), _is_resolved),
        "net.calendar": ValueOf(_net("seconds"), _is_resolved),
        "gross.business": ValueOf(value_of("ttr_gross_business_seconds"), _is_resolved),
        "gross.calendar": ValueOf(value_of("ttr_gross_seconds"), _is_resolved),
    },
    counted_on="day resolved (last resolution)",
    population="Tickets that are resolved; a reopened one counts again when it is resolved again.",
    parts={
        "count": "Gross: receipt to the last resolution. Net: less the time in the states that "
        "stop the clock (waiting on customer; resolved until a reopen)."
    },
    maturity="A reopen takes a ticket out of its day until it is resolved again.",
    policies=("ttr_stops",),
    variant_names={
        "net.business": "Net, business time",
        "net.calendar": "Net, calendar time",
        "gross.business": "Gross, business time",
        "gross.calendar": "Gross, calendar time",
    },
)


def _first_resolved(terms: Terms) -> Q:
    return Q(number=1, resolved_at__isnull=False)


def _reopened(terms: Terms) -> Q:
    days = terms.policy.reopen_window_days
    if days is None:
        return Q(ticket__facts__reopens__gt=0)
    return Q(ticket__facts__first_reopen_after_seconds__lte=days * DAY_SECONDS)


def _may_reopen(terms: Terms) -> Q:
    """Not reopened yet, inside a window that is still open; with "ever" nothing is held back."""
    days = terms.policy.reopen_window_days
    if days is None:
        return Q(pk__in=())
    is_young = Q(resolved_at__gt=terms.as_of - timedelta(days=days))
    return _first_resolved(terms) & Q(ticket__facts__reopens=0) & is_young


def _reopen_decided_at(terms: Terms, resolved_at: datetime) -> datetime:
    return resolved_at + timedelta(days=terms.policy.reopen_window_days or 0)


REOPEN_RATE: Final = Figure(
    key="reopen_rate",
    name="Reopen rate",
    sentence="How many resolved tickets had to be opened again.",
    unit="%",
    kind=Kind.RATE,
    better=Better.DOWN,
    source=CYCLES,
    measures={
        "": RateOf(
            numerator=lambda terms: _first_resolved(terms) & _reopened(terms),
            denominator=lambda terms: _first_resolved(terms) & ~_may_reopen(terms),
            undecided=_may_reopen,
            events="ticket__facts__reopens",
            maturing=Maturing(rows=_may_reopen, fields=("resolved_at",), at=_reopen_decided_at),
        )
    },
    counted_on="day first resolved",
    population="Tickets resolved for the first time; one that was reopened three times is one.",
    parts={
        "numerator": "Reopened at least once (policy: within N days of the first resolution).",
        "denominator": "All of them; under a policy in days, all that are decided.",
        "undecided": "Only under a policy in days: not reopened, and the days are not over.",
        "events": "The number of reopens, beside it.",
    },
    maturity="Rises whenever an old ticket is reopened; under a policy in days, final after them.",
    policies=("reopen_window",),
)


def _next_issue(terms: Terms) -> str:
    is_same = terms.policy.nia_match == NextIssueMatch.CATEGORY
    return "next_issue_customer_category_seconds" if is_same else "next_issue_customer_seconds"


def _nia_unmeasured(terms: Terms) -> Q:
    """Resolved, but nobody can know of a next issue: it has no customer, or none of what must be
    the same."""
    unknown = Q(customer_key=0)
    if terms.policy.nia_match == NextIssueMatch.CATEGORY:
        unknown |= Q(category_key=0)
    return _is_resolved(terms) & unknown


def _nia_measured(terms: Terms) -> Q:
    return _is_resolved(terms) & ~_nia_unmeasured(terms)


def _without_next_issue(terms: Terms) -> Q:
    name, limit = _next_issue(terms), terms.policy.nia_days * DAY_SECONDS
    return _nia_measured(terms) & (Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": limit}))


def _nia_open(terms: Terms) -> Q:
    since = terms.as_of - timedelta(days=terms.policy.nia_days)
    return _without_next_issue(terms) & Q(last_resolved_at__gt=since)


def _nia_over(terms: Terms) -> Q:
    since = terms.as_of - timedelta(days=terms.policy.nia_days)
    return _without_next_issue(terms) & Q(last_resolved_at__lte=since)


def _nia_decided_at(terms: Terms, last_resolved_at: datetime) -> datetime:
    return last_resolved_at + timedelta(days=terms.policy.nia_days)


NIA: Final = Figure(
    key="nia",
    name="Next issue avoidance",
    sentence="How many resolved tickets were not followed by another of the same customer.",
    unit="%",
    kind=Kind.RATE,
    better=Better.UP,
    source=RESOLVED,
    measures={
        "": RateOf(
            numerator=_nia_over,
            denominator=lambda terms: _nia_measured(terms) & ~_nia_open(terms),
            undecided=_nia_open,
            unmeasured=_nia_unmeasured,
            maturing=Maturing(rows=_nia_open, fields=("last_resolved_at",), at=_nia_decided_at),
        )
    },
    counted_on="day resolved (last resolution)",
    population="Resolved tickets.",
    parts={
        "numerator": "The customer opened no other ticket in the same category (policy: in any) "
        "within N days, default 30.",
        "denominator": "All that are decided.",
        "undecided": "No other ticket yet, and the days are not over.",
        "unmeasured": "Nobody can know: the ticket has no category (under the policy that asks for "
        "the same), or comes from a log that names no customers.",
    },
    maturity="Provisional until N days after the day.",
    policies=("nia_days", "nia_match"),
    version=2,
)

COST: Final = Figure(
    key="cost",
    name="Cost of resolution",
    sentence="What resolving cost: each level that held a ticket adds its cost per ticket.",
    unit="money",
    kind=Kind.TOTAL,
    better=Better.DOWN,
    source=RESOLVED,
    measures={
        "": ValueOf(value_of("cost"), always(last_resolved_at__isnull=False, cost__isnull=False))
    },
    counted_on="day resolved (last resolution)",
    population="Resolved tickets.",
    parts={"count": "The sum over levels that held it, of the cost per ticket set for the level."},
)
