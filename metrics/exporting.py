"""Every fact of every ticket as rows of text: one row per ticket, units in the names.

Streams: a thousand tickets at a time, a fixed number of queries for each thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Value, When

from accounts.choices import Role
from accounts.models import Team, User
from metrics.around import (
    AGENTS,
    CYCLES,
    HELD,
    SLA,
    SO_FAR,
    TURNS,
    ByTicket,
    cycles_of,
    held_of,
    promises_of,
    turns_of,
)
from metrics.cells import cell
from metrics.models import TicketFacts
from metrics.registry import RateOf, get_figure
from metrics.terms import Terms
from tickets.models import LevelCost

CHUNK = 1_000

# Column → field or path of the facts.
ABOUT: Mapping[str, str] = {
    "number": "ticket_id",
    "subject": "ticket__subject",
    "organization": "ticket__organization__name",
    "tier": "tier",
    "category": "ticket__category__path",
    "product": "ticket__product__name",
    "channel": "channel",
    "type": "type",
    "priority": "priority",
    "complexity": "complexity",
    "status": "status",
    "calendar": "ticket__calendar__name",
}
RECEIPT: Mapping[str, str] = {
    "received_at": "received_at",
    "entry_level": "entry_level",
    "picked_up_at": "picked_up_at",
    "ttfr_seconds": "ttfr_seconds",
    "ttfr_business_seconds": "ttfr_business_seconds",
    "first_reply_seconds": "first_reply_seconds",
    "first_reply_business_seconds": "first_reply_business_seconds",
}
RESOLUTION: Mapping[str, str] = {
    "first_resolved_at": "first_resolved_at",
    "last_resolved_at": "last_resolved_at",
    **{
        f"{name}_{unit}": f"{name}_{unit}"
        for name in (
            "ttr_gross",
            "ttr_net",
            "waiting_customer",
            "waiting_vendor",
            "on_hold",
            "resolved_gap",
        )
        for unit in ("seconds", "business_seconds")
    },
    "is_first_confirmed_by_customer": "is_first_confirmed_by_customer",
    "cancelled_on": "cancelled_on",
    "cancel_reason": "cancel_reason",
}
LEVELS: Mapping[str, str] = {
    "escalations": "escalations",
    "warm_escalations": "warm_escalations",
    "cold_escalations": "cold_escalations",
    "hierarchical_escalations": "hierarchical_escalations",
    "deescalations": "deescalations",
    "was_above_l1": "was_above_l1",
    "was_at_l2": "was_at_l2",
    "was_above_l2_after_l2": "was_above_l2_after_l2",
    "is_l1_capable": "is_l1_capable",
    "is_l1_capable_by_resolver": "is_l1_capable_by_resolver",
    "is_l1_capable_by_audit": "is_l1_capable_by_audit",
}
CONTACTS: Mapping[str, str] = {
    "has_contact_record": "has_contact_record",
    "contacts": "contacts",
    "contacts_to_resolution": "contacts_to_resolution",
    "has_live_hand_over": "has_live_hand_over",
    "is_resolved_in_first_contact": "is_resolved_in_first_contact",
    "self_service_before_seconds": "self_service_before_seconds",
    "reopens": "reopens",
    "first_reopen_after_seconds": "first_reopen_after_seconds",
}
AFTERWARDS: Mapping[str, str] = {
    **{
        column: field
        for kind in ("own", "linked", "category", "customer", "organization")
        for column, field in (
            (f"{kind}_followup_seconds", f"{kind}_followup_seconds"),
            (f"{kind}_followup_business_days", f"{kind}_followup_days"),
        )
    },
    **{
        f"next_issue_{kind}_seconds": f"next_issue_{kind}_seconds"
        for kind in ("customer", "customer_category", "organization", "organization_category")
    },
}
FEEDBACK: Mapping[str, str] = {"csat": "csat", "nps": "nps"}
UNKNOWN_WITHOUT_RECORD = ("contacts", "has_live_hand_over")
STORED: Mapping[str, str] = {
    **ABOUT,
    **RECEIPT,
    **RESOLUTION,
    **LEVELS,
    **CONTACTS,
    **AFTERWARDS,
    **FEEDBACK,
}
PEOPLE = ("entry_team", "pickup_team", "pickup_agent", "resolving_team", "resolving_agent")
DERIVED = ("highest_level", "resolving_level", "flr", "fcr", "fcr_state", "confirmed")
COST = ("cost", "cost_currency")

AROUND = (*TURNS, *HELD, *SO_FAR, *AGENTS, *CYCLES, *SLA)
HEADINGS = ("ticket", *STORED, *DERIVED, *PEOPLE, *AROUND, *COST)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What keys of teams and agents are called, and the currency of costs."""

    teams: Mapping[int, str]
    agents: Mapping[int, str]
    currency: str

    @classmethod
    def load(cls) -> Names:
        """Read them; they are few."""
        staff = User.objects.exclude(role=Role.CUSTOMER)
        currencies = LevelCost.objects.order_by("level").values_list("currency", flat=True)
        return cls(
            teams=dict(Team.objects.values_list("pk", "name")),
            agents=dict(staff.values_list("pk", "name")),
            currency=currencies.first() or "",
        )


