"""Several tickets at once: each by its own command, what refuses is named and stays chosen."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Assignment, PropertyChange, Tag, Ticket, Transition
from tickets.services import holding
from tickets.web import bulk as bulk_page
from tickets.web.bulk_acts import ACTS

MINUTE = timedelta(minutes=1)
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def tickets(cast: Cast, now: datetime) -> list[Ticket]:
    """Three in progress with Anna, a minute apart."""
    return [ticket_in(cast, Status.IN_PROGRESS, at=now + n * MINUTE) for n in range(3)]


def send(client: Client, act: str, tickets: list[Ticket], **values: object) -> Any:
    """Send the form of the list, or of the dialog, and follow to where it leads."""
    values = {"act": act, "ticket": [ticket.pk for ticket in tickets], "sure": "1", **values}
    return client.post(reverse("queue_bulk"), values, follow=True)


def stored(tickets: list[Ticket], name: str) -> set[Any]:
    return {getattr(Ticket.objects.get(pk=ticket.pk), name) for ticket in tickets}


# Each act -----------------------------------------------------------------------------------------


def test_tickets_are_taken_and_given(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    client = sign_in(cast.second_agent)
    assert "3 tickets assigned to Ben Staff." in send(client, "take", tickets).content.decode()
    assert stored(tickets, "assignee") == {cast.second_agent}
    page = send(client, "assign", tickets, assignee=cast.lead.pk, note="Yours").content.decode()
    assert "3 tickets assigned to Leo Staff." in page
    assert stored(tickets, "assignee") == {cast.lead}
    assert Assignment.objects.filter(note="Yours").count() == 3
    assert (
        "assigned to nobody" in send(client, "assign", tickets, assignee="nobody").content.decode()
    )
    assert stored(tickets, "assignee") == {None}


def test_tickets_are_moved_to_a_team_of_their_level(cast: Cast, sign_in: SignIn) -> None:
    fits, other = new_ticket(cast, team=cast.l2), new_ticket(cast)
    answer = send(sign_in(cast.manager), "transfer", [fits, other], team=cast.confidential.pk)
    page = answer.content.decode()
    assert "1 ticket moved to Personnel matters." in page
    assert "works another level" in page
    assert stored([fits], "team") == {cast.confidential}
    assert stored([other], "team") == {cast.l1}


def test_priority_and_category_are_set(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    client = sign_in(cast.agent)
    assert (
        "Priority set for 3 tickets."
        in send(client, "priority", tickets, priority=1).content.decode()
    )
    send(client, "category", tickets, category=cast.category.pk)
    assert (stored(tickets, "priority"), stored(tickets, "category")) == ({1}, {cast.category})
    send(client, "category", tickets, category="")
    assert stored(tickets, "category") == {None}
    assert PropertyChange.objects.filter(field="category").count() == 6


def test_tags_are_added_and_taken_off_beside_those_there_are(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    tickets[0].tags.add(Tag.objects.create(name="hall-2"))
    client = sign_in(cast.agent)
    send(client, "tags", tickets, way="add", tags="VPN, Update 4.8")
    names = [{tag.name for tag in ticket.tags.all()} for ticket in tickets]
    assert names == [{"hall-2", "vpn", "update-48"}, {"vpn", "update-48"}, {"vpn", "update-48"}]
    send(client, "tags", tickets, way="remove", tags="vpn, Hall 2")
    assert {tag.name for ticket in tickets for tag in ticket.tags.all()} == {"update-48"}


def test_tickets_wait_and_go_on(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    client = sign_in(cast.agent)
    send(client, "wait", tickets, wait_for="hold", note="Release 4.8.2")
    assert stored(tickets, "status") == {Status.ON_HOLD}
    assert Transition.objects.filter(note="Release 4.8.2").count() == 3
    assert "3 tickets in progress again." in send(client, "resume", tickets).content.decode()


def test_tickets_are_closed(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    resolved, above = ticket_in(cast, Status.RESOLVED), new_ticket(cast, team=cast.l2)
    client, chosen = sign_in(cast.agent), [*tickets, resolved, above]
    page = send(client, "close", chosen, resolution_code="solved").content.decode()
    assert "4 tickets closed." in page
    assert "could L1 have solved it" in page
    assert stored([*tickets, resolved], "status") == {Status.CLOSED}
    send(client, "close", [above], resolution_code="solved", is_l1_capable="no")
    assert stored([above], "status") == {Status.CLOSED}


def test_tickets_are_cancelled_as_spam(cast: Cast, sign_in: SignIn, tickets: list[Ticket]) -> None:
    page = send(sign_in(cast.agent), "spam", tickets).content.decode()
    assert "3 tickets cancelled as spam." in page
    assert stored(tickets, "cancel_reason") == {"spam"}


# Asking first -------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [act.key for act in ACTS if act.form])
def test_what_has_something_to_ask_asks_with_the_number(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], act: str
) -> None:
    client = sign_in(cast.agent)
    before = stored(tickets, "ledger_seq")
    for headers in ({}, FRAGMENT):
        values = {
            "act": act,
            "ticket": [ticket.pk for ticket in tickets],
            "back": "/queue/?view=open",
        }
        answer = client.post(reverse("queue_bulk"), values, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert re.search(r"<h2[^>]*>[^<]*3 tickets[^<]*</h2>", page)
        assert page.count('name="ticket"') == 3
        assert ("<html" in page) is not bool(headers)
    assert stored(tickets, "ledger_seq") == before


@pytest.mark.parametrize(
    ("act", "values"),
    [
        ("transfer", {"team": "x"}),
        ("priority", {}),
        ("tags", {"way": "add"}),
        ("wait", {"note": "Kept"}),
    ],
)
def test_what_is_missing_is_asked_for_again(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], act: str, values: dict[str, str]
) -> None:
    answer = send(sign_in(cast.agent), act, tickets, **values)
    assert answer.status_code == 422
    assert "Kept" in answer.content.decode() or act != "wait"
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize(
    "values", [{}, {"act": "paint"}, {"act": "take"}, {"act": "take", "ticket": "x"}]
)
def test_a_choice_that_is_missing_is_asked_for(
    cast: Cast, sign_in: SignIn, values: dict[str, str]
) -> None:
    answer = sign_in(cast.agent).post(reverse("queue_bulk"), values, follow=True)
    words = "No ticket was chosen" if values.get("act") == "take" else "Choose what to do"
    assert words in answer.content.decode()


# What refuses -------------------------------------------------------------------------------------


def test_what_refuses_is_named_with_its_reason_and_stays_chosen(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    done, hidden = ticket_in(cast, Status.CLOSED), new_ticket(cast, team=cast.confidential)
    client = sign_in(cast.agent)
    answer = send(client, "take", [*tickets, done, hidden], back="/queue/?view=open&sort=oldest")
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith("/queue/?view=open&sort=oldest&result=")
    assert "3 tickets assigned to Anna Staff." in page
    assert "2 tickets were refused and stay selected" in page
    assert f'it is closed: reopen it first. <a href="/tickets/{done.pk}/?look=1">' in page
    assert f"There is no ticket #{hidden.pk}, or it is not yours to see." in page
    assert "2 of them are not on this page" in page
    for ticket in (done, hidden):
        assert f'name="ticket" value="{ticket.pk}" data-elsewhere' in page
    everywhere = client.get(f"{answer.redirect_chain[-1][0]}&view=all").content.decode()
    assert f'name="ticket" value="{done.pk}" checked' in everywhere


def test_the_next_act_forgets_what_was_refused_before(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client, done = sign_in(cast.agent), ticket_in(cast, Status.CLOSED)
    refused = send(client, "take", [done], back="/queue/?view=open").redirect_chain[-1][0]
    answer = send(client, "take", tickets, back=refused)
    assert answer.redirect_chain[-1][0] == "/queue/?view=open"


def test_refusals_are_for_the_eyes_of_who_asked(cast: Cast, sign_in: SignIn) -> None:
    done = ticket_in(cast, Status.CLOSED)
    url = send(sign_in(cast.agent), "take", [done]).redirect_chain[-1][0]
    assert "refused" not in sign_in(cast.lead).get(url).content.decode()
    assert sign_in(cast.agent).get("/queue/?result=../x").status_code == 200


# All of a view ------------------------------------------------------------------------------------


def test_all_of_a_view_can_be_chosen(cast: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    numbers = [new_ticket(cast).pk for _ in range(55)]
    new_ticket(cast, team=cast.l2)
    client = sign_in(cast.agent)
    page = client.get("/queue/?view=open&level=1").content.decode()
    assert "All 55 of this view" in page
    values = {"act": "take", "all": "1", "ticket": numbers[:2], "list": "view=open&level=1"}
    answer = client.post(reverse("queue_bulk"), values, follow=True)
    assert "55 tickets assigned to Anna Staff." in answer.content.decode()
    assert Ticket.objects.filter(assignee=cast.agent).count() == 55
    monkeypatch.setattr(bulk_page, "MOST_AT_ONCE", 20)
    capped = client.get("/queue/?view=open&level=1").content.decode()
    assert "The first 20 of this view" in capped
    values = {"act": "spam", "all": "1", "list": "view=open&level=1&sort=oldest"}
    dialog = client.post(reverse("queue_bulk"), values, headers=FRAGMENT).content.decode()
    assert "Cancel 20 tickets as spam?" in dialog
    assert "These are the first of the view" in dialog
    assert re.findall(r'name="ticket" value="(\d+)"', dialog) == [str(n) for n in numbers[:20]]


def test_a_short_view_offers_no_more_than_it_shows(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    assert "of this view" not in sign_in(cast.agent).get("/queue/?view=open").content.decode()


# Undo and ways ------------------------------------------------------------------------------------


def test_many_are_undone_together_and_what_changed_since_is_named(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    client = sign_in(cast.second_agent)
    page = send(client, "take", tickets).content.decode()
    holding.take(tickets[0], actor=cast.lead)
    key = page.split('name="key" value="')[1].split('"')[0]
    answer = client.post("/undo/", {"key": key}, follow=True).content.decode()
    assert "Taken back: 2 tickets are as before." in answer
    assert f"#{tickets[0].pk}: It was changed again" in answer
    assert stored(tickets, "assignee") == {cast.lead, cast.agent}


def test_what_cannot_be_undone_is_not_offered(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket]
) -> None:
    page = send(sign_in(cast.agent), "spam", tickets).content.decode()
    assert 'action="/undo/"' not in page


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/queue/?view=open", "/queue/?view=open"),
        ("https://evil.example/", "/queue/"),
        ("", "/queue/"),
    ],
)
def test_it_leads_back_to_the_same_page_and_never_elsewhere(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], back: str, to: str
) -> None:
    values = {"act": "take", "ticket": tickets[0].pk, "back": back}
    client = sign_in(cast.agent)
    assert client.post(reverse("queue_bulk"), values)["Location"] == to
    assert client.post(reverse("queue_bulk"), values, headers=FRAGMENT)["HX-Redirect"] == to
    assert client.get(reverse("queue_bulk"))["Location"] == "/queue/"


def test_without_a_cache_what_refuses_is_named_all_the_same(
    cast: Cast, sign_in: SignIn, tickets: list[Ticket], no_cache: None
) -> None:
    done = ticket_in(cast, Status.CLOSED)
    page = send(sign_in(cast.agent), "take", [*tickets, done]).content.decode()
    assert "3 tickets assigned to Anna Staff." in page
    assert f"#{done.pk}: This ticket cannot be changed" in page
