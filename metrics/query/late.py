"""What was learned about a day only after its backlog was taken, and how such tickets looked then.

A taken backlog is never rewritten, so whoever opens it sees the tickets that were counted: those
that stays tell, but for tickets of which something was learned later, or that are sorted otherwise
now (see metrics/query/former.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet

from metrics.facts.replay import replay
from metrics.loading import load_histories
from metrics.models import DayState, Stay, TicketFacts
from metrics.predicates import Row
from metrics.query.former import sorted_at, sorted_since
from metrics.zone import end_of
from tickets.choices import OPEN_STATUSES
from tickets.models import Assignment, Correction, Escalation, Transition

AT_ONCE: Final = timedelta(minutes=1)
"""What is recorded within this time of when it happened is no news: a backlog is taken later."""


FACTS: Final = "ticket__facts__"
"""The path from a stay to the facts of its ticket."""


@dataclass(frozen=True, slots=True)
class Late:
    """Tickets that stays and facts tell otherwise than they were told when a day was taken, and
    those that were open at its end as known then: rows with the fields of a stay and, by path, of
    the ticket's facts."""

    tickets: frozenset[int] = frozenset()
    held: tuple[Row, ...] = ()


def late_of(day: date, segments: Collection[str]) -> Late:
    """What was learned after a day was taken, and how tickets were sorted then by some `segments`.
    Nothing where it was not taken (yet)."""
    state = DayState.objects.filter(day=day, backlog_taken_at__isnull=False).first()
    if state is None or state.backlog_taken_at is None:
        return Late()
    known_at, end = state.backlog_taken_at, end_of(day)
    late = frozenset(key for key, _, _ in learned_since(known_at, before=end))
    was_open = Stay.objects.filter(open_at(end), status__in=sorted(OPEN_STATUSES))
    about = Q(ticket_id__in=late) | Q(ticket_id__in=was_open.values("ticket_id"))
    changes = sorted_since(known_at, about, segments=segments)
    resorted = changes.keys() - late
    held = [
        *(_held_at(end, late, known_at) if late else ()),
        *(_as_stayed(was_open.filter(ticket_id__in=resorted)) if resorted else ()),
    ]
    then = (_as_sorted(row, sorted_at(known_at, changes.get(row["ticket_id"], ()))) for row in held)
    return Late(late | resorted, tuple(then))


def open_at(moment: datetime) -> Q:
    """Stays that held a ticket just before an instant: a change at midnight is the next day's."""
    return Q(started_at__lt=moment) & (Q(ended_at__gte=moment) | Q(ended_at__isnull=True))


def learned_since(
    moment: datetime, *, before: datetime | None = None, keys: Collection[int] | None = None
) -> Iterator[tuple[int, datetime, datetime]]:
    """What was recorded after a moment, and not at once: (ticket, when it happened, when it was
    recorded). Four queries; PostgreSQL has indexes of such rows of the large tables.

    Of a correction, when what it takes back happened. `before` leaves out what happened since,
    `keys` other tickets.
    """
    about = {} if keys is None else {"ticket_id__in": keys}
    for model in (Transition, Escalation, Assignment):
        rows = model._default_manager.filter(recorded_at__gt=moment, **about)
        yield from _late(rows, "occurred_at", before)
    voided = Correction.objects.filter(recorded_at__gt=moment, transition__isnull=False, **about)
    yield from _late(voided, "transition__occurred_at", before)


def _late(
    rows: QuerySet[Any], happened_at: str, before: datetime | None
) -> Iterator[tuple[int, datetime, datetime]]:
    """Those that were recorded later than at once, and happened before a moment, if any."""
    after = ExpressionWrapper(F("recorded_at") - F(happened_at), DurationField())
    rows = rows.filter(**{f"{happened_at}__lt": before}) if before else rows
    late = rows.alias(recorded_after=after).filter(recorded_after__gte=AT_ONCE)
    yield from late.order_by().values_list("ticket_id", happened_at, "recorded_at")


def _held_at(end: datetime, keys: Collection[int], known_at: datetime) -> Iterator[Row]:
    """How tickets stood just before an instant, by what was known at another."""
    facts = {row["pk"]: row for row in TicketFacts.objects.filter(pk__in=keys).values("pk", *_ALL)}
    for history in load_histories(sorted(keys), known_at=known_at):
        if not history.statuses or history.received_at >= end:
            continue
        held = next(one for one in reversed(replay(history).held) if one.started_at < end)
        of_ticket = facts.get(history.ticket_key, {})
        yield {
            **{f"{FACTS}{name}": value for name, value in of_ticket.items()},
            "ticket_id": history.ticket_key,
            **{name: getattr(held, name) for name in _OF_STAY},
        }


def _as_stayed(stays: QuerySet[Stay]) -> Iterator[Row]:
    """The same of stays that are as they were known then. One query."""
    paths = [f"{FACTS}{name}" for name in _ALL]
    yield from stays.values("ticket_id", *_OF_STAY, *paths).iterator()


def _as_sorted(row: Row, former: Mapping[str, Any]) -> Row:
    return {**row, **{f"{FACTS}{column}": value for column, value in former.items()}}


_ALL: Final = tuple(field.attname for field in TicketFacts._meta.concrete_fields)
_OF_STAY: Final = ("started_at", "ended_at", "status", "level", "team_key", "agent_key")
