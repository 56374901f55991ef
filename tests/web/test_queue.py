"""The queue shows what its address asks for, says why, and acts on several tickets at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Channel, Impact, Status, Urgency
from tickets.models import Ticket
from tickets.selectors import queue, sorting, views
from tickets.services import escalating, holding, picking, states, talking


def shown(sign_in: SignIn, user: User, **address: Any) -> list[int]:
    """The numbers on the page that an address opens."""
    answer = sign_in(user).get(reverse("queue"), address)
    assert answer.status_code == 200
    return [row.ticket.pk for row in answer.context["page"].rows]


def why(sign_in: SignIn, user: User, ticket: Ticket) -> str:
    """What the queue says about one ticket."""
    answer = sign_in(user).get(reverse("queue"), {"view": "all"})
    return str(next(row.why for row in answer.context["page"].rows if row.ticket == ticket))


# Views ------------------------------------------------------------------------------------------


def test_needs_you_now_holds_what_is_ones_own_to_do(cast: Cast, sign_in: SignIn) -> None:
    new = new_ticket(cast)
    mine = ticket_in(cast, Status.IN_PROGRESS)
    ticket_in(cast, Status.WAITING_CUSTOMER)
    ticket_in(cast, Status.RESOLVED)
    other_team = new_ticket(cast, team=cast.l3)
    assert set(shown(sign_in, cast.agent)) == {new.pk, mine.pk}
    assert shown(sign_in, cast.second_agent) == [new.pk]
    assert shown(sign_in, cast.l3_agent) == [other_team.pk]


def test_an_escalated_ticket_needs_the_team_that_gets_it(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    escalating.escalate(
        ticket, actor=cast.agent, to_team=cast.l2, reason="access", tried="all", known="all"
    )
    assert shown(sign_in, cast.l2_agent) == [ticket.pk]
    assert shown(sign_in, cast.agent) == []
    assert why(sign_in, cast.l2_agent, ticket) == "Escalated from L1, not accepted"


def test_a_manager_who_was_drawn_in_finds_the_ticket(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    escalating.escalate_to_manager(
        ticket, actor=cast.agent, manager=cast.lead, reason="impact", note="Angry."
    )
    assert shown(sign_in, cast.lead) == [ticket.pk]


def test_each_view_counts_what_it_shows(cast: Cast, sign_in: SignIn) -> None:
    for status in Status:
        ticket_in(cast, status)
    live_ticket(cast)
    new_ticket(cast, team=cast.confidential)
    for person in (cast.agent, cast.insider, cast.manager):
        counted = views.counts(person)
        for key, number in counted.items():
            assert len(shown(sign_in, person, view=key)) == number, (person, key)


def test_the_view_is_said_and_an_empty_one_says_what_comes_next(
    cast: Cast, sign_in: SignIn
) -> None:
    new_ticket(cast)
    page = sign_in(cast.l3_agent).get(reverse("queue")).content.decode()
    assert "Nothing needs you now" in page
    assert "1 open ticket is nobody’s" in page


# Filters, search, order -------------------------------------------------------------------------


def test_filters_in_the_address_narrow_the_view(cast: Cast, sign_in: SignIn) -> None:
    one = new_ticket(cast, category=cast.category, impact=Impact.HIGH, urgency=Urgency.HIGH)
    two = new_ticket(
        cast, customer=cast.other_customer, actor=cast.other_customer, channel=Channel.EMAIL
    )
    three = new_ticket(cast, team=cast.l2)
    holding.take(three, actor=cast.l2_agent)
    everything: dict[str, Any] = {"view": "open", "sort": "oldest"}
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"level": 2}, [three.pk]),
        ({"level": [1, 2]}, [one.pk, two.pk, three.pk]),
        ({"tier": "premier"}, [one.pk, three.pk]),
        ({"channel": "email"}, [two.pk]),
        ({"priority": 1}, [one.pk]),
        ({"category": cast.category.pk}, [one.pk]),
        ({"team": cast.l2.pk}, [three.pk]),
        ({"assignee": "nobody"}, [one.pk, two.pk]),
        ({"assignee": ["nobody", cast.l2_agent.pk]}, [one.pk, two.pk, three.pk]),
        ({"status": "resolved"}, []),
        ({"level": 1, "tier": "standard"}, [two.pk]),
    ]
    for address, numbers in cases:
        assert shown(sign_in, cast.agent, **everything, **address) == numbers, address
    assert shown(sign_in, cast.l2_agent, **everything, assignee="me") == [three.pk]


@pytest.mark.parametrize(
    "address",
    [
        {"level": "x", "team": "999", "assignee": "-1", "priority": ""},
        {"view": "nonsense", "sort": "nonsense"},
        {"after": "nonsense"},
        {"after": "2026-99-99T00:00:00~1"},
        {"sort": "priority", "after": "2026-01-01T00:00:00+00:00~1"},
        {"q": "99999999999999999999999"},
        {"q": "%_\\'\""},
    ],
)
def test_an_address_that_makes_no_sense_is_still_a_page(
    cast: Cast, sign_in: SignIn, address: dict[str, str]
) -> None:
    new_ticket(cast)
    assert sign_in(cast.agent).get(reverse("queue"), address).status_code == 200


def test_search_finds_number_subject_and_customer_in_any_view(cast: Cast, sign_in: SignIn) -> None:
    one = ticket_in(cast, Status.RESOLVED)
    two = new_ticket(
        cast, customer=cast.other_customer, actor=cast.other_customer, subject="Scanner stops"
    )
    hidden = new_ticket(cast, team=cast.confidential, subject="Scanner of one colleague")
    for text in (f"#{two.pk}", str(two.pk), "scanner", "SCANNER stops", "olga", "globex"):
        assert shown(sign_in, cast.agent, q=text) == [two.pk], text
    assert shown(sign_in, cast.agent, q="carla@acme.example") == [one.pk]
    assert hidden.pk in shown(sign_in, cast.manager, q="scanner")
    assert shown(sign_in, cast.agent, q="scanner carla") == []


@pytest.mark.parametrize("sort", sorting.SORTS, ids=lambda sort: sort.key)
def test_pages_hold_every_ticket_once_and_in_order(cast: Cast, sort: sorting.Sort) -> None:
    statuses = [*Status, Status.NEW, Status.RESOLVED]
    for number, status in enumerate(statuses):
        ticket = ticket_in(cast, status)
        Ticket.objects.filter(pk=ticket.pk).update(priority=number % 4 + 1)
    tickets, now, after, found = Ticket.objects.all(), timezone.now(), "", []
    while True:
        page = queue.page(tickets, sort=sort, after=after, now=now, size=3)
        found += [row.ticket.pk for row in page.rows]
        after = page.next_cursor
        if not after:
            break
    assert found == [ticket.pk for ticket in sort.order(tickets)]


@pytest.mark.parametrize("sort", sorting.SORTS, ids=lambda sort: sort.key)
def test_every_order_of_all_tickets_is_read_from_an_index(cast: Cast, sort: sorting.Sort) -> None:
    new_ticket(cast)
    if connection.vendor == "postgresql":  # which sorts a few rows rather than look at an index
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
    plan = sort.order(Ticket.objects.all())[: queue.PAGE_SIZE].explain()
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_the_next_page_keeps_the_filters(cast: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    for _ in range(3):
        new_ticket(cast)
    new_ticket(cast, team=cast.l2)
    monkeypatch.setattr(queue.page, "__kwdefaults__", {"after": "", "size": 2})
    client = sign_in(cast.agent)
    first = client.get(reverse("queue"), {"view": "open", "level": "1"})
    link = next(
        each.split('"')[0].replace("&amp;", "&")
        for each in first.content.decode().split('href="')
        if 'rel="next"' in each[:300]
    )
    second = client.get(link)
    assert [len(answer.context["page"].rows) for answer in (first, second)] == [2, 1]


# Why --------------------------------------------------------------------------------------------


def test_a_row_says_why_it_needs_somebody(cast: Cast, sign_in: SignIn) -> None:
    new = new_ticket(cast)
    twice = ticket_in(cast, Status.IN_PROGRESS)
    talking.reply(twice, actor=cast.agent, body="Which one?")
    for body in ("The blue one.", "And the red one."):
        talking.reply_as_customer(twice, actor=cast.customer, body=body)
    held = ticket_in(cast, Status.IN_PROGRESS)
    talking.reply(held, actor=cast.agent, body="A fix is coming.")
    states.wait(held, actor=cast.agent, for_="hold", note="Fix is in release 4.8.2")
    live = live_ticket(cast)
    resolved = ticket_in(cast, Status.RESOLVED)
    returned = ticket_in(cast, Status.IN_PROGRESS)
    escalating.escalate(
        returned, actor=cast.agent, to_team=cast.l2, reason="access", tried="a", known="b"
    )
    escalating.return_escalation(
        returned, actor=cast.l2_agent, reason="incomplete", note="Which site?"
    )
    talking.reply(returned, actor=cast.agent, body="Which site?")
    expected = {
        new: "Nobody has opened it",
        twice: "Customer wrote 2 times",
        held: "Fix is in release 4.8.2",
        live: "On the line now",
        resolved: "Resolved, no answer yet",
        returned: "Came back from L2 with a note",
    }
    for ticket, words in expected.items():
        assert why(sign_in, cast.agent, ticket) == words


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.RESOLVED, Status.CLOSED])
def test_what_is_done_with_waits_for_no_answer(cast: Cast, sign_in: SignIn, status: str) -> None:
    """Nobody answered in words, and nobody has to any more: in the queue and on its page."""
    ticket, client = ticket_in(cast, status), sign_in(cast.lead)
    assert ticket.waiting_since is not None
    (row,) = client.get(reverse("queue"), {"view": "all"}).context["page"].rows
    assert (row.is_owed, row.is_unread) == (False, False)
    page = client.get(reverse("ticket", kwargs={"number": ticket.pk})).content.decode()
    assert "no answer is owed" in page


def test_a_row_says_who_spoke_last(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    talking.reply(ticket, actor=cast.agent, body="We look.")
    talking.add_note(ticket, actor=cast.second_agent, body="Odd.")
    answer = sign_in(cast.agent).get(reverse("queue"), {"view": "open"})
    assert [row.last_speaker for row in answer.context["page"].rows] == [cast.agent]


# Size -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "is_whole"), [(10, True), (90, False)])
def test_the_page_needs_a_fixed_number_of_queries(
    cast: Cast, sign_in: SignIn, number: int, is_whole: bool
) -> None:
    for index in range(number):
        ticket = new_ticket(cast)
        if index % 3 == 0:
            picking.pick_up(ticket, actor=cast.agent)
            talking.reply(ticket, actor=cast.agent, body="Hello", then=Status.WAITING_CUSTOMER)
        if index % 3 == 1:
            escalating.escalate(
                ticket, actor=cast.agent, to_team=cast.l2, reason="access", tried="a", known="b"
            )
    client = sign_in(cast.agent)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("queue"), {"view": "open", "level": "1"})
    # Where the list goes on, one more counts how many can be chosen with it.
    assert len(asked) == (15 if is_whole else 16)
