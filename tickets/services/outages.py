"""Major incidents: declaring that a ticket is an outage of services, ending it, correcting what was
said of it, and telling customers. A correction is a new row; figures follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from tickets.choices import OutageEventKind, OutageImpact, Source
from tickets.errors import InvalidInput
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Outage, OutageEvent, Service, Ticket
from tickets.outages import OutageSpan, fold
from tickets.services.base import begin, finish, past_or_now, require_choice, require_text
from tickets.services.talking import note as write_note


@transaction.atomic
def declare_outage(
    ticket: Ticket,
    *,
    services: Sequence[Service],
    actor: User | None,
    impact: str = OutageImpact.DOWN,
    began_at: datetime | None = None,
    words: str = "",
    source: str = Source.WEB,
    at: datetime | None = None,
) -> tuple[OutageEvent, ...]:
    """Say that the ticket is the major incident of services that are down or degraded since
    `began_at` (default: now), which may lie before the ticket. A service of which the ticket says
    so already is left alone; one of which it says otherwise is so from then on: the one outage
    ends, the other begins. None new: no row.

    `words` are what every customer of the services may read. Raises InvalidInput.
    """
    action = begin(ticket, Verb.DECLARE_OUTAGE, actor=actor, source=source, at=at)
    require_choice(impact, OutageImpact, field="impact")
    _check_declaration(ticket, services)
    began = past_or_now(began_at, now=action.at)
    running = {each.service_id: each for each in _running(ticket)}
    rows = []
    for service in services:
        known = running.get(service.pk)
        if known is not None and known.impact == impact:
            continue
        if known is not None:
            action.tell_outage(
                OutageEventKind.ENDED, at=max(began, known.began_at), opened=known.opened
            )
        rows.append(
            action.tell_outage(
                OutageEventKind.BEGAN,
                at=max(began, known.began_at) if known else began,
                service=service,
                impact=impact,
                words=words.strip(),
            )
        )
    finish_told(action)
    return tuple(rows)


def _check_declaration(ticket: Ticket, services: Sequence[Service]) -> None:
    if not services:
        words = "Choose the service that has the outage."
        raise InvalidInput(words, fields={"services": words})
    if ticket.parent_id is not None:
        words = f"This ticket is part of the major incident #{ticket.parent_id}: declare it there."
        raise InvalidInput(words, fields={"services": words})


@transaction.atomic
def end_outage(
    ticket: Ticket,
    *,
    actor: User | None,
    outage: Outage | None = None,
    ended_at: datetime | None = None,
    words: str = "",
    source: str = Source.WEB,
    at: datetime | None = None,
) -> tuple[OutageEvent, ...]:
    """Say when service was restored (default: now), of one outage or of all that run. Said again
    of one that has ended, it corrects the moment. No row where nothing is news.

    Raises InvalidInput for a moment before the outage began, or to come.
    """
    action = begin(ticket, Verb.END_OUTAGE, actor=actor, source=source, at=at)
    listed = list(_running(ticket)) if outage is None else [_own(ticket, outage)]
    rows = _end(action, listed, ended_at, field="ended_at", words=words.strip())
    finish_told(action)
    return rows


def _end(
    action: Action, outages: Sequence[Outage], at: datetime | None, *, field: str, words: str = ""
) -> tuple[OutageEvent, ...]:
    """Write when outages ended (None: now), where it is news. Raises InvalidInput about `field`."""
    ended = past_or_now(at, now=action.at)
    if any(ended < each.began_at for each in outages):
        told = "This lies before the outage began: enter a later moment."
        raise InvalidInput(told, fields={field: told})
    return tuple(
        action.tell_outage(OutageEventKind.ENDED, at=ended, opened=each.opened, words=words)
        for each in outages
        if each.ended_at != ended and not each.is_void
    )


@transaction.atomic
def correct_outage(
    ticket: Ticket,
    *,
    outage: Outage,
    kind: str,
    note: str,
    actor: User | None,
    began_at: datetime | None = None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> OutageEvent | None:
    """Correct what was said of an outage: that it began at another moment (`began_at`), that it is
    not over after all, or that it was none. `note` says why. None where it is so already.

    A wrong end is corrected by `end_outage`. Raises InvalidInput.
    """
    action = begin(ticket, Verb.CORRECT_OUTAGE, actor=actor, source=source, at=at)
    outage = _own(ticket, outage)
    why = require_text(note, field="note", message="Say why it is corrected.")
    moment = _corrected(outage, kind, began_at=began_at, now=action.at)
    if moment is None:
        return None
    row = action.tell_outage(kind, at=moment, opened=outage.opened, note=why)
    write_note(action, f"Outage of {outage.service}: {row.get_kind_display().lower()}. {why}")
    finish_told(action)
    return row


def _corrected(
    outage: Outage, kind: str, *, began_at: datetime | None, now: datetime
) -> datetime | None:
    """The moment that a correction tells of; None where it changes nothing."""
    match kind:
        case OutageEventKind.BEGIN_CORRECTED if began_at is not None:
            moment = past_or_now(began_at, now=now)
            if outage.ended_at is not None and moment > outage.ended_at:
                told = "This lies after the service was restored: enter an earlier moment."
                raise InvalidInput(told, fields={"began_at": told})
            return None if moment == outage.began_at or outage.is_void else moment
        case OutageEventKind.RESUMED:
            return None if outage.is_void or outage.ended_at is None else now
        case OutageEventKind.VOIDED:
            return None if outage.is_void else now
        case OutageEventKind.BEGIN_CORRECTED:
            told = "Enter when it began."
            raise InvalidInput(told, fields={"began_at": told})
        case _:
            told = "Choose what is corrected: begin_corrected, resumed or voided."
            raise InvalidInput(told, fields={"kind": told})


@transaction.atomic
def announce_outage(
    ticket: Ticket,
    *,
    words: str,
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> tuple[OutageEvent, ...]:
    """Tell every customer of the services that are out how it stands. Raises InvalidInput."""
    action = begin(ticket, Verb.ANNOUNCE_OUTAGE, actor=actor, source=source, at=at)
    text = require_text(words, field="words", message="Write what customers may read.")
    rows = tell_customers(action, text)
    if not rows:
        told = "No service is out: there is nothing to announce."
        raise InvalidInput(told, fields={"words": told})
    finish_told(action)
    return rows


def tell_customers(action: Action, words: str) -> tuple[OutageEvent, ...]:
    """Write the words to every outage of the ticket that runs; none runs: no row."""
    return tuple(
        action.tell_outage(OutageEventKind.TOLD, at=action.at, opened=each.opened, words=words)
        for each in _running(action.ticket)
    )


# A major incident that is done with --------------------------------------------------------------


def end_running(action: Action, *, restored_at: datetime | None) -> None:
    """Let the action that resolves or closes a ticket end its outages that run; finish the action
    with `finish_told`. Raises InvalidInput where any runs and nobody says when service was
    restored: customers would read of it, and availability lose time, for good."""
    running = list(_running(action.ticket))
    if running and restored_at is None:
        told = f"{_names(running)} is still said to be out: say when it was restored."
        raise InvalidInput(told, fields={"restored_at": told})
    _end(action, running, restored_at, field="restored_at")


def settle_running(
    action: Action, fate: str, *, restored_at: datetime | None = None, note: str = ""
) -> None:
    """Let the action that cancels a ticket say of its outages that run that they have "ended" (at
    `restored_at`, default: now) or were none ("voided", as `note` says); finish the action with
    `finish_told`. Raises InvalidInput where any runs and neither is said."""
    running = list(_running(action.ticket))
    if running and fate not in (OutageEventKind.ENDED, OutageEventKind.VOIDED):
        told = f"{_names(running)} is still said to be out: say whether it ended or was no outage."
        raise InvalidInput(told, fields={"outages": told})
    if fate == OutageEventKind.ENDED:
        _end(action, running, restored_at, field="restored_at")
        return
    for each in running:
        action.tell_outage(OutageEventKind.VOIDED, at=action.at, opened=each.opened, note=note)


def check_none_runs(ticket: Ticket, *, other: Ticket) -> None:
    """Raise InvalidInput where a ticket that is to go into another tells of an outage that runs."""
    running = list(_running(ticket))
    if running:
        told = (
            f"{_names(running)} is still said to be out here: say first when it was restored, or "
            f"merge #{other.pk} into this one."
        )
        raise InvalidInput(told, fields={"into": told})


def _names(outages: Sequence[Outage]) -> str:
    return ", ".join(str(each.service) for each in outages)


def _running(ticket: Ticket) -> QuerySet[Outage]:
    return ticket.outages.running().select_related("opened__service", "service").order_by("pk")


def _own(ticket: Ticket, outage: Outage) -> Outage:
    """The outage as it is stored now that the ticket is locked."""
    found = ticket.outages.select_related("opened__service", "service").filter(pk=outage.pk).first()
    if found is None:
        told = "Choose an outage of this ticket."
        raise InvalidInput(told, fields={"outage": told})
    return found


def finish_told(action: Action, *, also: tuple[str, ...] = ()) -> None:
    """Finish an action that may have told of outages, and store how they stand then."""
    finish(action, also=also)
    if any(isinstance(row, OutageEvent) for row in action.rows):
        settle_outages(action.ticket)


def settle_outages(ticket: Ticket) -> None:
    """Store how the outages of a locked ticket stand by its ledger. Calling twice changes nothing
    the second time."""
    stored = {outage.opened_id: outage for outage in ticket.outages.all()}
    for span in fold(OutageEvent.objects.filter(ticket=ticket).order_by("seq")):
        row = outage_row(ticket, span)
        before = stored.get(span.key)
        if before is None:
            row.save()
        elif content(before) != content(row):
            row.pk = before.pk
            row.save(force_update=True)


COLUMNS = ("service_id", "impact", "began_at", "ended_at", "is_void", "words", "told_at")


def outage_row(ticket: Ticket, span: OutageSpan) -> Outage:
    """An outage as it is stored."""
    return Outage(
        ticket=ticket,
        opened_id=span.key,
        service_id=span.service_key,
        impact=span.impact,
        began_at=span.began_at,
        ended_at=span.ended_at,
        is_void=span.is_void,
        words=span.words,
        told_at=span.told_at,
    )


def content(row: Outage) -> tuple[object, ...]:
    """What a stored outage says, to compare."""
    return tuple(getattr(row, name) for name in COLUMNS)
