"""Sign-in, and where it leads."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.mails import deliver_mails
from accounts.models import User
from tests.cast import PASSWORD, Cast


def sign_in(client: Client, user: User, password: str = PASSWORD, **also: str) -> str:
    """Fill the form; return where it leads, "" where it came back."""
    form = {"login": user.email, "password": password, **also}
    response = client.post("/account/login/", form)
    return str(response.get("Location", ""))


def test_everybody_comes_to_their_own_pages(cast: Cast) -> None:
    places = ((cast.customer, "/portal/"), (cast.agent, "/queue/"), (cast.manager, "/queue/"))
    for person, place in places:
        client = Client()
        assert sign_in(client, person) == "/"
        assert client.get("/")["Location"] == place


def test_the_address_may_be_written_in_any_case(cast: Cast, client: Client) -> None:
    cast.customer.email = cast.customer.email.upper()
    assert sign_in(client, cast.customer) == "/"


def test_one_goes_on_where_one_wanted_to_go(cast: Cast, client: Client) -> None:
    assert sign_in(client, cast.customer, next="/portal/new/") == "/portal/new/"


def test_one_is_never_sent_to_another_site(cast: Cast, client: Client) -> None:
    assert sign_in(client, cast.customer, next="https://evil.example/") == "/"


def test_a_wrong_password_is_said_and_tells_nothing(cast: Cast, client: Client) -> None:
    pages = []
    for address in (cast.customer.email, "nobody@nowhere.example"):
        response = client.post("/account/login/", {"login": address, "password": "wrong"})
        assert response.status_code == 200
        pages.append(re.findall(r'class="error"[^>]*>.*?</span>', response.content.decode()))
    assert pages[0] == pages[1]
    assert pages[0]


def test_who_was_switched_off_stays_outside(cast: Cast, client: Client) -> None:
    cast.agent.is_active = False
    cast.agent.save()
    sign_in(client, cast.agent)
    assert client.get("/queue/").status_code == 302
    assert client.get("/queue/")["Location"].startswith("/account/login/")


def test_many_wrong_tries_are_stopped_humanely(cast: Cast, client: Client) -> None:
    for _ in range(12):
        response = client.post(
            "/account/login/", {"login": cast.customer.email, "password": "wrong"}
        )
    assert response.status_code in (200, 429)
    assert "Too many" in response.content.decode()


def test_the_admin_is_behind_the_same_door(cast: Cast, client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/account/login/")
    client.force_login(cast.customer)
    assert client.get("/admin/", follow=True).status_code == 403
    client.force_login(cast.manager)
    assert client.get("/admin/").status_code == 200


def test_nobody_makes_an_account_unless_the_desk_says_so(
    cast: Cast, client: Client, settings: Settings
) -> None:
    form = {
        "name": "Eve",
        "email": "eve@acme.example",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert "made by the desk" in client.get("/account/signup/").content.decode()
    client.post("/account/signup/", form)
    assert not User.objects.filter(email="eve@acme.example").exists()
    settings.PUBLIC_SIGN_UP = True
    assert "Your name" in client.get("/account/signup/").content.decode()


def test_an_account_joins_its_organization_once_the_address_is_proven(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.PUBLIC_SIGN_UP = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    form = {
        "name": "Eve",
        "email": "Eve@acme.example",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    client.post("/account/signup/", form)
    deliver_mails()
    eve = User.objects.get(email="eve@acme.example")
    assert (eve.name, eve.role, eve.organization) == ("Eve", "customer", None)
    assert client.get("/portal/").status_code == 302
    link = re.search(r"/account/confirm-email/[^\s/]+/", str(mail.outbox[0].body))
    assert link
    client.post(link.group())
    eve.refresh_from_db()
    assert eve.organization == cast.organization


def test_a_forgotten_password_is_set_anew_by_mail(cast: Cast, client: Client) -> None:
    client.post("/account/password/reset/", {"email": cast.customer.email})
    deliver_mails()
    link = re.search(r"/account/password/reset/key/\S+", str(mail.outbox[0].body))
    assert link
    page = client.get(link.group(), follow=True)
    assert "Choose a new password" in page.content.decode()
    new = "an entirely new battery"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(Client(), cast.customer, new) == "/"
    assert "no longer works" in Client().get(link.group(), follow=True).content.decode()


def test_asking_for_an_unknown_address_sends_nothing_and_looks_the_same(
    cast: Cast, client: Client
) -> None:
    response = client.post("/account/password/reset/", {"email": "nobody@nowhere.example"})
    assert response["Location"] == "/account/password/reset/done/"
    assert deliver_mails() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/profile/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/logout/",
    ],
)
def test_pages_about_oneself_open_for_customers_and_staff(cast: Cast, path: str) -> None:
    for person in (cast.customer, cast.agent):
        client = Client()
        sign_in(client, person)
        response = client.get(path, follow=True)
        assert response.status_code == 200
        assert person.name in response.content.decode() or "Sign out" in response.content.decode()


def test_nobody_changes_their_own_address(cast: Cast, client: Client) -> None:
    client.force_login(cast.customer)
    assert client.get("/account/email/").status_code == 404
    client.post("/profile/", {"name": "Carla C.", "email": "x@y.example", "role": "administrator"})
    cast.customer.refresh_from_db()
    assert cast.customer.name == "Carla C."
    assert cast.customer.email == "carla@acme.example"
    assert cast.customer.role == "customer"


def test_times_follow_the_profile(cast: Cast, client: Client) -> None:
    client.force_login(cast.customer)
    client.post("/profile/", {"name": "Carla", "time_zone": "Asia/Tokyo"})
    cast.customer.refresh_from_db()
    assert cast.customer.time_zone == "Asia/Tokyo"
    response = client.post("/profile/", {"name": "", "time_zone": "Mars/Base"})
    assert response.status_code == 422


def test_signing_out_asks_once_and_by_post(cast: Cast, client: Client) -> None:
    client.force_login(cast.customer)
    client.get("/account/logout/")
    assert client.get("/portal/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/portal/").status_code == 302
