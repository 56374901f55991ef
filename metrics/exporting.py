"""Every fact of every ticket as rows of text: one row per ticket, units in the names.

Streams: a thousand tickets at a time, a fixed number of queries for each thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Case, CharField, Count, Q, Sum, Value, When

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from metrics.cells import cell
from metrics.models import ResponseTurn, Stay, TicketFacts
from metrics.registry import RateOf, get_figure
from metrics.terms import Terms
from tickets.choices import DONE_STATUSES, Status
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
    "cancelled_on": "cancelled_on",
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
UNKNOWN_WITHOUT_RECORD = ("contacts", "has_live_hand_over")
STORED: Mapping[str, str] = {
    **ABOUT,
    **RECEIPT,
    **RESOLUTION,
    **LEVELS,
    **CONTACTS,
    **AFTERWARDS,
}
PEOPLE = ("entry_team", "pickup_team", "pickup_agent", "resolving_team", "resolving_agent")
DERIVED = ("highest_level", "resolving_level", "flr", "fcr", "fcr_state", "confirmed")
TURNS = ("responses", "response_seconds_mean", "response_business_seconds_mean", "unanswered_turns")
COST = ("cost", "cost_currency")

# Time that has ended, by level and in the statuses that RESOLUTION does not tell.
HELD_STATUSES = (Status.NEW, Status.IN_PROGRESS)
HELD = tuple(
    f"{name}_{unit}"
    for name in (
        *(str(level.label).lower() for level in SupportLevel),
        *(status.value for status in HELD_STATUSES),
    )
    for unit in ("seconds", "business_seconds")
)
HEADINGS = ("ticket", *STORED, *DERIVED, *PEOPLE, *TURNS, *HELD, *COST)

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
    None: no limit), by number. Empty means none. `as_of` decides which FCR is still undecided."""
    yield HEADINGS
    names, terms = Names.load(), Terms(as_of=as_of)
    last = 0
    while rows := _chunk(after=last, start=start, end=end, terms=terms):
        last = rows[-1]["ticket_id"]
        keys = [row["ticket_id"] for row in rows]
        turns, held = _turns(keys), _held(keys)
        for row in rows:
            key = row["ticket_id"]
            yield (
                _texts(row, names)
                + _cells(turns.get(key, {}), TURNS)
                + _cells(held.get(key, {}), HELD)
                + _cost(row, names)
            )


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


def _turns(keys: Sequence[int]) -> dict[int, Row]:
    """The average response time of each ticket; an average over nothing is none."""
    rows = ResponseTurn.objects.filter(ticket_id__in=keys).order_by().values("ticket_id")
    rows = rows.annotate(
        responses=Count("answered_at"),
        response_seconds_mean=Avg("response_seconds"),
        response_business_seconds_mean=Avg("response_business_seconds"),
        unanswered_turns=Count("pk", filter=Q(answered_at__isnull=True)),
    )
    return {row["ticket_id"]: row for row in rows}


def _held(keys: Sequence[int]) -> dict[int, dict[str, float]]:
    """Time at each level while not done, and in New and In progress, as far as it has ended."""
    stays = Stay.objects.filter(ticket_id__in=keys, ended_at__isnull=False).order_by()
    rows = stays.values_list("ticket_id", "level", "status").annotate(
        Sum("seconds"), Sum("business_seconds")
    )
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for key, level, status, seconds, business in rows:
        names = [status] if status in HELD_STATUSES else []
        if status not in DONE_STATUSES:
            names.append(str(SupportLevel(level).label).lower())
        for name in names:
            found[key][f"{name}_seconds"] += seconds
            found[key][f"{name}_business_seconds"] += business
    return found


def _cells(row: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [cell(row.get(name)) for name in names]


def _cost(row: Row, names: Names) -> list[str]:
    has_cost = row["cost"] is not None
    return [cell(row["cost"]), cell(names.currency if has_cost else None)]
