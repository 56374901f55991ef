"""What was entered late, or taken back, and what the figures then say: worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from tests.metrics.verdicts import facts_of, verdict
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.choices import Channel
from tickets.models import Message, Ticket
from tickets.services.contacting import end_contact, log_contact, void_contact
from tickets.services.escalating import escalate
from tickets.services.picking import pick_up
from tickets.services.states import resolve
from tickets.services.talking import acknowledge, reply_as_customer

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 10:00 in Amsterdam
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def _solved(cast: Cast) -> Ticket:
    """A mail, answered for good an hour later."""
    ticket = new_ticket(cast, at=MONDAY, channel=Channel.EMAIL, category=cast.category)
    pick_up(ticket, actor=cast.agent, at=MONDAY)
    resolve(ticket, resolution_code="solved", reply="So.", actor=cast.agent, at=MONDAY + HOUR)
    return ticket


def _says(cast: Cast, ticket: Ticket, at: datetime) -> Message:
    row = reply_as_customer(ticket, body="Hm.", actor=cast.customer, at=at)
    assert isinstance(row, Message)
    return row


def _log(cast: Cast, ticket: Ticket, at: datetime, *, direction: str = "inbound") -> None:
    log_contact(
        ticket,
        channel="phone",
        direction=direction,
        started_at=at,
        ended_at=at + MINUTE,
        actor=cast.agent,
    )


# Acknowledgements ---------------------------------------------------------------------------


def test_thanks_marked_later_leaves_nothing_behind(cast: Cast) -> None:
    ticket = _solved(cast)
    before = facts_of(ticket)
    thanks = _says(cast, ticket, MONDAY + DAY)
    assert verdict(cast, ticket, "fcr") == "no"
    acknowledge(ticket, message=thanks, actor=cast.agent, at=MONDAY + 2 * DAY)
    after = facts_of(ticket)
    assert verdict(cast, ticket, "fcr") == verdict(cast, ticket, "flr") == "yes"
    for name in ("last_resolved_at", "ttr_net_seconds", "contacts", "reopens", "status"):
        assert getattr(after, name) == getattr(before, name), name


def test_after_thanks_the_customers_next_words_are_the_follow_up(cast: Cast) -> None:
    """Both within the window; the reopen is that of the words that were no thanks."""
    ticket = _solved(cast)
    thanks = _says(cast, ticket, MONDAY + DAY)
    _says(cast, ticket, MONDAY + 2 * DAY)
    acknowledge(ticket, message=thanks, actor=cast.agent, at=MONDAY + 3 * DAY)
    facts = facts_of(ticket)
    assert (facts.reopens, facts.is_open, facts.contacts) == (1, True, 2)
    assert facts.first_reopen_after_seconds == (2 * DAY - HOUR).total_seconds()
    assert facts.own_followup_seconds == (2 * DAY - HOUR).total_seconds()


def test_the_reopen_by_the_next_words_stays_when_it_was_solved_again(cast: Cast) -> None:
    ticket = _solved(cast)
    thanks = _says(cast, ticket, MONDAY + DAY)
    _says(cast, ticket, MONDAY + 2 * DAY)
    resolve(ticket, resolution_code="solved", reply="So!", actor=cast.agent, at=MONDAY + 3 * DAY)
    acknowledge(ticket, message=thanks, actor=cast.agent, at=MONDAY + 4 * DAY)
    facts = facts_of(ticket)
    assert (facts.reopens, facts.contacts) == (1, 2)
    assert facts.last_resolved_at == MONDAY + 3 * DAY
    assert facts.ttr_gross_seconds == (3 * DAY).total_seconds()
    # Resolved until the words that reopened it, not until the thanks.
    assert facts.resolved_gap_seconds == (2 * DAY - HOUR).total_seconds()
    assert list(
        ticket.resolution_cycles.order_by("number").values_list("resolved_at", "reopened_at")
    ) == [(MONDAY + HOUR, MONDAY + 2 * DAY), (MONDAY + 3 * DAY, None)]


# Contacts that were entered later, or did not happen ----------------------------------------


@pytest.mark.parametrize(
    ("after", "contacts", "fcr"),
    [
        (30 * MINUTE, 2, "no"),  # before the resolution: a second contact
        (HOUR - MINUTE, 2, "no"),
        (HOUR + MINUTE, 1, "no"),  # after it: a follow-up
        (7 * DAY + HOUR, 1, "no"),  # at the end of the fifth business day
        (7 * DAY + HOUR + MINUTE, 1, "yes"),
    ],
)
def test_a_call_logged_later_counts_when_it_took_place(
    cast: Cast, after: timedelta, contacts: int, fcr: str
) -> None:
    ticket = _solved(cast)
    assert verdict(cast, ticket, "fcr") == "yes"
    _log(cast, ticket, MONDAY + after)
    assert facts_of(ticket).contacts_to_resolution == contacts
    assert verdict(cast, ticket, "fcr") == fcr


def test_a_call_back_logged_later_follows_nothing_and_is_a_contact(cast: Cast) -> None:
    ticket = _solved(cast)
    _log(cast, ticket, MONDAY + DAY, direction="outbound")
    assert (facts_of(ticket).contacts, verdict(cast, ticket, "fcr")) == (2, "yes")
    _log(cast, ticket, MONDAY + 30 * MINUTE, direction="outbound")
    assert verdict(cast, ticket, "fcr") == "no"


def test_a_hand_over_in_a_call_that_did_not_happen_was_cold(cast: Cast) -> None:
    ticket = live_ticket(cast, at=MONDAY)
    contact = ticket.live_contact
    assert contact is not None
    escalate(
        ticket,
        to_team=cast.l3,
        is_warm=True,
        to_agent=cast.l3_agent,
        reason="knowledge",
        tried="All.",
        known="Nothing.",
        actor=cast.agent,
        at=MONDAY + MINUTE,
    )
    resolve(
        ticket,
        resolution_code="solved",
        is_l1_capable=False,
        actor=cast.l3_agent,
        at=MONDAY + 2 * MINUTE,
    )
    end_contact(ticket, actor=cast.l3_agent, at=MONDAY + 3 * MINUTE)
    facts = facts_of(ticket)
    assert (facts.warm_escalations, facts.cold_escalations) == (1, 0)
    assert verdict(cast, ticket, "fcr") == "yes"
    void_contact(ticket, contact=contact, note="Nobody was on the line.", actor=cast.agent)
    facts = facts_of(ticket)
    assert (facts.warm_escalations, facts.cold_escalations) == (0, 1)
    assert not facts.has_live_hand_over
    assert verdict(cast, ticket, "fcr") == "no"
