"""The outbox: each notice goes out once, whatever fails on the way."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.message import Message as Mail
from unittest.mock import Mock

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import SurveyKind
from tickets.models import Notice, NoticeKind, Survey
from tickets.notifications import outbox
from tickets.services.escalating import escalate
from tickets.services.picking import pick_up
from tickets.services.states import resolve
from tickets.services.talking import add_note, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(cast: Cast) -> Notice:
    """The receipt of a ticket, not yet sent."""
    new_ticket(cast)
    return Notice.objects.get()


def test_a_notice_is_sent_once(notice: Notice, cast: Cast) -> None:
    assert outbox.deliver_due().sent == 1
    assert outbox.deliver_due().sent == 0
    (sent,) = mail.outbox
    assert sent.to == [cast.customer.email]
    notice.refresh_from_db()
    assert notice.sent_at
    assert notice.attempts == 1


def test_the_message_id_comes_from_the_notice(notice: Notice) -> None:
    outbox.deliver_due()
    message: Mail = mail.outbox[0].message()
    assert message["Message-ID"] == f"<{notice.key}@127.0.0.1>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert f"ticket-{notice.ticket_id}@" in message["References"]


def test_one_that_somebody_is_sending_is_left_to_them(notice: Notice) -> None:
    Notice.objects.update(claimed_at=timezone.now())
    assert outbox.deliver_due().sent == 0


def test_one_whose_sender_died_is_sent_when_the_claim_runs_out(
    notice: Notice, settings: Settings
) -> None:
    begun = timezone.now()
    Notice.objects.update(claimed_at=begun)
    lease = timedelta(seconds=settings.NOTICE_LEASE_SECONDS)
    with time_machine.travel(begun + lease, tick=False):
        assert outbox.deliver_due().sent == 0
    with time_machine.travel(begun + lease + timedelta(seconds=1), tick=False):
        assert outbox.deliver_due().sent == 1


def test_a_failure_waits_longer_each_time_and_then_gives_up(
    notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = smtplib.SMTPRecipientsRefused({"x": (450, b"box is full")})
    monkeypatch.setattr(EmailBackend, "send_messages", Mock(side_effect=refused))
    moment = timezone.now()
    for pause in outbox.PAUSES:
        with time_machine.travel(moment, tick=False):
            assert outbox.deliver_due().failed == 1
            notice.refresh_from_db()
            assert notice.send_after == timezone.now() + pause
        moment += pause
    with time_machine.travel(moment, tick=False):
        outbox.deliver_due()
    notice.refresh_from_db()
    assert notice.is_given_up
    assert "450 box is full" in notice.last_error
    assert outbox.retry(Notice.objects.all()) == 1


def test_one_mail_that_fails_holds_up_no_other(
    notice: Notice, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer)
    attempt = Mock(side_effect=[ValueError("broken"), 1])
    monkeypatch.setattr(EmailBackend, "send_messages", attempt)
    delivery = outbox.deliver_due()
    assert (delivery.failed, delivery.sent) == (1, 1)


def test_a_server_that_is_away_costs_no_try(
    notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmailBackend, "open", Mock(side_effect=ConnectionRefusedError("no")))
    assert outbox.deliver_due().is_server_away
    notice.refresh_from_db()
    assert notice.attempts == 0
    assert notice.claimed_at is None


def test_who_was_switched_off_is_told_nothing(notice: Notice, cast: Cast) -> None:
    cast.customer.is_active = False
    cast.customer.save()
    assert outbox.deliver_due().dropped == 1
    assert mail.outbox == []
    notice.refresh_from_db()
    assert notice.is_needless


def test_who_may_not_see_the_ticket_any_more_is_told_nothing(cast: Cast) -> None:
    ticket = new_ticket(cast)
    Notice.objects.all().delete()
    pick_up(ticket, actor=cast.agent)
    Notice.objects.update(recipient=cast.other_customer)
    assert outbox.deliver_due().dropped == 1
    assert mail.outbox == []


def test_an_answer_carries_its_words_and_may_be_answered(cast: Cast) -> None:
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    reply(ticket, body="Turn it off & on.", actor=cast.agent)
    Notice.objects.exclude(kind=NoticeKind.REPLIED).delete()
    outbox.deliver_due()
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    html = str(sent.alternatives[0][0])
    assert "Turn it off & on." in sent.body
    assert "Turn it off &amp; on." in html
    assert "Auto-Submitted" not in sent.message()


@pytest.mark.parametrize(("words", "is_marked"), [("We changed the cable.", False), ("", True)])
def test_a_solution_in_somebodys_own_words_is_no_machines_mail(
    cast: Cast, words: str, is_marked: bool
) -> None:
    ticket = new_ticket(cast)
    resolve(ticket, resolution_code="solved", reply=words, actor=cast.agent)
    Notice.objects.exclude(kind=NoticeKind.RESOLVED).delete()
    outbox.deliver_due()
    (sent,) = mail.outbox
    assert ("Auto-Submitted" in sent.message()) is is_marked
    assert ("X-Auto-Response-Suppress" in sent.message()) is is_marked


def test_what_the_desk_answers_by_itself_is_marked_as_a_machines(cast: Cast) -> None:
    ticket = new_ticket(cast)
    reply(ticket, body="We are on it.", actor=None)
    Notice.objects.exclude(kind=NoticeKind.REPLIED).delete()
    outbox.deliver_due()
    assert mail.outbox[0].message()["Auto-Submitted"] == "auto-generated"


def test_no_private_word_reaches_a_customer(cast: Cast) -> None:
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    note = add_note(ticket, body="The customer is difficult.", actor=cast.agent)
    Notice.objects.update(message=note)
    outbox.deliver_due()
    assert mail.outbox
    assert all("difficult" not in str(sent.message()) for sent in mail.outbox)


def test_a_team_gets_the_hand_off_note(cast: Cast) -> None:
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    escalate(
        ticket,
        actor=cast.agent,
        to_level=2,
        reason="knowledge",
        tried="Reset the password.",
        known="Only this account.",
    )
    Notice.objects.exclude(kind=NoticeKind.ESCALATED).delete()
    outbox.deliver_due()
    assert {sent.to[0] for sent in mail.outbox} == {cast.l2_agent.email}
    assert "Reset the password." in mail.outbox[0].body
    assert f"/tickets/{ticket.pk}/" in mail.outbox[0].body


# A digest goes to those who watch: see sending/test_digests.py.
@pytest.mark.parametrize("kind", sorted(set(NoticeKind.values) - {"digest"}))
def test_every_kind_has_its_templates(kind: str, notice: Notice, cast: Cast) -> None:
    Notice.objects.update(kind=kind, survey=_survey(notice))
    if kind == NoticeKind.SURVEY_REMINDER:  # of a ticket that is done still
        resolve(notice.ticket, resolution_code="solved", actor=cast.agent)
        Notice.objects.exclude(pk=notice.pk).delete()
    assert outbox.deliver_due().sent == 1
    (sent,) = mail.outbox
    assert f"#{notice.ticket_id}" in sent.subject
    # Who has not confirmed that a request is theirs is not addressed by a name that others gave.
    assert (cast.customer.name in sent.body) is (kind != NoticeKind.CONFIRM)


def _survey(notice: Notice) -> Survey:
    now = timezone.now()
    return Survey.objects.create(
        kind=SurveyKind.CSAT,
        ticket=notice.ticket,
        customer=notice.recipient,
        created_at=now,
        send_after=now,
        sent_at=now,
        locks_at=now + timedelta(days=14),
    )
