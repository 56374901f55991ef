"""The watch: everybody concerned hears of it once, and what cannot be told is no error."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.checks import Tags, run_checks

from accounts.models import Membership, Team, User
from helpdesk.checks import W_NOBODY_LEADS
from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.sla.desk import DAY, HOUR, MINUTE, promise, revise, stored
from tickets.choices import AlarmKind, EscalationKind, EscalationReason, Status
from tickets.models import Escalation, Notice, NoticeKind, SlaTarget, TargetAlarm, Ticket
from tickets.notifications.rendering import compose
from tickets.services import alarms, watching
from tickets.services.escalating import accept_escalation, escalate
from tickets.services.holding import assign
from tickets.services.ledger_check import find_differences
from tickets.services.picking import pick_up
from tickets.services.states import resolve, wait
from tickets.services.talking import add_note
from tickets.services.watching import follow_changes, watch_targets

SECOND = timedelta(seconds=1)
LOUD = {
    "warn_before_minutes": 20,
    "tell_at_warning": ["assignee"],
    "tell_at_breach": ["assignee", "lead"],
}


@pytest.fixture(autouse=True)
def _everything_agrees(db: None) -> object:
    yield
    assert list(find_differences(Ticket.objects.all())) == []


def told(*kinds: str) -> list[tuple[str, str]]:
    """Who was told what, of these kinds."""
    rows = Notice.objects.filter(kind__in=kinds or (NoticeKind.SLA_WARNING, NoticeKind.SLA_BREACH))
    return sorted((row.kind, row.recipient.name.split()[0]) for row in rows)


def test_warned_before_told_at_the_breach_each_once(cast: Cast, now: datetime) -> None:
    promise(resolution=60, target=LOUD)
    ticket_in(cast, Status.IN_PROGRESS, at=now)
    for moment in (now + 39 * MINUTE, now + 40 * MINUTE):
        assert watch_targets(moment) == 0
    for moment in (now + 40 * MINUTE + SECOND, now + 50 * MINUTE, now + HOUR):
        watch_targets(moment)
        assert told() == [("sla_warning", "Anna")]
    for moment in (now + HOUR + SECOND, now + 2 * HOUR, now + DAY):
        watch_targets(moment)
        assert told("sla_breach") == [("sla_breach", "Anna"), ("sla_breach", "Leo")]
    rows = TargetAlarm.objects.order_by("seq").values_list("kind", "occurred_at")
    assert list(rows) == [("warning", now + 40 * MINUTE), ("breach", now + HOUR)]


def test_a_command_between_the_due_time_and_the_watch_silences_nobody(
    cast: Cast, now: datetime
) -> None:
    promise(resolution=60, target=LOUD)
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    add_note(ticket, body="Hm.", actor=cast.agent, at=now + 45 * MINUTE)
    add_note(ticket, body="Hm.", actor=cast.agent, at=now + 70 * MINUTE)
    wait(ticket, for_="vendor", actor=cast.agent, at=now + 80 * MINUTE)
    assert stored(ticket, "resolution").breached_at == now + HOUR
    assert told() == []
    watch_targets(now + 2 * HOUR)
    assert told() == [("sla_breach", "Anna"), ("sla_breach", "Leo")], "no warning after the fact"


def test_what_was_done_late_before_the_watch_came_is_told_to_who_held_it_then(
    cast: Cast, now: datetime
) -> None:
    """The worker was down: L1 handed over late, and nobody at L2 is to blame."""
    promise(hand_over=(60, 1), target=LOUD | {"escalates": True})
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    up = {"reason": "knowledge", "tried": "a", "known": "b", "to_team": cast.l2}
    escalate(ticket, actor=cast.agent, at=now + 90 * MINUTE, **up)  # type: ignore[arg-type]
    accept_escalation(ticket, actor=cast.l2_agent, at=now + 100 * MINUTE)
    watch_targets(now + 3 * HOUR)
    assert told() == [("sla_breach", "Anna"), ("sla_breach", "Leo")]
    assert not Escalation.objects.filter(kind=EscalationKind.HIERARCHICAL).exists()


def test_what_came_due_at_once_is_one_mail_that_names_all(cast: Cast, now: datetime) -> None:
    promise(first_response=30, first_reply=60, resolution=60, target=LOUD)
    new_ticket(cast, at=now, team=cast.l1)
    watch_targets(now + 2 * HOUR)
    assert told() == [("sla_breach", name) for name in ("Anna", "Ben", "Leo")]
    mail = compose(Notice.objects.filter(kind=NoticeKind.SLA_BREACH)[0])
    for words in ("First response", "First reply", "Resolution"):
        assert words in str(mail.body)


def test_unaccepted_at_l2_draws_its_lead_in_once(cast: Cast, now: datetime) -> None:
    """Thirty business minutes from 16:45 end at 9:15 the next day."""
    Membership.objects.create(team=cast.l2, user=cast.lead, is_lead=True)
    Membership.objects.filter(team=cast.l1, user=cast.lead).update(is_lead=False)
    promise(
        accept=(30, 2),
        target={"is_business": True, "escalates": True, "tell_at_breach": ["lead"]},
    )
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    late = now + 6 * HOUR + 45 * MINUTE
    up = {"reason": "knowledge", "tried": "a", "known": "b", "to_team": cast.l2}
    escalate(ticket, actor=cast.agent, at=late, **up)  # type: ignore[arg-type]
    due_at = now + DAY - 45 * MINUTE
    assert watch_targets(due_at) == 0
    for _ in range(3):
        watch_targets(due_at + MINUTE)
    drawn_in = Escalation.objects.get(kind=EscalationKind.HIERARCHICAL)
    assert (drawn_in.manager, drawn_in.reason) == (cast.lead, EscalationReason.TIME)
    assert drawn_in.known == "Acceptance was due at 2026-03-03 08:15 UTC."
    assert (drawn_in.actor, drawn_in.to_level, drawn_in.is_warm) == (None, 2, False)
    assert told("drawn_in", "sla_breach") == [("drawn_in", "Leo")], "one mail, not two"
    ticket.refresh_from_db()
    assert (ticket.level, ticket.team, ticket.assignee) == (2, cast.l2, None)
    assert stored(ticket, "accept").state == "breached"


def test_what_a_newer_policy_relaxed_is_not_missed_by_the_old_one(
    cast: Cast, now: datetime
) -> None:
    """More tickets than one pass follows: the watch that comes next asks the newer one too."""
    policy = promise(resolution=60, target=LOUD)
    tickets = [ticket_in(cast, Status.IN_PROGRESS, at=now) for _ in range(2)]
    revise(policy, resolution=600, at=now + 30 * MINUTE)
    assert follow_changes(now + 2 * HOUR, limit=1) == 1
    watch_targets(now + 2 * HOUR)
    for ticket in tickets:
        row = stored(ticket, "resolution")
        assert (row.state, row.due_at) == ("running", now + 10 * HOUR)
    assert told() == []
    assert not TargetAlarm.objects.exists()


def test_where_nobody_is_responsible_managers_hear_of_it(cast: Cast, now: datetime) -> None:
    promise(resolution=60, target=LOUD | {"tell_at_warning": ["team", "lead"], "escalates": True})
    ticket = new_ticket(cast, at=now, level=4)
    assert ticket.team is None
    watch_targets(now + 50 * MINUTE)
    assert told() == [("sla_warning", "Mona")]
    watch_targets(now + 2 * HOUR)
    assert told("sla_breach", "drawn_in") == [("drawn_in", "Mona")]
    assert TargetAlarm.objects.count() == 2


def test_nobody_at_all_is_no_error_and_who_asks_for_silence_gets_it(
    cast: Cast, now: datetime
) -> None:
    promise(resolution=60, target={"warn_before_minutes": 20, "tell_at_breach": ["lead"]})
    new_ticket(cast, at=now, level=4)
    watch_targets(now + 50 * MINUTE)
    assert told() == []
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    watch_targets(now + 2 * HOUR)
    assert told() == []


def test_an_administrator_is_told_of_teams_whose_promises_nobody_hears_of(cast: Cast) -> None:
    """Not where managers hear of them, nor where the lead of another team of the level does: but
    that one does not see what is confidential."""

    def named() -> list[str]:
        found = run_checks(tags=[Tags.database], databases=["default"])
        return [each.msg for each in found if each.id == W_NOBODY_LEADS]

    assert named() == []
    User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    Team.objects.create(name="Night shift", level=2)
    Team.objects.create(name="Former", level=3, is_active=False)
    alone = [
        f"Promises that {team} misses are told to nobody above its agents."
        for team in (
            "Night shift",
            "Personnel matters",
            "Specialists",
            "Engineering",
        )
    ]
    assert named() == alone
    Membership.objects.create(team=cast.l2, user=cast.l3_agent, is_lead=True)
    assert named() == [alone[1], alone[3]]


@pytest.mark.parametrize("how", ["no team", "a team without a lead"])
def test_the_leads_of_the_level_stand_in_for_one_who_is_missing(
    cast: Cast, now: datetime, how: str
) -> None:
    Membership.objects.create(team=cast.l2, user=cast.l3_agent, is_lead=True)
    other = Team.objects.create(name="Night shift", level=2) if how != "no team" else None
    promise(resolution=60, target={"tell_at_breach": ["lead"], "escalates": True})
    new_ticket(cast, at=now, level=2, team=other)
    watch_targets(now + 2 * HOUR)
    assert Escalation.objects.get().manager == cast.l3_agent
    assert told("sla_breach", "drawn_in") == [("drawn_in", cast.l3_agent.name.split()[0])]


def test_who_may_not_see_the_ticket_does_not_stand_in(cast: Cast, now: datetime) -> None:
    """The confidential team has no lead; that of the other team at its level is no reader."""
    Membership.objects.create(team=cast.l2, user=cast.l3_agent, is_lead=True)
    promise(resolution=60, target={"tell_at_breach": ["lead"]})
    new_ticket(cast, at=now, team=cast.confidential)
    watch_targets(now + 2 * HOUR)
    assert told() == [("sla_breach", "Mona")]


def test_a_lead_who_has_left_is_neither_told_nor_drawn_in(cast: Cast, now: datetime) -> None:
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)
    promise(resolution=60, target=LOUD | {"escalates": True})
    ticket_in(cast, Status.IN_PROGRESS, at=now)
    watch_targets(now + 2 * HOUR)
    assert told("sla_breach", "drawn_in") == [("drawn_in", "Mona"), ("sla_breach", "Anna")]


def test_where_the_lead_holds_the_ticket_a_manager_is_drawn_in(cast: Cast, now: datetime) -> None:
    promise(resolution=60, target=LOUD | {"escalates": True})
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    assign(ticket, assignee=cast.lead, actor=cast.agent, at=now + 5 * MINUTE)
    watch_targets(now + 2 * HOUR)
    assert told("sla_breach", "drawn_in") == [("drawn_in", "Mona"), ("sla_breach", "Leo")]


def test_a_warning_can_draw_the_lead_in_who_then_hears_of_the_breach(
    cast: Cast, now: datetime
) -> None:
    promise(
        resolution=60,
        target={"warn_before_minutes": 20, "escalates_at_warning": True, "escalates": True},
    )
    ticket_in(cast, Status.IN_PROGRESS, at=now)
    watch_targets(now + 50 * MINUTE)
    row = Escalation.objects.get()
    assert (row.kind, row.manager) == (EscalationKind.HIERARCHICAL, cast.lead)
    assert row.known == "Resolution is due at 2026-03-02 10:00 UTC."
    assert told("sla_warning", "drawn_in") == [("drawn_in", "Leo")]
    watch_targets(now + 2 * HOUR)
    assert Escalation.objects.count() == 1, "drawn in once"
    assert told("sla_breach") == [("sla_breach", "Leo")]


def test_a_breach_without_a_warning_before_it_still_draws_the_lead_in(
    cast: Cast, now: datetime
) -> None:
    """The worker was down when the warning was due."""
    promise(
        resolution=60,
        target={"warn_before_minutes": 20, "escalates_at_warning": True, "escalates": True},
    )
    ticket_in(cast, Status.IN_PROGRESS, at=now)
    watch_targets(now + 2 * HOUR)
    assert told("sla_breach", "drawn_in") == [("drawn_in", "Leo")]


def test_the_team_hears_of_what_nobody_holds_or_whose_agent_has_left(
    cast: Cast, now: datetime
) -> None:
    promise(resolution=60, target={"tell_at_breach": ["assignee"]})
    ticket_in(cast, Status.IN_PROGRESS, at=now)
    User.objects.filter(pk=cast.agent.pk).update(is_active=False)
    watch_targets(now + 2 * HOUR)
    assert told() == [("sla_breach", "Ben"), ("sla_breach", "Leo")]


def test_done_in_time_nothing_is_noted(cast: Cast, now: datetime) -> None:
    promise(first_response=30, resolution=60, target=LOUD | {"warn_before_minutes": 0})
    ticket = new_ticket(cast, at=now)
    pick_up(ticket, actor=cast.agent, at=now + 30 * MINUTE)
    resolve(ticket, resolution_code="solved", actor=cast.agent, at=now + HOUR)
    assert watch_targets(now + DAY) == 0
    assert not TargetAlarm.objects.exists()


def test_one_ticket_that_cannot_be_settled_does_not_hold_up_the_others(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    promise(resolution=60, target=LOUD)
    broken, sound = (ticket_in(cast, Status.IN_PROGRESS, at=now) for _ in range(2))

    def stumble(ticket: Ticket, *, now: datetime) -> object:
        if ticket.pk == broken.pk:
            raise KeyError(broken.pk)
        return alarms.sound_due(ticket, now=now)

    monkeypatch.setattr(watching, "sound_due", stumble)
    assert watch_targets(now + 2 * HOUR) == 1
    assert TargetAlarm.objects.get(kind=AlarmKind.BREACH).ticket_id == sound.pk
    assert f"ticket {broken.pk} cannot be settled" in caplog.text
    assert SlaTarget.objects.get(ticket=broken).alarm_at is not None
