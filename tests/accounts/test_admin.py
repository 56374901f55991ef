"""The admin of people, organizations and teams."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Organization, User
from tests.cast import PASSWORD, Cast


@pytest.fixture
def admin(cast: Cast, client: Client) -> Client:
    """The administrator's browser."""
    client.force_login(cast.administrator)
    return client


NO_INLINES = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


def person(user: User, **changes: object) -> dict[str, object]:
    """The change form of a person, filled as they are."""
    names = ("name", "email", "role", "home_level", "job_title", "phone", "time_zone")
    values = {name: getattr(user, name) or "" for name in names}
    flags = ("is_active", "is_taking_work", "is_organization_viewer")
    values |= {flag: "on" for flag in flags if getattr(user, flag)}
    values |= {"organization": user.organization_id or ""}
    return values | NO_INLINES | changes


def test_a_new_person_signs_in_with_the_password_given(cast: Cast, admin: Client) -> None:
    form = {
        "email": "New@Desk.example",
        "name": "Nora New",
        "role": "agent",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = admin.post("/admin/accounts/user/add/", form)
    assert response.status_code == 302, response.content.decode()
    assert Client().login(email="new@desk.example", password=PASSWORD)


def test_one_address_is_one_person(cast: Cast, admin: Client) -> None:
    form = {
        "email": cast.customer.email.upper(),
        "name": "Twin",
        "role": "customer",
        "usable_password": "false",
    }
    response = admin.post("/admin/accounts/user/add/", form)
    assert response.status_code == 200
    assert not User.objects.filter(name="Twin").exists()


def test_a_changed_address_closes_the_old_door(cast: Cast, admin: Client) -> None:
    EmailAddress.objects.create(user=cast.customer, email=cast.customer.email, primary=True)
    url = f"/admin/accounts/user/{cast.customer.pk}/change/"
    response = admin.post(url, person(cast.customer, email="carla@new.example"))
    assert response.status_code == 302, response.content.decode()
    assert not EmailAddress.objects.filter(email="carla@acme.example").exists()


def test_what_is_for_staff_is_refused_for_customers(cast: Cast, admin: Client) -> None:
    url = f"/admin/accounts/user/{cast.customer.pk}/change/"
    response = admin.post(url, person(cast.customer, home_level="2"))
    assert "A customer has no support level." in response.content.decode()


def test_administrators_cannot_lock_themselves_out(cast: Cast, admin: Client) -> None:
    url = f"/admin/accounts/user/{cast.administrator.pk}/change/"
    admin.post(url, person(cast.administrator, role="customer", is_active=""))
    admin.post(
        "/admin/accounts/user/",
        {"action": "switch_off", "_selected_action": [cast.administrator.pk, cast.agent.pk]},
    )
    for who in (cast.administrator, cast.agent):
        who.refresh_from_db()
    assert (cast.administrator.role, cast.administrator.is_active) == ("administrator", True)
    assert not cast.agent.is_active


def test_people_are_never_deleted(cast: Cast, admin: Client) -> None:
    for row in (cast.customer, cast.organization, cast.l1):
        path = f"/admin/accounts/{row._meta.model_name}/"
        assert admin.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 302
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        admin.post(path, chosen)
        assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_domains_are_kept_bare_and_in_lower_case(cast: Cast, admin: Client) -> None:
    form = {
        "name": "Initech",
        "tier": "business",
        "is_active": "on",
        "domains-TOTAL_FORMS": "1",
        "domains-INITIAL_FORMS": "0",
        "domains-0-domain": "@Initech.Example",
    }
    admin.post("/admin/accounts/organization/add/", form)
    assert Organization.objects.get(name="Initech").domains.get().domain == "initech.example"


def test_managers_look_and_change_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager)
    url = f"/admin/accounts/user/{cast.customer.pk}/"
    assert client.get(f"{url}change/").status_code == 200
    assert client.post(f"{url}change/", person(cast.customer, name="X")).status_code == 403
    assert client.get(f"{url}password/").status_code == 403
    assert client.get("/admin/accounts/user/add/").status_code == 403


def test_agents_and_customers_have_no_admin(cast: Cast, client: Client) -> None:
    for someone in (cast.customer, cast.agent, cast.lead):
        client.force_login(someone)
        for path in ("", "accounts/user/", "tickets/ticket/"):
            assert client.get(f"/admin/{path}", follow=True).status_code == 403
