"""Service level policies in the admin: saving publishes, and what cannot be is refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tickets.models import SlaPolicy, SlaVersion
from tickets.services.sla_policies import publish

ADD = reverse("admin:tickets_slapolicy_add")


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.administrator)
    return client


def policy(**values: Any) -> dict[str, Any]:
    return {
        "name": "Premier",
        "position": 10,
        "is_active": "on",
        "tiers": ["premier"],
        "targets-TOTAL_FORMS": 1,
        "targets-INITIAL_FORMS": 0,
        "targets-0-kind": "resolution",
        "targets-0-minutes": 240,
        "targets-0-is_business": "on",
        "targets-0-pauses": ["waiting_customer"],
        "targets-0-warn_before_minutes": 30,
        "targets-0-tell_at_warning": ["assignee"],
        "targets-0-tell_at_breach": ["assignee", "lead"],
        **values,
    }


def test_saving_publishes_a_version(admin: Client, cast: Cast) -> None:
    page = admin.post(ADD, policy(), follow=True).content.decode()
    assert "Version 1 holds from now on" in page
    version = SlaVersion.objects.get()
    assert version.author == cast.administrator
    assert version.document["conditions"]["tiers"] == ["premier"]
    (target,) = version.document["targets"]
    assert (target["kind"], target["seconds"], target["pauses"]) == (
        "resolution",
        240 * 60,
        ["waiting_customer"],
    )


def test_saving_the_same_again_publishes_nothing(admin: Client) -> None:
    admin.post(ADD, policy())
    saved = SlaPolicy.objects.get()
    address = reverse("admin:tickets_slapolicy_change", args=[saved.pk])
    same = policy(
        **{
            "targets-INITIAL_FORMS": 1,
            "targets-0-id": saved.targets.get().pk,
            "targets-0-policy": saved.pk,
        }
    )
    assert admin.post(address, same).status_code == 302
    assert SlaVersion.objects.count() == 1
    assert admin.post(address, {**same, "targets-0-minutes": 300}).status_code == 302
    assert [each.number for each in SlaVersion.objects.order_by("pk")] == [1, 2]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"targets-0-kind": "accept"}, "Choose the level that this is asked of."),
        ({"targets-0-level": 2}, "Leave this empty"),
        ({"targets-0-warn_before_minutes": 240}, "Warn later"),
        ({"targets-0-minutes": 0}, "greater than or equal to 1"),
        ({"tiers": ["gold"]}, "not one of the available choices"),
        (
            {
                "targets-TOTAL_FORMS": 2,
                "targets-1-kind": "resolution",
                "targets-1-minutes": 5,
                "targets-1-warn_before_minutes": 0,
            },
            "promises this already",
        ),
    ],
)
def test_what_cannot_be_promised(admin: Client, values: dict[str, Any], words: str) -> None:
    page = admin.post(ADD, policy(**values))
    assert page.status_code == 200
    assert words in page.content.decode()
    assert not SlaPolicy.objects.exists()


def test_managers_only_look(cast: Cast, admin: Client) -> None:
    admin.post(ADD, policy())
    client = Client()
    client.force_login(cast.manager)
    assert client.get(reverse("admin:tickets_slapolicy_changelist")).status_code == 200
    assert client.post(ADD, policy(name="Mine")).status_code == 403


def test_what_a_release_adds_to_the_terms_makes_no_version(admin: Client) -> None:
    admin.post(ADD, policy())
    version = SlaVersion.objects.get()
    for target in version.document["targets"]:
        del target["escalates_at_warning"]
    version.save()
    assert publish(version.policy, author=None) is None


def test_a_lead_is_drawn_in_before_it_is_due_only_where_it_is_said_when(admin: Client) -> None:
    values = {"targets-0-escalates_at_warning": "on", "targets-0-warn_before_minutes": 0}
    page = admin.post(ADD, policy(**values)).content.decode()
    assert "Say how long before the lead is drawn in." in page
    assert not SlaPolicy.objects.exists()
