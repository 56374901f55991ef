"""Facts, snapshots and days in the admin: to look at, filtered, drawn."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from metrics.models import Snapshot
from tests.metrics.web.conftest import Desk
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

MODELS = (
    "ticketfacts",
    "responseturn",
    "resolutioncycle",
    "stay",
    "escalationfact",
    "snapshot",
    "daystate",
    "dirtyday",
    "unmeasuredticket",
)
SNAPSHOTS = "/admin/metrics/snapshot/"


@pytest.fixture
def snapshots(desk: Desk) -> list[Snapshot]:
    """Three days of a rate: everything, and two teams; stored by hand, as a fill would."""
    rows = []
    for offset, (one, other) in enumerate([(1, 3), (0, 2), (2, 2)]):
        fields = {
            "figure": "fcr",
            "day": date(2026, 3, 2 + 2 * offset),
            "definition_version": 1,
            "computed_at": desk.solved_call.received_at,
            "is_provisional": offset == 2,
        }
        rows.append(Snapshot(numerator=one + other, denominator=8, **fields))
        for team, number in ((desk.cast.l1, one), (desk.cast.l2, other)):
            segment = {"dimension": "team", "segment": str(team.pk)}
            rows.append(Snapshot(numerator=number, denominator=4, **segment, **fields))
    Snapshot.objects.all().delete()
    return Snapshot.objects.bulk_create(rows)


def html_of(client: Client, **params: str) -> str:
    response = client.get(SNAPSHOTS, params)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_everything_is_to_be_looked_at_only(client: Client, desk: Desk, role: str) -> None:
    client.force_login(getattr(desk.cast, role))
    for model in MODELS:
        assert client.get(reverse(f"admin:metrics_{model}_changelist")).status_code == 200, model
        assert client.get(reverse(f"admin:metrics_{model}_add")).status_code == 403, model
    facts = Ticket.objects.filter(facts__isnull=False).first()
    assert facts is not None
    change = reverse("admin:metrics_ticketfacts_change", args=[facts.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"reopens": 9}).status_code == 403
    assert (
        client.post(reverse("admin:metrics_ticketfacts_delete", args=[facts.pk])).status_code == 403
    )


@pytest.mark.parametrize(
    ("model", "filters", "found"),
    [
        ("ticketfacts", {"team": "special"}, {"escalated"}),
        ("ticketfacts", {"agent": "lars", "team": ""}, {"escalated"}),
        ("ticketfacts", {"category": "no such"}, set()),
        ("stay", {"team": "special", "agent": "lars"}, {"escalated"}),
        ("responseturn", {"category": "no such"}, set()),
        ("ticketfacts", {"priority": "1"}, set()),
        ("resolutioncycle", {"priority": "1"}, set()),
    ],
)
def test_facts_are_found_by_the_names_they_hold(
    client: Client, desk: Desk, model: str, filters: dict[str, str], found: set[str]
) -> None:
    """Who and what a row is counted for, typed: none of them is listed to choose from."""
    client.force_login(desk.cast.manager)
    page = client.get(reverse(f"admin:metrics_{model}_changelist"), filters)
    shown = {row.ticket for row in page.context["cl"].result_list}
    assert shown == {getattr(desk, name) for name in found}
    everything = client.get(reverse(f"admin:metrics_{model}_changelist"))
    assert {row.ticket for row in everything.context["cl"].result_list} > shown
    assert desk.cast.l2_agent.name not in everything.content.decode()


def test_agents_have_no_admin(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.agent)
    assert client.get(SNAPSHOTS).status_code in (302, 403)


def test_no_figure_offers_all(client: Client, desk: Desk, snapshots: list[Snapshot]) -> None:
    client.force_login(desk.cast.manager)
    html = html_of(client)
    assert "Choose a figure to draw its snapshots" in html
    assert "plot" not in html


def test_the_chosen_snapshots_are_drawn_day_by_day(
    client: Client, desk: Desk, snapshots: list[Snapshot]
) -> None:
    client.force_login(desk.cast.manager)
    html = html_of(client, figure="fcr", dimension="everything")
    assert html.count('class="hit"') == 5, "days without a snapshot keep their place"
    assert "Mon 2 Mar 2026: 50.0" in html
    assert "Tue 3 Mar 2026: –" in html
    assert html.count('class="hatch-veil"') == 1


def test_values_of_a_dimension_add_up_or_stand_alone(
    client: Client, desk: Desk, snapshots: list[Snapshot]
) -> None:
    client.force_login(desk.cast.manager)
    assert "Mon 2 Mar 2026: 50.0" in html_of(client, figure="fcr", dimension="team")
    alone = html_of(client, figure="fcr", dimension="team", segment=str(desk.cast.l1.pk))
    assert "Mon 2 Mar 2026: 25.0" in alone
    assert f"team={desk.cast.l1.pk}" in alone
    assert "Team: First line" in alone


@pytest.mark.parametrize(
    "query",
    ["figure=happiness", "figure=fcr&variant=odd", "dimension=mood", "figure=fcr&segment=x"],
)
def test_a_strange_address_breaks_nothing(
    client: Client, desk: Desk, snapshots: list[Snapshot], query: str
) -> None:
    client.force_login(desk.cast.manager)
    assert client.get(f"{SNAPSHOTS}?{query}", follow=True).status_code == 200
