"""Whom to give a ticket to: who knows its category comes first, everybody with load and skills."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.choices import Role
from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.web.conftest import Do, SignIn
from tickets.choices import Status
from tickets.models import AgentSkill, Category, Ticket
from tickets.services import holding


@pytest.fixture
def vpn(cast: Cast) -> Category:
    """A category that the second agent knows; an agent of L2 knows the one above it."""
    vpn = cast.category
    AgentSkill.objects.create(user=cast.second_agent, category=vpn)
    AgentSkill.objects.create(user=cast.l2_agent, category=Category.objects.get(name="Network"))
    AgentSkill.objects.create(user=cast.lead, category=Category.objects.create(name="Phones"))
    return vpn


def dialog(sign_in: SignIn, user: User, ticket: Ticket, slug: str) -> str:
    url = reverse("act", kwargs={"number": ticket.pk, "slug": slug})
    return str(sign_in(user).get(url, headers={"HX-Request": "true"}).content.decode())


def groups(html: str, name: str) -> dict[str, list[str]]:
    """The options of a select by the group that they stand in, as people read them."""
    select = re.search(rf'<select name="{name}".*?</select>', html, re.DOTALL)
    assert select, name
    return {
        label: [" ".join(each.split()) for each in re.findall(r"<option[^>]*>([^<]*)<", group)]
        for label, group in re.findall(
            r'<optgroup label="([^"]*)">(.*?)</optgroup>', select[0], re.DOTALL
        )
    }


def test_who_knows_the_category_comes_first_then_the_team_then_everybody(
    cast: Cast, sign_in: SignIn, vpn: Category
) -> None:
    ticket = new_ticket(cast, category=vpn)
    holding.assign(ticket, actor=cast.lead, assignee=cast.agent)
    offered = groups(dialog(sign_in, cast.agent, ticket, "assign"), "assignee")
    assert list(offered) == ["Know VPN", f"Others in {cast.l1}", "Others"]
    assert [each.split(" · ")[0] for each in offered["Know VPN"]] == [
        cast.second_agent.name,
        cast.l2_agent.name,
    ]
    assert f"{cast.second_agent.name} · 0 open · VPN" in offered["Know VPN"]
    assert f"{cast.agent.name} · 1 open" in offered[f"Others in {cast.l1}"]
    everybody = [name for names in offered.values() for name in names]
    assert any(name.startswith(f"{cast.lead.name} · 0 open · Phones") for name in everybody)
    assert len(everybody) == len({name.split(" · ")[0] for name in everybody})


def test_of_those_who_know_it_the_team_comes_first_and_there_who_has_least_to_do(
    cast: Cast, sign_in: SignIn, vpn: Category
) -> None:
    AgentSkill.objects.create(user=cast.agent, category=vpn)
    holding.assign(ticket_in(cast, Status.IN_PROGRESS), actor=cast.lead, assignee=cast.second_agent)
    closed = ticket_in(cast, Status.CLOSED)
    assert closed.assignee == cast.agent
    shown = dialog(sign_in, cast.agent, new_ticket(cast, category=vpn), "assign")
    offered = groups(shown, "assignee")
    assert offered["Know VPN"] == [
        f"{cast.agent.name} · 0 open · VPN",
        f"{cast.second_agent.name} · 1 open · VPN",
        f"{cast.l2_agent.name} · 0 open · Network",
    ]


def test_who_is_chosen_gets_it_and_stays_chosen(
    cast: Cast, sign_in: SignIn, do: Do, vpn: Category
) -> None:
    ticket = new_ticket(cast, category=vpn)
    do(cast.agent, ticket, "assign", assignee=cast.second_agent.pk)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.second_agent
    again = dialog(sign_in, cast.agent, ticket, "assign")
    assert f'<option value="{cast.second_agent.pk}" selected>' in again
    assert do(cast.agent, ticket, "assign", assignee=cast.customer.pk).status_code == 422


def test_an_escalation_says_which_teams_know_it_and_who_can_take_the_call(
    cast: Cast, sign_in: SignIn, vpn: Category
) -> None:
    shown = dialog(sign_in, cast.agent, live_ticket(cast, category=vpn), "escalate")
    assert f"L2 · {cast.l2.name} · 1 knows it" in shown
    assert f"L3 · {cast.l3.name}<" in shown
    assert groups(shown, "to_agent")["Know VPN"] == [f"{cast.l2_agent.name} · 0 open · Network"]


def test_without_a_category_the_team_comes_first(cast: Cast, sign_in: SignIn) -> None:
    offered = groups(dialog(sign_in, cast.agent, new_ticket(cast), "assign"), "assignee")
    assert list(offered) == [f"In {cast.l1}", "Others"]


def test_many_tickets_are_assigned_by_load_and_skill_too(
    cast: Cast, sign_in: SignIn, vpn: Category
) -> None:
    ticket = new_ticket(cast, category=vpn)
    values = {"act": "assign", "ticket": [ticket.pk], "ask": "1"}
    html = sign_in(cast.lead).post(reverse("queue_bulk"), values).content.decode()
    assert f"{cast.second_agent.name} · 0 open · VPN" in html


def test_nobody_is_chosen_and_never_meant_by_silence(
    cast: Cast, sign_in: SignIn, do: Do, vpn: Category
) -> None:
    ticket = new_ticket(cast, category=vpn)
    assert "Choose who gets it, or nobody." in do(cast.agent, ticket, "assign").content.decode()
    many = {"act": "assign", "ticket": [ticket.pk], "sure": "1"}
    silent = sign_in(cast.agent).post(reverse("queue_bulk"), many)
    assert "Choose who gets it, or nobody." in silent.content.decode()
    holding.take(ticket, actor=cast.agent)
    do(cast.agent, ticket, "assign", assignee="nobody")
    ticket.refresh_from_db()
    assert ticket.assignee is None


@pytest.mark.parametrize("more", [0, 20])
def test_however_many_people_there_are_the_dialog_asks_the_same(
    cast: Cast,
    sign_in: SignIn,
    vpn: Category,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    colleagues = User.objects.bulk_create(
        User(email=f"agent{number}@desk.example", name=f"Agent {number}", role=Role.AGENT)
        for number in range(more)
    )
    AgentSkill.objects.bulk_create(AgentSkill(user=each, category=vpn) for each in colleagues)
    ticket, client = new_ticket(cast, category=vpn), sign_in(cast.agent)
    url = reverse("act", kwargs={"number": ticket.pk, "slug": "assign"})
    with django_assert_num_queries(7):
        client.get(url, headers={"HX-Request": "true"})
