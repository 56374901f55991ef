"""One countdown everywhere: the queue by next target, the strip of a ticket, what is overdue."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from tests.cast import Cast
from tests.metrics.policies import promise
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tests.tickets.sla import desk as sla
from tickets.choices import LinkKind
from tickets.models import Ticket
from tickets.selectors.due import load_dues, next_due
from tickets.services.outages import declare_outage
from tickets.services.picking import pick_up
from tickets.services.relating import link
from tickets.services.states import resolve, wait

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

SignIn = Callable[[User], Client]


@pytest.fixture
def promised(cast: Cast) -> Ticket:
    """Received at nine, to be picked up within 30 minutes and resolved within four hours."""
    promise(first_response=30, resolution=240)
    with time_machine.travel(MONDAY, tick=False):
        return new_ticket(cast, subject="Printer burns")


def shown(client: Client, view: str, *, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        return client.get("/queue/", {"view": view}).content.decode()


def test_the_next_target_is_named_and_counted_down(promised: Ticket) -> None:
    due = next_due(promised, now=MONDAY + 10 * MINUTE)
    assert due is not None
    assert (due.name, due.look, due.words) == ("First response", "soon", "20 min")
    over = next_due(promised, now=MONDAY + 42 * MINUTE)
    assert over is not None
    assert (over.look, over.words) == ("over", "12 min over")


def test_once_met_the_next_one_counts(cast: Cast, promised: Ticket) -> None:
    with time_machine.travel(MONDAY + 10 * MINUTE, tick=False):
        pick_up(promised, actor=cast.agent)
    due = next_due(promised, now=MONDAY + 10 * MINUTE)
    assert due is not None
    assert (due.name, due.look, due.words) == ("Resolution", "running", "3 h 50 min")


def test_the_queue_has_what_breaches_and_what_is_due_within_the_hour(
    cast: Cast, sign_in: SignIn, promised: Ticket
) -> None:
    client = sign_in(cast.manager)
    soon, over = MONDAY + 10 * MINUTE, MONDAY + 40 * MINUTE
    assert "Printer burns" in shown(client, "due", at=soon)
    assert "Printer burns" not in shown(client, "breaching", at=soon)
    assert "Printer burns" not in shown(client, "due", at=over)
    page = shown(client, "breaching", at=over)
    assert "10 min over" in page
    assert re.search(r"Overdue</span>\s*<span class=\"count\">1<", page)


def test_the_strip_says_how_each_promise_stands(cast: Cast, promised: Ticket) -> None:
    with time_machine.travel(MONDAY + 10 * MINUTE, tick=False):
        pick_up(promised, actor=cast.agent)
    with time_machine.travel(MONDAY + 60 * MINUTE, tick=False):
        wait(promised, for_="customer", actor=cast.agent)
    dues = load_dues(promised, now=MONDAY + 90 * MINUTE)
    assert dues["first_response"].words == "in time, 20 min to spare"
    assert (dues["resolution"].look, dues["resolution"].words) == (
        "paused",
        "clock stopped, 3 h left",
    )


def test_what_was_late_says_by_how_much(cast: Cast, promised: Ticket) -> None:
    with time_machine.travel(MONDAY + 250 * MINUTE, tick=False):
        resolve(promised, resolution_code="solved", actor=cast.agent)
    dues = load_dues(promised, now=MONDAY + 300 * MINUTE)
    assert dues["resolution"].words == "10 min late"
    assert next_due(promised, now=MONDAY + 300 * MINUTE) is None


def test_without_a_promise_the_queue_says_who_waits(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(MONDAY, tick=False):
        new_ticket(cast)
    assert "For pick-up" in shown(sign_in(cast.manager), "open", at=MONDAY + MINUTE)


def head(client: Client, ticket: Ticket, *, at: datetime) -> str:
    """The head of a ticket's page, as text."""
    with time_machine.travel(at, tick=False):
        page = client.get(f"/tickets/{ticket.pk}/?look=1").content.decode()
    words = page.split('<div class="facts">')[1].split("</header>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", words).split())


def test_the_head_of_the_ticket_names_the_next_target_as_the_queue_does(
    cast: Cast, sign_in: SignIn, promised: Ticket
) -> None:
    client = sign_in(cast.agent)
    assert "20 min First response" in head(client, promised, at=MONDAY + 10 * MINUTE)
    assert "12 min over First response" in head(client, promised, at=MONDAY + 42 * MINUTE)
    with time_machine.travel(MONDAY + 50 * MINUTE, tick=False):
        resolve(promised, resolution_code="solved", actor=cast.agent)
    assert "First response" not in head(client, promised, at=MONDAY + 60 * MINUTE)


def test_wherever_a_ticket_is_listed_its_next_target_counts_down(
    cast: Cast, sign_in: SignIn, promised: Ticket
) -> None:
    """Beside another of its customer, linked to it, as a part of it, and in the palette."""
    with time_machine.travel(MONDAY, tick=False):
        other, incident = (
            new_ticket(cast),
            new_ticket(cast, customer=cast.other_customer, actor=cast.manager),
        )
        link(promised, other=incident, kind=LinkKind.RELATED, actor=cast.agent)
        declare_outage(incident, services=[make_service()], actor=cast.agent)
        link(promised, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
    client = sign_in(cast.manager)
    pages = [f"/tickets/{each.pk}/?look=1" for each in (other, incident)]
    with time_machine.travel(MONDAY + 10 * MINUTE, tick=False):
        beside, of_incident = (client.get(page).content.decode() for page in pages)
        found = client.get("/palette/", {"q": "Printer"}).content.decode()
    for shown_there, times in ((beside, 1), (of_incident, 2)):
        listed = re.findall(r"Printer burns(?:(?!</li>).)*?</li>", shown_there, re.DOTALL)
        said = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in listed]
        assert sum("20 min First response" in each for each in said) == times, said
    said_there = " ".join(re.sub(r"<[^>]+>", " ", found).split())
    assert re.search(r"Printer burns #\d+ · Carla Customer 20 min First response", said_there), (
        said_there
    )


@pytest.mark.parametrize(("status", "is_stopped"), [("hold", True), ("customer", False)])
def test_the_policy_says_whether_the_clock_runs(
    cast: Cast, sign_in: SignIn, status: str, is_stopped: bool
) -> None:
    """This one stops while the ticket is on hold, and not while it waits on the customer."""
    sla.promise(resolution=240, target={"pauses": ["on_hold"]})
    with time_machine.travel(MONDAY, tick=False):
        ticket = new_ticket(cast)
        wait(ticket, for_=status, actor=cast.agent)
    for moment in (MONDAY + 30 * MINUTE, MONDAY + 600 * MINUTE):  # also when it is overdue
        with time_machine.travel(moment, tick=False):
            page = sign_in(cast.agent).get(f"/tickets/{ticket.pk}/?look=1").content.decode()
        assert ("clock stopped, on hold since" in page) == is_stopped
        assert ("clock runs" in page) != is_stopped
