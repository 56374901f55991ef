"""The palette offers what its reader may do and open now, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets import access
from tickets.choices import Status
from tickets.models import Ticket
from tickets.services import escalating, holding
from tickets.services.saved_views import save_view
from tickets.web.act_labels import ACT_LABELS, offered
from tickets.web.acts import ACTS

BESIDE_A_ROW = {"split", "unlink", "void-contact", "acknowledge"}


def ask(client: Client, text: str = "", ticket: Ticket | None = None) -> dict[str, list[Any]]:
    """What the palette finds, group by group."""
    values = {"q": text, "ticket": str(ticket.pk) if ticket else ""}
    answer = client.get("/palette/", values, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return {group.label: list(group.options) for group in answer.context["groups"]}


def labels(found: dict[str, list[Any]], group: str) -> list[str]:
    return [option.label for option in found.get(group, [])]


# Acts ---------------------------------------------------------------------------------------------


def test_every_act_has_a_name_or_stands_beside_a_row() -> None:
    assert {act.slug for act in ACTS} - BESIDE_A_ROW == set(ACT_LABELS) - {"properties"}


@pytest.mark.parametrize("name", ["agent", "second_agent", "l2_agent", "manager"])
@pytest.mark.parametrize("status", list(Status))
def test_the_acts_are_those_that_the_reader_may_do_now(
    cast: Cast, sign_in: SignIn, name: str, status: str
) -> None:
    user, ticket = getattr(cast, name), ticket_in(cast, status)
    found = ask(sign_in(user), ticket=ticket)[f"For #{ticket.pk}"]
    verbs = access.verbs_for(user, ticket)
    slugs = {option.url.strip("/").split("/")[-1] for option in found if option.way != "open"}
    assert slugs == set(offered(user, ticket))
    assert {ACT_LABELS[slug].verb for slug in slugs} <= verbs
    assert {"Write a reply", "Write a private note"} <= {option.label for option in found}


def test_what_is_offered_is_not_refused(cast: Cast, sign_in: SignIn) -> None:
    """Dialogs open; what is done at once, is done."""
    client = sign_in(cast.second_agent)
    for ticket in (new_ticket(cast), ticket_in(cast, Status.ON_HOLD), live_ticket(cast)):
        for option in ask(client, ticket=ticket)[f"For #{ticket.pk}"]:
            if option.way == "ask":
                assert client.get(option.url).status_code == 200, option.label
            elif option.way == "do":
                sent = client.post(option.url, {"once": option.once}, follow=True)
                assert "cannot be changed" not in sent.content.decode(), option.label


def test_acts_fit_where_the_ticket_stands(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    group = f"For #{ticket.pk}"
    own, other = sign_in(cast.agent), sign_in(cast.second_agent)
    assert "Take it" in labels(ask(other, ticket=ticket), group)
    assert not {"Take it", "De-escalate"} & set(labels(ask(own, ticket=ticket), group))
    escalating.escalate(
        ticket, actor=cast.agent, to_team=cast.l2, reason="access", tried="a", known="b"
    )
    at_l2 = labels(ask(sign_in(cast.l2_agent), ticket=ticket), group)
    assert {"Accept the escalation", "Return the escalation", "De-escalate"} <= set(at_l2)
    assert "Accept the escalation" not in labels(ask(own, ticket=ticket), group)


def test_a_few_letters_narrow_the_acts(cast: Cast, sign_in: SignIn) -> None:
    ticket, client = ticket_in(cast, Status.IN_PROGRESS), sign_in(cast.agent)
    group = f"For #{ticket.pk}"
    assert labels(ask(client, "ESC", ticket), group) == ["Escalate"]
    assert labels(ask(client, "note write", ticket), group) == ["Write a private note"]
    assert next(iter(ask(client, "esc", ticket))) == group


def test_a_ticket_out_of_sight_has_no_acts(cast: Cast, sign_in: SignIn) -> None:
    secret = new_ticket(cast, team=cast.confidential)
    assert f"For #{secret.pk}" not in ask(sign_in(cast.agent), ticket=secret)
    assert f"For #{secret.pk}" in ask(sign_in(cast.insider), ticket=secret)
    for number in ("x", "-1", "9" * 30, "999999"):
        answer = sign_in(cast.agent).get("/palette/", {"ticket": number})
        assert answer.status_code == 200


# Tickets, views, people, pages -------------------------------------------------------------------


def test_a_number_leads_to_its_ticket(cast: Cast, sign_in: SignIn) -> None:
    tickets = [new_ticket(cast) for _ in range(3)]
    client = sign_in(cast.agent)
    for text in (str(tickets[0].pk), f"#{tickets[0].pk}"):
        first = ask(client, text)["Tickets"][0]
        assert first.url == f"/tickets/{tickets[0].pk}/"


def test_tickets_are_found_by_words_and_only_those_that_the_reader_sees(
    cast: Cast, sign_in: SignIn
) -> None:
    one = new_ticket(cast, subject="Scanner stops")
    secret = new_ticket(cast, subject="Scanner of a colleague", team=cast.confidential)
    found = ask(sign_in(cast.agent), "scanner")["Tickets"]
    assert [option.url for option in found] == [f"/tickets/{one.pk}/"]
    assert f"/tickets/{secret.pk}/" in [
        o.url for o in ask(sign_in(cast.insider), "scanner")["Tickets"]
    ]
    assert "Tickets" not in ask(sign_in(cast.agent), "s")


def test_what_was_not_meant_here_is_searched_in_the_queue(cast: Cast, sign_in: SignIn) -> None:
    found = ask(sign_in(cast.agent), "nothing like it")
    assert list(found) == ["Search"]
    assert found["Search"][0].url == "/queue/?q=nothing+like+it"
    assert "Search" not in ask(sign_in(cast.agent))


def test_views_are_found_ones_own_among_them(cast: Cast, sign_in: SignIn) -> None:
    save_view("Network, high", query="view=open&level=1", labels={}, actor=cast.agent)
    found = ask(sign_in(cast.agent), "network")["Views"]
    assert [(option.label, option.detail) for option in found] == [("Network, high", "Saved view")]
    assert "Views" not in ask(sign_in(cast.second_agent), "network")
    assert "Assigned to me" in labels(ask(sign_in(cast.agent)), "Views")


@pytest.mark.parametrize("name", ["agent", "lead", "manager", "administrator"])
def test_people_and_pages_lead_where_their_reader_may_go(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    client = sign_in(getattr(cast, name))
    for text in ("carla", "ben"):
        (person,) = ask(client, text)["People"]
        assert client.get(person.url).status_code == 200
        assert ("/admin/" in person.url) is (name in ("manager", "administrator"))
    for page in ask(client)["Pages"]:
        assert client.get(page.url).status_code == 200, page.label
    is_staff = name in ("manager", "administrator")
    assert ("Administration" in labels(ask(client), "Pages")) is is_staff


def test_who_left_is_not_found(cast: Cast, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.customer.pk).update(is_active=False)
    assert "People" not in ask(sign_in(cast.agent), "carla")


def test_a_person_leads_to_their_tickets(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    holding.take(ticket, actor=cast.second_agent)
    client = sign_in(cast.agent)
    for text in ("carla", "ben staff"):
        (person,) = ask(client, text)["People"]
        shown = client.get(person.url).context["page"].rows
        assert [row.ticket for row in shown] == [ticket]


def test_a_customer_has_no_palette(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.customer).get("/palette/").status_code == 302
    assert "palette" not in sign_in(cast.customer).get("/portal/").content.decode()
    assert Client().get("/palette/").status_code == 302


# For everybody ------------------------------------------------------------------------------------


def test_it_is_a_list_box_of_options(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    client = sign_in(cast.second_agent)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert 'role="combobox"' in page
    assert 'aria-controls="palette-list"' in page
    assert f'{{"ticket": "{ticket.pk}"}}' in page
    fragment = client.get("/palette/", {"ticket": ticket.pk}).content.decode()
    ids = [part.split('"')[0] for part in fragment.split('tabindex="-1" id="')[1:]]
    assert len(ids) == len(set(ids)) == fragment.count('role="option"')
    assert "<script" not in fragment


@pytest.mark.parametrize("text", ["%_\\'\"", "\0", "x" * 999, "<b>", "☃", "#", "{tickets}"])
def test_whatever_is_typed_is_answered(cast: Cast, sign_in: SignIn, text: str) -> None:
    new_ticket(cast)
    answer = sign_in(cast.agent).get("/palette/", {"q": text})
    assert answer.status_code == 200
    assert "<b>" not in answer.content.decode()


@pytest.mark.parametrize("number", [2, 30])
def test_it_asks_few_questions_however_much_there_is(
    cast: Cast, sign_in: SignIn, number: int
) -> None:
    tickets = [new_ticket(cast, subject=f"Scanner {index}") for index in range(number)]
    for index in range(min(number, 20)):
        query = f"view=open&team={cast.l1.pk}&category={cast.category.pk}"
        save_view(f"View {index}", query=query, labels={}, actor=cast.agent)
    client = sign_in(cast.agent)
    with CaptureQueriesContext(connection) as empty:
        ask(client, ticket=tickets[0])
    with CaptureQueriesContext(connection) as typed:
        ask(client, "scanner", tickets[0])
    # Session, user, ticket, its outages, saved views, their categories and teams; typed: whether
    # anything fits, what does, and people.
    assert (len(empty), len(typed)) == (7, 10)
