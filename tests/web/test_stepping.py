"""From ticket to ticket in the order of the list that one came from."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Ticket
from tickets.selectors import sorting
from tickets.services import holding, picking, talking

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tickets(cast: Cast, now: datetime) -> list[Ticket]:
    """Three of the customer's, a minute apart."""
    return [new_ticket(cast, at=now + number * MINUTE) for number in range(3)]


def come_from(client: Client, **address: str) -> None:
    """Look at a list."""
    assert client.get(reverse("queue"), address).status_code == 200


def look_at(client: Client, ticket: Ticket) -> None:
    """Open a ticket from the list, as a browser says it."""
    client.get(f"/tickets/{ticket.pk}/", headers={"Referer": "http://testserver/queue/?view=open"})


def step(client: Client, ticket: Ticket, way: str = "next", **address: str) -> str:
    """Where a step leads."""
    return str(client.get(f"/tickets/{ticket.pk}/{way}/", address)["Location"])


def at(ticket: Ticket) -> str:
    return f"/tickets/{ticket.pk}/"


@pytest.mark.parametrize(("sort", "order"), [("oldest", (0, 1, 2)), ("newest", (2, 1, 0))])
def test_a_step_follows_the_order_of_the_list(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], sort: str, order: tuple[int, ...]
) -> None:
    client = sign_in(cast.agent)
    come_from(client, view="open", sort=sort)
    first, second, third = (tickets[index] for index in order)
    assert step(client, first) == at(second)
    assert step(client, second) == at(third)
    assert step(client, third, "previous") == at(second)


