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


SECOND = {
    "targets-TOTAL_FORMS": 2,
    "targets-1-kind": "first_response",
    "targets-1-minutes": 60,
    "targets-1-warn_before_minutes": 0,
}
ACCEPT = {"kind": "accept", "level": 1}


def stored_twice(admin: Client) -> tuple[SlaPolicy, dict[str, Any]]:
    """A policy with two targets, and the form of it as it was stored."""
    admin.post(ADD, policy(**SECOND))
    saved = SlaPolicy.objects.get()
    resolution, first = saved.targets.order_by("-kind")
    ids = {"targets-0-id": resolution.pk, "targets-1-id": first.pk}
    mine = {"targets-0-policy": saved.pk, "targets-1-policy": saved.pk}
    return saved, policy(**SECOND, **ids, **mine, **{"targets-INITIAL_FORMS": 2})


def change(admin: Client, saved: SlaPolicy, values: dict[str, Any]) -> Any:
    return admin.post(reverse("admin:tickets_slapolicy_change", args=[saved.pk]), values)


def promised(saved: SlaPolicy) -> list[tuple[str, int]]:
    return list(saved.targets.order_by("kind").values_list("kind", "minutes"))


@pytest.mark.parametrize("values", [{"kind": "resolution"}, ACCEPT], ids=["no level", "level"])
def test_the_same_promised_twice_is_refused_at_its_kind(
    admin: Client, values: dict[str, Any]
) -> None:
    same = {f"targets-{n}-{name}": value for n in (0, 1) for name, value in values.items()}
    page = admin.post(ADD, policy(**{**SECOND, **same}))
    (inline,) = page.context["inline_admin_formsets"]
    words = {"kind": ["The policy promises this already."]}
    assert (inline.formset.errors, inline.formset.non_form_errors()) == ([{}, words], [])
    assert not SlaPolicy.objects.exists()


def test_a_stored_promise_is_not_made_again(admin: Client) -> None:
    saved, same = stored_twice(admin)
    page = change(admin, saved, {**same, "targets-1-kind": "resolution"})
    assert "The policy promises this already." in page.content.decode()
    assert promised(saved) == [("first_response", 60), ("resolution", 240)]


def test_promises_change_places(admin: Client) -> None:
    saved, same = stored_twice(admin)
    keys = set(saved.targets.values_list("pk", flat=True))
    swapped = {"targets-0-kind": "first_response", "targets-1-kind": "resolution"}
    assert change(admin, saved, {**same, **swapped}).status_code == 302
    assert promised(saved) == [("first_response", 240), ("resolution", 60)]
    assert set(saved.targets.values_list("pk", flat=True)) == keys


def test_a_promise_takes_the_place_of_one_that_goes(admin: Client) -> None:
    saved, same = stored_twice(admin)
    taken = {"targets-0-kind": "first_response", "targets-1-DELETE": "on"}
    assert change(admin, saved, {**same, **taken}).status_code == 302
    assert promised(saved) == [("first_response", 240)]


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
