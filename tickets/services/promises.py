"""Keeps what is stored of a ticket's promises in step with its ledger: how each target stands, and
what falls due next. Every command ends with it (see base.finish); which policy holds is chosen in
choosing.py, and what came due is noted by the watch, in alarms.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tickets.choices import TargetState, Visibility
from tickets.models import (
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    LedgerRow,
    Message,
    PolicyChoice,
    SlaTarget,
    TargetAlarm,
    Ticket,
    Transition,
)
from tickets.selectors.rulebook import rule_book
from tickets.selectors.stories import load_stories, load_story
from tickets.services.calendars import Calendars
from tickets.sla.promises import Promise, derive
from tickets.sla.story import Story
from tickets.sla.terms import RuleBook

# What a story is told from, see tickets/selectors/stories.py.
TOLD = (
    Transition,
    Escalation,
    Message,
    Contact,
    ContactLeg,
    Correction,
    PolicyChoice,
    TargetAlarm,
)
UNDER_WAY = (TargetState.RUNNING, TargetState.PAUSED, TargetState.BREACHED)
KEY = ("ticket", "kind", "level", "cycle")
COLUMNS = (
    "began_seq",
    "state",
    "started_at",
    "ended_at",
    "due_at",
    "breached_at",
    "alarm_at",
    "target_seconds",
    "is_business",
    "spent_seconds",
    "counted_to",
    "left_seconds",
)


def concern_promises(rows: Iterable[LedgerRow]) -> bool:
    """Answer whether rows can change how any promise stands. Notes, assignments, links and most
    properties cannot, so that commands about these cost nothing more on a desk that promises."""
    return any(
        isinstance(row, TOLD) and getattr(row, "visibility", "") != Visibility.PRIVATE
        for row in rows
    )


def settle_promises(ticket: Ticket, book: RuleBook) -> tuple[Promise, ...]:
    """Store how the promises of a locked ticket stand by its stored ledger, and return them.
    Calling twice changes nothing the second time."""
    promises = ticket_promises(ticket, book)
    if promises is None:
        return ()
    _store_targets(ticket, promises)
    _store_next(ticket, promises)
    return promises


def ticket_promises(ticket: Ticket, book: RuleBook) -> tuple[Promise, ...] | None:
    """The promises of a locked ticket, judged from its stored ledger alone; None where no policy
    was ever chosen for it. `book` was read since it was locked."""
    if not ticket.sla_revision or not _was_promised(ticket):
        return None
    return _derive(load_story(ticket), book, Calendars())


def _was_promised(ticket: Ticket) -> bool:
    is_promised = ticket.sla_version_id is not None
    return is_promised or PolicyChoice.objects.filter(ticket=ticket).exists()


def load_promises(ticket_keys: Sequence[int]) -> dict[int, tuple[Promise, ...]]:
    """Return ticket → its promises, judged from the ledger alone; a ticket without any is left out.
    A fixed number of queries, and one where the desk has no policy."""
    if not rule_book().versions:
        return {}
    stories = load_stories(ticket_keys)
    # Read after the stories: a version that is published meanwhile may be in one.
    book, calendars = rule_book(), Calendars()
    found = {key: _derive(story, book, calendars) for key, story in stories.items()}
    return {key: promises for key, promises in found.items() if promises}


def _derive(story: Story, book: RuleBook, calendars: Calendars) -> tuple[Promise, ...]:
    return derive(story, versions=book.versions.__getitem__, calendar_of=calendars.__getitem__)


# What is stored ---------------------------------------------------------------------------------


def _store_targets(ticket: Ticket, promises: Sequence[Promise]) -> None:
    """Bring the stored targets in line; rows that are the same stay untouched."""
    stored = {(row.kind, row.level, row.cycle): row for row in ticket.sla_targets.all()}
    wanted = {promise.key: target_row(ticket, promise) for promise in promises}
    gone = [row.pk for key, row in stored.items() if key not in wanted]
    if gone:
        SlaTarget.objects.filter(pk__in=gone).delete()
    others = [
        row
        for key, row in wanted.items()
        if key not in stored or _content(stored[key]) != _content(row)
    ]
    SlaTarget.objects.bulk_create(
        others, update_conflicts=True, unique_fields=KEY, update_fields=("version", *COLUMNS)
    )


def target_row(ticket: Ticket, promise: Promise) -> SlaTarget:
    """A promise as it is stored."""
    return SlaTarget(
        ticket=ticket,
        kind=promise.kind,
        level=promise.level,
        cycle=promise.cycle,
        version_id=promise.version_key,
        **{name: getattr(promise, name) for name in COLUMNS},
    )


def _content(row: SlaTarget) -> tuple[object, ...]:
    """What a stored target says, to compare."""
    return (row.version_id, *(getattr(row, name) for name in COLUMNS))


def _store_next(ticket: Ticket, promises: Sequence[Promise]) -> None:
    due_at, target = next_due(promises)
    if (ticket.next_due_at, ticket.next_target) != (due_at, target):
        ticket.next_due_at, ticket.next_target = due_at, target
        ticket.save(update_fields=["next_due_at", "next_target"])


def next_due(promises: Iterable[Promise]) -> tuple[datetime | None, str]:
    """The earliest due time of what still runs, and of which kind; what is overdue comes first."""
    due = [
        (promise.due_at, promise.kind)
        for promise in promises
        if promise.ended_at is None and promise.state in UNDER_WAY and promise.due_at is not None
    ]
    return min(due, default=(None, ""))