def test_filters_and_search_narrow_the_way(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client = sign_in(cast.agent)
    other = new_ticket(cast, team=cast.l2, subject="Scanner")
    come_from(client, view="open", sort="oldest", level="1")
    assert step(client, tickets[2]) == "/queue/?view=open&sort=oldest&level=1"
    come_from(client, q="scanner")
    assert step(client, other) == "/queue/?view=all&q=scanner"


def test_at_the_ends_the_list_says_so(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    client = sign_in(cast.agent)
    come_from(client, view="open", sort="oldest")
    for ticket, way, word in ((tickets[2], "next", "last"), (tickets[0], "previous", "first")):
        page = client.get(f"/tickets/{ticket.pk}/{way}/", follow=True).content.decode()
        assert f"That was the {word} of “Open”." in page


def test_the_place_is_kept_when_the_ticket_leaves_the_list(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client = sign_in(cast.agent)
    come_from(client, view="needs")  # longest waiting first
    look_at(client, tickets[1])
    client.post(f"{at(tickets[1])}pick-up/")
    client.post(f"{at(tickets[1])}compose/", {"kind": "reply", "body": "Hi", "then": ""})
    client.get(at(tickets[1]))
    assert step(client, tickets[1]) == at(tickets[2])
    assert step(client, tickets[1], "previous") == at(tickets[0])


def test_the_place_is_kept_when_the_ticket_is_out_of_sight(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    one, two = (new_ticket(cast, team=cast.l2, at=now + n * MINUTE) for n in range(2))
    client = sign_in(cast.l2_agent)
    come_from(client, view="team", sort="oldest")
    look_at(client, one)
    holding.transfer(one, team=cast.confidential, actor=cast.manager)
    assert step(client, one) == at(two)
    unknown = sign_in(cast.agent).get(f"/tickets/{one.pk}/next/")
    assert unknown.status_code == 404


def test_a_way_through_a_list_meets_each_ticket_once(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    """Answered tickets go to the end of “longest waiting”; the step goes on from their place."""
    client, met = sign_in(cast.agent), [at(tickets[0])]
    come_from(client, view="open", sort="waiting")
    look_at(client, tickets[0])
    for ticket in tickets:
        talking.reply(ticket, actor=cast.agent, body="Hello")
        met.append(step(client, ticket))
        client.get(met[-1])
    assert met[:3] == [at(ticket) for ticket in tickets]


def test_opening_it_anew_from_the_list_takes_its_new_place(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client = sign_in(cast.agent)
    come_from(client, view="open", sort="waiting")
    look_at(client, tickets[0])
    talking.reply(tickets[0], actor=cast.agent, body="Hello")
    look_at(client, tickets[0])
    assert step(client, tickets[0], "previous") == at(tickets[2])


def test_just_looking_stays_just_looking(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client = sign_in(cast.agent)
    come_from(client, view="open", sort="oldest")
    assert step(client, tickets[0], look="1") == f"{at(tickets[1])}?look=1"
    page = client.get(at(tickets[0]), {"look": "1"}).content.decode()
    assert f"/tickets/{tickets[0].pk}/next/?look=1" in page


def test_the_page_leads_back_to_the_list_as_it_was(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client = sign_in(cast.agent)
    come_from(client, view="open", level="1")
    page = client.get(at(tickets[0])).content.decode()
    assert 'href="/queue/?view=open&amp;level=1"' in page
    assert "Next ticket of “Open”" in page


@pytest.mark.parametrize("sort", sorting.SORTS, ids=lambda sort: sort.key)
def test_forth_and_back_are_the_same_way_in_every_order(cast: Cast, sort: sorting.Sort) -> None:
    for number, status in enumerate([*Status, Status.NEW, Status.RESOLVED]):
        ticket = ticket_in(cast, status)
        Ticket.objects.filter(pk=ticket.pk).update(priority=number % 4 + 1)
    everything = Ticket.objects.all()
    way = list(sort.order(everything))
    for before, after in zip([None, *way], [*way, None], strict=True):
        if before:
            assert sort.beside(everything, place=sort.cursor(before)) == after
        if after:
            assert sort.beside(everything, place=sort.cursor(after), is_back=True) == before


def test_a_number_that_is_searched_for_stands_first_on_the_way_too(cast: Cast) -> None:
    one, two, three = (new_ticket(cast) for _ in range(3))
    everything, sort = Ticket.objects.all(), sorting.BY_KEY["oldest"]
    way = [two, one, three, None]
    for before, after in pairwise(way):
        assert before is not None
        assert sort.beside(everything, place=sort.cursor(before), first=two.pk) == after
    back = sort.beside(everything, place=sort.cursor(one), is_back=True, first=two.pk)
    assert back == two
    assert sort.beside(everything, place=sort.cursor(two), is_back=True, first=two.pk) is None


# Going on after an act ----------------------------------------------------------------------------


def ways_after(sign_in: SignIn, cast: Cast, tickets: list[Ticket], slug: str, **values: str) -> Any:
    """Do an act, once without and once with the wish to go on; say on which tickets one lands."""
    landed = []
    for wish in ("", "1"):
        client = sign_in(cast.agent)
        client.cookies["onward"] = wish
        come_from(client, view="open", sort="oldest")
        ticket = tickets.pop(0)
        look_at(client, ticket)
        answer: Any = client.post(f"{at(ticket)}{slug}/", values, follow=True)
        assert f"#{ticket.pk}" in answer.content.decode()
        landed.append("here" if answer.redirect_chain[-1][0] == at(ticket) else "next")
    return landed


@pytest.mark.parametrize(
    ("slug", "values"),
    [
        ("resolve", {"resolution_code": "solved"}),
        ("wait", {"wait_for": "vendor"}),
        ("cancel", {"reason": "spam"}),
    ],
)
def test_who_wishes_so_goes_on_after_an_act_that_ends_a_ticket(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], slug: str, values: dict[str, str]
) -> None:
    assert ways_after(sign_in, cast, tickets, slug, **values) == ["here", "next"]


def test_an_act_that_begins_work_stays(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    assert ways_after(sign_in, cast, tickets, "take") == ["here", "here"]


@pytest.mark.parametrize(("then", "goes_on"), [("waiting_customer", True), ("", False)])
def test_a_reply_that_lets_the_ticket_wait_goes_on(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], then: str, goes_on: bool
) -> None:
    client = sign_in(cast.agent)
    client.cookies["onward"] = "1"
    come_from(client, view="open", sort="oldest")
    look_at(client, tickets[0])
    values = {"kind": "reply", "body": "Which one?", "then": then}
    answer = client.post(f"{at(tickets[0])}compose/", values)
    assert answer["Location"] == (f"{at(tickets[0])}next/" if goes_on else at(tickets[0]))


# Size and bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [5, 30])
def test_a_step_reads_little_however_long_the_list_is(
    cast: Cast, sign_in: SignIn, now: datetime, number: int
) -> None:
    tickets = [new_ticket(cast, at=now + n * MINUTE) for n in range(number)]
    client = sign_in(cast.agent)
    come_from(client, view="open", sort="oldest")
    look_at(client, tickets[2])
    with CaptureQueriesContext(connection) as asked:
        step(client, tickets[2])
    # The session, its user; then the ticket of the same moment (none), and the next one.
    assert len(asked) == 4
    assert "LIMIT 1" in asked[-1]["sql"]


@pytest.mark.parametrize("kept", ["nonsense", "1=oldest ~", "1=newest x~1", "%00", "1=" + "9" * 99])
def test_a_made_up_trail_leads_somewhere(cast: Cast, sign_in: SignIn, kept: str) -> None:
    one, two = ticket_in(cast, Status.IN_PROGRESS), new_ticket(cast)
    picking.pick_up(two, actor=cast.agent)
    client = sign_in(cast.agent)
    client.cookies["places"] = kept
    client.cookies["trail"] = kept
    for ticket in (one, two):
        assert client.get(at(ticket)).status_code == 200
        assert client.get(f"{at(ticket)}next/").status_code == 302
