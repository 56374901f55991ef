"""The outbox and the nudge: stored with the act, told once, gone with a rollback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.errors import DeskError
from tickets.models import Notice, NoticeKind, Ticket
from tickets.services import nudge as nudging
from tickets.services.escalating import escalate
from tickets.services.picking import pick_up
from tickets.services.talking import reply, reply_as_customer


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What a listener heard."""
    calls: list[str] = []

    def listen() -> None:
        calls.append("nudged")

    nudging.register(listen)
    nudging.register(listen)
    yield calls
    nudging.unregister(listen)


def test_listeners_are_nudged_after_the_commit(
    cast: Cast,
    now: datetime,
    heard: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        new_ticket(cast, at=now)
        assert heard == []
    assert heard == ["nudged"], "registered twice, told once"


def test_a_refusal_nudges_nobody(
    cast: Cast,
    now: datetime,
    heard: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(DeskError):
        pick_up(ticket, actor=cast.agent)
    assert heard == []


def test_a_broken_listener_stops_nobody(
    cast: Cast,
    now: datetime,
    heard: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def broken() -> None:
        raise ConnectionError("the broker is down")

    nudging.register(broken)
    try:
        nudging.register(lambda: heard.append("last"))
        with django_capture_on_commit_callbacks(execute=True):
            new_ticket(cast, at=now)
        assert heard == ["nudged", "last"]
        assert Ticket.objects.exists()
    finally:
        del nudging._listeners[-2:]


def test_a_rollback_takes_the_notice_with_it(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    before = Notice.objects.count()
    with transaction.atomic():
        pick_up(ticket, actor=cast.agent, at=now)
        transaction.set_rollback(True)
    assert Notice.objects.count() == before


def test_one_act_tells_one_person_one_thing_once(cast: Cast, now: datetime) -> None:
    new_ticket(cast, at=now)
    notice = Notice.objects.get()
    notice.pk, notice.key = None, "00000000-0000-4000-8000-000000000000"
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)


def test_people_who_left_are_told_nothing(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    type(cast.customer).objects.filter(pk=cast.customer.pk).update(is_active=False)
    cast.l2_agent.is_taking_work = False
    cast.l2_agent.save()
    before = Notice.objects.count()
    reply(ticket, body="Done.", actor=cast.agent, at=now.replace(hour=12))
    escalate(
        ticket,
        to_level=2,
        reason="time",
        tried="a",
        known="b",
        actor=cast.agent,
        at=now.replace(hour=13),
    )
    assert Notice.objects.count() == before


def test_a_notice_is_due_at_once(cast: Cast, now: datetime) -> None:
    new_ticket(cast, at=now)
    notice = Notice.objects.get()
    assert notice.kind == NoticeKind.RECEIVED
    assert notice.send_after == notice.created_at > now, "when we learned of it, not when it was"


def test_the_team_hears_the_customer_where_the_assignee_has_left(cast: Cast, now: datetime) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    assert ticket.assignee is not None
    ticket.assignee.is_active = False
    ticket.assignee.save()
    Notice.objects.all().delete()
    reply_as_customer(ticket, body="Anybody there?", actor=cast.customer)
    told = {notice.recipient for notice in Notice.objects.all()}
    assert told
    assert told == set(cast.l1.members.filter(is_active=True))


def test_nobody_is_mailed_of_what_nobody_holds(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    Notice.objects.all().delete()
    reply_as_customer(ticket, body="One more thing.", actor=cast.customer)
    assert not Notice.objects.exists()
