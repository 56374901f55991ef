"""A ticket's page tells its whole story, and reading it changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, resolved_above_l1, ticket_in
from tests.web.conftest import Do, SignIn
from tickets.choices import Status
from tickets.models import Notice, NoticeKind, Ticket, Transition
from tickets.selectors.history import load_history
from tickets.selectors.strip import Cell, build_strip
from tickets.selectors.timeline import Entry, build_timeline
from tickets.services import auditing, contacting, escalating, relating, states, talking

MINUTE = timedelta(minutes=1)


def page(sign_in: SignIn, user: User, ticket: Ticket, **address: str) -> str:
    url = reverse("ticket", kwargs={"number": ticket.pk})
    return str(sign_in(user).get(url, address).content.decode())


def entries(ticket: Ticket) -> list[Entry]:
    return list(build_timeline(load_history(ticket)).entries)


def cells(ticket: Ticket, *, now: datetime) -> dict[str, Cell]:
    return {cell.name: cell for cell in build_strip(load_history(ticket), now=now).cells}


# Opening is working -----------------------------------------------------------------------------


def test_reading_a_new_ticket_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    page(sign_in, cast.agent, ticket)
    ticket.refresh_from_db()
    assert (ticket.status, Transition.objects.filter(ticket=ticket).count()) == (Status.NEW, 1)


def test_the_page_of_who_may_take_it_begins_work_by_itself(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    assert "data-opening" in page(sign_in, cast.agent, ticket)
    assert "data-opening" not in page(sign_in, cast.agent, ticket, look="1")
    assert "Start work" in page(sign_in, cast.agent, ticket, look="1")
    for onlooker in (cast.manager, cast.l2_agent):
        assert "data-opening" not in page(sign_in, onlooker, ticket)
        assert "nobody is told" in page(sign_in, onlooker, ticket)


def test_beginning_work_picks_up_once_and_tells_the_customer_once(cast: Cast, do: Do) -> None:
    ticket = new_ticket(cast)
    assert "Carla Customer is told" in do(cast.agent, ticket, "pick-up").content.decode()
    late = do(cast.second_agent, ticket, "pick-up").content.decode()
    assert "it is in progress" in late
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.agent)
    assert Notice.objects.filter(ticket=ticket, kind=NoticeKind.PICKED_UP).count() == 1


# The story --------------------------------------------------------------------------------------


def test_the_timeline_tells_messages_notes_escalations_and_contacts(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    talking.reply(ticket, actor=cast.agent, body="Which version?", then=Status.WAITING_CUSTOMER)
    talking.reply_as_customer(ticket, actor=cast.customer, body="Version <b>4.8</b>.")
    talking.add_note(ticket, actor=cast.agent, body="Smells like the cache.")
    escalating.escalate(
        ticket,
        actor=cast.agent,
        to_team=cast.l2,
        reason="knowledge",
        tried="Cleared the cache",
        known="Only hall 2",
        asked="Look at the log",
    )
    story = page(sign_in, cast.l2_agent, ticket)
    for words in (
        "Contact 1",
        "Contact 2",
        "Private note",
        "Smells like the cache.",
        "Escalated cold",
        "Cleared the cache",
        "Only hall 2",
        "Look at the log",
        "In progress → Waiting on customer",
        "Version &lt;b&gt;4.8&lt;/b&gt;.",
        "2 contacts",
    ):
        assert words in story, words
    assert [entry.level for entry in entries(ticket)] == sorted(e.level for e in entries(ticket))
    assert "spine--2" in story


def test_a_call_is_one_entry_with_its_legs(cast: Cast) -> None:
    ticket = live_ticket(cast)
    escalating.escalate(
        ticket,
        actor=cast.agent,
        to_team=cast.l3,
        to_agent=cast.l3_agent,
        reason="defect",
        tried="a",
        known="b",
        is_warm=True,
    )
    contacting.end_contact(ticket, actor=cast.l3_agent, note="Patched")
    call = next(entry for entry in entries(ticket) if entry.kind == "call")
    assert [(leg.actor, leg.words.split(";")[0]) for leg in call.legs] == [
        (cast.agent, "joined"),
        (cast.agent, "transferred warm to L3, Engineering"),
        (cast.l3_agent, "took the call over"),
        (cast.l3_agent, "ended it"),
    ]
    assert (call.contact_number, call.seconds is not None) == (1, True)


def test_the_spine_follows_the_levels_inside_a_call(cast: Cast, sign_in: SignIn) -> None:
    ticket = live_ticket(cast)
    escalating.escalate(
        ticket,
        actor=cast.agent,
        to_team=cast.l3,
        to_agent=cast.l3_agent,
        reason="defect",
        tried="a",
        known="b",
        is_warm=True,
    )
    escalating.deescalate(
        ticket, actor=cast.l3_agent, to_team=cast.l2, reason="done", note="Confirm it"
    )
    contacting.end_contact(ticket, actor=cast.agent)
    call = next(entry for entry in entries(ticket) if entry.kind == "call")
    assert call.spine == 1
    assert [(leg.level, leg.is_move) for leg in call.legs] == [
        (1, False),
        (3, True),
        (3, False),
        (2, True),
        (2, False),
    ]
    assert call.level == 2
    assert call.legs[3].words == "moved the ticket to L2, Specialists"
    story = page(sign_in, cast.agent, ticket)
    drawn = [part[:1] for part in story.split('<li class="spine spine--')[1:]]
    assert drawn == ["1", "3", "3", "2", "2"]


def test_a_call_that_is_logged_later_stands_at_the_level_of_its_day(
    cast: Cast, now: datetime
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    escalating.escalate(
        ticket,
        actor=cast.agent,
        to_team=cast.l2,
        reason="access",
        tried="a",
        known="b",
        at=now + 30 * MINUTE,
    )
    contacting.log_contact(
        ticket,
        actor=cast.agent,
        channel="phone",
        direction="inbound",
        started_at=now + 10 * MINUTE,
        ended_at=now + 20 * MINUTE,
    )
    call = next(entry for entry in entries(ticket) if entry.kind == "call")
    assert ([leg.level for leg in call.legs], call.spine, call.level) == ([1, 1], 1, 1)


def test_one_act_is_one_line(cast: Cast) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    escalating.escalate(
        ticket, actor=cast.agent, to_team=cast.l2, reason="access", tried="a", known="b"
    )
    escalating.accept_escalation(ticket, actor=cast.l2_agent)
    told = [(entry.kind, entry.words) for entry in entries(ticket)]
    assert told == [
        ("message", ""),
        ("small", "opened it"),
        ("escalation", "Escalated cold"),
        ("small", "accepted the escalation"),
    ]


def test_what_was_taken_back_stays_and_says_so(cast: Cast, sign_in: SignIn, do: Do) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    message: Any = talking.reply_as_customer(ticket, actor=cast.customer, body="Thanks!")
    do(cast.agent, ticket, "acknowledge", message=message.pk)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    story = page(sign_in, cast.agent, ticket)
    assert "Acknowledgement, no contact" in story
    assert "taken back" in story
    assert "1 contact<" in story


def test_links_are_shown_on_both_tickets(cast: Cast, sign_in: SignIn) -> None:
    one, two = ticket_in(cast, Status.RESOLVED), new_ticket(cast, subject="Again no way in")
    relating.link(two, actor=cast.agent, other=one, kind="follow_up")
    assert "Follow-up of" in page(sign_in, cast.agent, two)
    assert "It is follow-up of this" in page(sign_in, cast.agent, one)


def test_only_acts_that_fit_are_offered(cast: Cast, sign_in: SignIn) -> None:
    done = page(sign_in, cast.agent, ticket_in(cast, Status.CLOSED))
    assert "/reopen/" in done
    assert "/escalate/" not in done
    cancelled = page(sign_in, cast.agent, ticket_in(cast, Status.CANCELLED))
    assert "/reopen/" not in cancelled
    assert "Public reply" not in cancelled
    assert "Private note" in cancelled


# The strip --------------------------------------------------------------------------------------


def test_the_strip_follows_the_ledger(cast: Cast, now: datetime) -> None:
    ticket = new_ticket(cast, at=now)
    at = cells(ticket, now=now + 5 * MINUTE)
    assert (at["Pick-up"].state, at["Pick-up"].seconds) == ("running", 300)
    assert (at["First reply"].state, at["Next reply"].seconds) == ("running", 300)

    talking.reply(
        ticket,
        actor=cast.agent,
        body="Which one?",
        then=Status.WAITING_CUSTOMER,
        at=now + 10 * MINUTE,
    )
    at = cells(ticket, now=now + 30 * MINUTE)
    assert (at["Pick-up"].state, at["Pick-up"].seconds) == ("met", 600)
    assert (at["First reply"].state, at["First reply"].seconds) == ("met", 600)
    assert (at["Open for"].state, at["Open for"].seconds) == ("paused", 1800)
    assert at["Open for"].detail == "net 10 min"
    assert at["At L1 for"].state == "paused"
    assert "waiting on the customer" in at["At L1 for"].detail

    talking.reply_as_customer(ticket, actor=cast.customer, body="The blue", at=now + 40 * MINUTE)
    states.resolve(
        ticket, actor=cast.agent, resolution_code="solved", reply="Done", at=now + 45 * MINUTE
    )
    at = cells(ticket, now=now + 90 * MINUTE)
    assert (at["Resolution"].state, at["Resolution"].seconds) == ("met", 45 * 60)
    assert at["Resolution"].detail == "net 15 min"
    assert at["At L1 for"].seconds == 45 * 60


def test_a_call_is_a_first_reply_and_an_immediate_pick_up(cast: Cast) -> None:
    at = cells(live_ticket(cast), now=timezone.now())
    assert (at["Pick-up"].seconds, at["First reply"].seconds) == (0, 0)
    assert at["Next reply"].state == "none"


def test_none_is_none_and_never_zero(cast: Cast) -> None:
    ticket = new_ticket(cast)
    states.cancel(ticket, actor=cast.agent, reason="spam")
    at = cells(ticket, now=timezone.now())
    assert {name: cell.seconds for name, cell in at.items() if cell.seconds is None} == {
        "Pick-up": None,
        "First reply": None,
        "Next reply": None,
        "Resolution": None,
    }


# Size -------------------------------------------------------------------------------------------


def test_whether_l1_could_have_solved_it_is_told_by_resolver_and_audit(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = resolved_above_l1(cast)
    shown = page(sign_in, cast.l2_agent, ticket)
    assert "<dt>Solvable at L1</dt><dd>No</dd>" in shown
    assert "audit-l1" not in shown, "for those who lead"
    assert "audit-l1" in page(sign_in, cast.lead, ticket)
    auditing.audit_l1(ticket, is_l1_capable=True, note="A reset.", actor=cast.lead)
    shown = page(sign_in, cast.l2_agent, ticket)
    assert f"<dt>Solvable at L1</dt><dd>Yes, audited by {cast.lead}" in shown
    assert "The resolver: no" in shown
    (audit,) = [each for each in entries(ticket) if each.words.startswith("audited it")]
    assert (audit.words, audit.detail) == ("audited it: L1 could have solved it", "A reset.")
    assert any("L1 could not have solved it" in each.detail for each in entries(ticket))


@pytest.mark.parametrize("number", [2, 20])
def test_the_page_needs_a_fixed_number_of_queries(
    cast: Cast,
    sign_in: SignIn,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    for index in range(number):
        talking.reply(ticket, actor=cast.agent, body=f"Answer {index}")
        talking.reply_as_customer(ticket, actor=cast.customer, body=f"Question {index}")
        new_ticket(cast)
    relating.link(ticket, actor=cast.agent, other=new_ticket(cast), kind="related")
    client = sign_in(cast.l2_agent)
    with django_assert_num_queries(31):
        client.get(reverse("ticket", kwargs={"number": ticket.pk}))


def test_a_confidential_ticket_needs_few_queries_too(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = new_ticket(cast, team=cast.confidential)
    client = sign_in(cast.insider)
    with django_assert_max_num_queries(32):
        client.get(reverse("ticket", kwargs={"number": ticket.pk}))