def export_rows(
    *, start: date | None, end: date | None, as_of: datetime
) -> Iterator[Sequence[str]]:
    """Yield the headings and then a row per ticket received from `start` to `end` (both included;
    None: no limit), by number. Empty means none. `as_of` decides which FCR is still undecided, and
    ends what still lasts."""
    yield HEADINGS
    names, terms = Names.load(), Terms(as_of=as_of)
    last = 0
    while rows := _chunk(after=last, start=start, end=end, terms=terms):
        last = rows[-1]["ticket_id"]
        keys = [row["ticket_id"] for row in rows]
        around = _around(keys, names, terms)
        for row in rows:
            parts = [part.get(row["ticket_id"], {}) for part in around]
            told = {name: value for part in parts for name, value in part.items()}
            several = [cell(told.get(name)) for name in AROUND]
            yield [*_texts(row, names), *several, *_cost(row, names)]


def _around(keys: Sequence[int], names: Names, terms: Terms) -> tuple[ByTicket, ...]:
    """What the tickets of a chunk have several of. Five queries, and once those of calendars."""
    held = held_of(keys, names.agents, terms)
    return turns_of(keys), held, cycles_of(keys), promises_of(keys)


def _chunk(*, after: int, start: date | None, end: date | None, terms: Terms) -> list[Row]:
    facts = TicketFacts.objects.filter(pk__gt=after).order_by("pk")
    if start is not None:
        facts = facts.filter(received_on__gte=start)
    if end is not None:
        facts = facts.filter(received_on__lte=end)
    facts = facts.annotate(flr=_state("flr", terms), fcr=_state("fcr", terms))
    more = ("highest_level", "resolving_level", "is_confirmed_by_customer", "is_closed_by_time")
    keys = [f"{name}_key" for name in PEOPLE]
    fields = dict.fromkeys([*STORED.values(), *more, *keys, "cost", "flr", "fcr"])
    return list(facts.values("ticket_id", "ticket__external_id", *fields)[:CHUNK])


def _state(figure: str, terms: Terms) -> Case:
    """Where a ticket stands in a rate, by the figure's own declaration."""
    measure = get_figure(figure).measures[""]
    assert isinstance(measure, RateOf)  # noqa: S101  # both figures are rates
    parts = {
        "yes": measure.numerator(terms),
        "undecided": measure.undecided(terms),
        "unmeasured": measure.unmeasured(terms),
        "no": measure.denominator(terms),
    }
    whens = [When(condition, then=Value(word)) for word, condition in parts.items()]
    return Case(*whens, default=Value(""), output_field=CharField())


def _texts(row: Row, names: Names) -> list[str]:
    unknown = () if row["has_contact_record"] else UNKNOWN_WITHOUT_RECORD
    stored = ["" if path in unknown else cell(row[path]) for path in STORED.values()]
    people = [
        names.teams.get(row[f"{name}_key"]) if name.endswith("team") else
        names.agents.get(row[f"{name}_key"])
        for name in PEOPLE
    ]  # fmt: skip
    first = cell(row["ticket__external_id"] or row["ticket_id"])
    return [first, *stored, *map(cell, _derived(row)), *map(cell, people)]


def _derived(row: Row) -> Iterator[object]:
    """In the order of DERIVED. The highest level is told once the ticket is resolved."""
    yes_or_no = {"yes": True, "no": False}
    is_done = row["last_resolved_at"] is not None
    yield row["highest_level"] if is_done else None
    yield row["resolving_level"] or None
    yield yes_or_no.get(row["flr"])
    yield yes_or_no.get(row["fcr"])
    yield row["fcr"]
    if row["is_confirmed_by_customer"]:
        yield "customer"
    else:
        yield "time" if row["is_closed_by_time"] else None


def _cost(row: Row, names: Names) -> list[str]:
    has_cost = row["cost"] is not None
    return [cell(row["cost"]), cell(names.currency if has_cost else None)]
