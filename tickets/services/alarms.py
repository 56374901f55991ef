"""Sounds alarms about promises: the row in the ledger, the notices to whom it concerns, the lead
who is drawn in. All in one transaction, so that each is told once, whoever dies when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import Team, User
from tickets.choices import (
    AlarmKind,
    Capacity,
    EscalationKind,
    EscalationReason,
    Listener,
    Source,
)
from tickets.ledger import Action
from tickets.models import (
    Assignment,
    Escalation,
    LedgerRow,
    NoticeKind,
    SlaTarget,
    TargetAlarm,
    Ticket,
)
from tickets.selectors.rulebook import rule_book
from tickets.services.leads import leads_of, next_lead
from tickets.services.notices import announce, team_members
from tickets.services.nudge import nudge_on_commit
from tickets.services.promises import settle_promises, target_row, ticket_promises
from tickets.sla.promises import Promise
from tickets.sla.terms import RuleBook, TargetTerms

# Of which kind, about which target.
Alarm = tuple[str, SlaTarget]

NOTICES = {AlarmKind.WARNING: NoticeKind.SLA_WARNING, AlarmKind.BREACH: NoticeKind.SLA_BREACH}


def by_system(ticket: Ticket, *, now: datetime) -> Action:
    """An action of the system itself."""
    return Action(ticket=ticket, actor=None, capacity=Capacity.SYSTEM, source=Source.SYSTEM, at=now)


def sound_due(ticket: Ticket, *, now: datetime) -> list[TargetAlarm]:
    """Note what came due soon, or was missed, by `now` on a locked ticket, and tell of it. Returns
    the alarms; none the second time."""
    book = rule_book()
    due = [
        (promise.alarm_by(now), target_row(ticket, promise))
        for promise in ticket_promises(ticket, book) or ()
    ]
    return _sound(ticket, [(kind, target) for kind, target in due if kind], book, now=now)


def sound_missed(ticket: Ticket, *, before: datetime, now: datetime) -> list[TargetAlarm]:
    """Note what was missed `before` a calendar was changed, as the stored targets tell it, and tell
    of it: what happened by the calendar of that day stays so."""
    missed = ticket.sla_targets.filter(alarm_at__lt=before, due_at__lt=before)
    due = [(AlarmKind.BREACH.value, target) for target in missed]
    return _sound(ticket, due, rule_book(), now=now)


def note_found(ticket: Ticket, promises: Iterable[Promise], *, now: datetime) -> None:
    """Note breaches that only a changed calendar shows, after the fact; nobody is told."""
    action = by_system(ticket, now=now)
    for promise in promises:
        _note(action, AlarmKind.BREACH, target_row(ticket, promise))
    action.store()


def _sound(
    ticket: Ticket, due: Sequence[Alarm], book: RuleBook, *, now: datetime
) -> list[TargetAlarm]:
    if not due:
        return []
    action = by_system(ticket, now=now)
    escalating = [(kind, target) for kind, target in due if _escalates(ticket, kind, target, book)]
    alarms = [_note(action, kind, target) for kind, target in due]
    lead = _draw_in_lead(action, escalating)
    action.store()
    settle_promises(ticket, book)
    _tell(action, due, book, lead=lead, of={kind for kind, _ in escalating})
    nudge_on_commit()
    return alarms


def _note(action: Action, kind: str, target: SlaTarget) -> TargetAlarm:
    is_breach = kind == AlarmKind.BREACH
    due_at = target.due_at
    assert due_at is not None  # noqa: S101  # only what has a due time gives an alarm
    assert target.alarm_at is not None  # noqa: S101  # likewise
    return action.sound_alarm(
        kind,
        at=due_at if is_breach else target.alarm_at,
        target=target.kind,
        target_level=target.level,
        cycle=target.cycle,
        began_seq=target.began_seq,
        version_id=target.version_id,
        due_at=due_at,
    )


# Who is told ------------------------------------------------------------------------------------


def _tell(
    action: Action, due: Sequence[Alarm], book: RuleBook, *, lead: User | None, of: set[str]
) -> None:
    """Promise everybody concerned one mail of each kind, whatever came due at once; who is drawn in
    by a warning or breach (`of`) reads of it in the mail that says so."""
    for kind, notice in NOTICES.items():
        people: dict[int, User] = {}
        for target in (target for wanted, target in due if wanted == kind):
            for person in _told(action.ticket, kind, target, book):
                people[person.pk] = person
        if lead is not None and kind in of:
            people.pop(lead.pk, None)
        announce(action, notice, *people.values())
    announce(action, NoticeKind.DRAWN_IN, lead)


def _told(ticket: Ticket, kind: str, target: SlaTarget, book: RuleBook) -> Iterable[User]:
    """Who is told of one alarm; who was drawn in when it was about to be missed hears how it
    went."""
    people = _people(ticket, target, _listeners(kind, target, book))
    if kind == AlarmKind.BREACH and _asks_for_lead(AlarmKind.WARNING, target, book):
        people += _drawn_in_before(ticket, target)
    return people


def _listeners(kind: str, target: SlaTarget, book: RuleBook) -> Iterable[str]:
    terms = _terms(target, book)
    if terms is None:
        return ()
    return terms.tell_at_breach if kind == AlarmKind.BREACH else terms.tell_at_warning


def _terms(target: SlaTarget, book: RuleBook) -> TargetTerms | None:
    return book.versions[target.version_id].target(target.kind, target.level)


def _people(ticket: Ticket, target: SlaTarget, listeners: Iterable[str]) -> list[User]:
    """Who listens: the assignee (the team where nobody does), the team, its leads. Where that is
    nobody, and somebody was to hear of it, who comes next above them does."""
    if not listeners:
        return []
    team, assignee = _holder(ticket, target)
    members = team_members(team)
    holder = [assignee] if assignee is not None and assignee.is_active else members
    found = [*members] if Listener.TEAM in listeners else []
    found += holder if Listener.ASSIGNEE in listeners else []
    if not found or Listener.LEAD in listeners:
        found += leads_of(ticket, team)
    return found


def _holder(ticket: Ticket, target: SlaTarget) -> tuple[Team | None, User | None]:
    """The team and the agent who are to mend it: who holds the ticket now; where the promise has
    ended since, who held it when it fell due."""
    if target.ended_at is None or target.due_at is None:
        return ticket.team, ticket.assignee
    later = [
        model._default_manager.filter(ticket=ticket, occurred_at__gt=target.due_at)
        .select_related("team", "assignee")
        .order_by("seq")
        .first()
        for model in (Escalation, Assignment)
    ]
    next_move = min((row for row in later if row is not None), key=_seq, default=None)
    holder = ticket if next_move is None else next_move
    return holder.team, holder.assignee


def _seq(row: LedgerRow) -> int:
    return row.seq


def _draw_in_lead(action: Action, escalating: Sequence[Alarm]) -> User | None:
    """An automatic hierarchical escalation to the next lead who does not hold the ticket anyway;
    level, team and assignee stay. None, and no row, where nothing asks for it or there is nobody.
    One promise draws somebody in once: at its warning or, where that did not, at its breach."""
    ticket = action.ticket
    lead = next_lead(ticket, besides=(ticket.assignee,)) if escalating else None
    if lead is None:
        return None
    action.escalate(
        EscalationKind.HIERARCHICAL,
        manager=lead,
        reason=EscalationReason.TIME,
        known="\n".join(_in_words(kind, target) for kind, target in escalating),
    )
    return lead


def _escalates(ticket: Ticket, kind: str, target: SlaTarget, book: RuleBook) -> bool:
    if target.ended_at is not None or not _asks_for_lead(kind, target, book):
        return False
    was_warned_of = kind == AlarmKind.BREACH and _asks_for_lead(AlarmKind.WARNING, target, book)
    return not (was_warned_of and _drawn_in_before(ticket, target))


def _asks_for_lead(kind: str, target: SlaTarget, book: RuleBook) -> bool:
    terms = _terms(target, book)
    if terms is None:
        return False
    return terms.escalates if kind == AlarmKind.BREACH else terms.escalates_at_warning


def _drawn_in_before(ticket: Ticket, target: SlaTarget) -> list[User]:
    """Who was drawn in by the warning of a promise."""
    warned = TargetAlarm.objects.filter(
        ticket=ticket,
        kind=AlarmKind.WARNING,
        target=target.kind,
        target_level=target.level,
        began_seq=target.began_seq,
    )
    by_warning = Escalation.objects.filter(
        ticket=ticket,
        kind=EscalationKind.HIERARCHICAL,
        action_id__in=warned.values("action_id"),
        manager__is_active=True,
    )
    return [row.manager for row in by_warning.select_related("manager") if row.manager]


def _in_words(kind: str, target: SlaTarget) -> str:
    tense = "was" if kind == AlarmKind.BREACH else "is"
    return f"{target.get_kind_display()} {tense} due at {target.due_at:%Y-%m-%d %H:%M} UTC."
