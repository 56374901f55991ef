"""What must not reach a reader: the desk's own words, and tickets of confidential teams."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from tests.cast import PASSWORD, Cast
from tests.matrix.conftest import Api, Web
from tests.tickets.scenes import live_ticket, new_ticket, resolved_above_l1
from tickets.models import CustomField, Notice, Ticket
from tickets.portal_links import portal_url
from tickets.services.auditing import audit_l1
from tickets.services.properties import change_properties
from tickets.services.relating import link, merge

SECRET = "About the theft"
HAND_OFF: dict[str, Any] = {"reason": "knowledge", "tried": "All.", "known": "Nothing."}


def _secret(cast: Cast) -> Ticket:
    return new_ticket(cast, team=cast.confidential, subject=SECRET, actor=cast.manager)


@pytest.mark.parametrize("is_from_here", [True, False])
def test_a_link_tells_nothing_of_a_ticket_that_the_reader_may_not_see(
    cast: Cast, web: Web, is_from_here: bool
) -> None:
    here, secret = new_ticket(cast), _secret(cast)
    ends = (here, secret) if is_from_here else (secret, here)
    link(ends[0], other=ends[1], kind="related", actor=cast.manager)
    address = f"/tickets/{here.pk}/"
    assert SECRET not in web(cast.agent).get(address).content.decode()
    assert SECRET in web(cast.manager).get(address).content.decode()


def test_a_merge_tells_nothing_of_a_confidential_ticket(cast: Cast, web: Web) -> None:
    here, secret = new_ticket(cast), _secret(cast)
    merge(secret, into=here, actor=cast.manager)
    page = web(cast.agent).get(f"/tickets/{here.pk}/").content.decode()
    assert SECRET not in page
    assert f"#{secret.pk}" in page


def test_the_api_gives_customers_their_own_fields_only(cast: Cast, api: Api) -> None:
    CustomField.objects.create(key="asset", label="Asset", is_public=True)
    CustomField.objects.create(key="risk", label="Risk")
    ticket = live_ticket(cast, description="Did not listen again.")
    values = {"asset": "PC-7", "risk": "May leave us"}
    change_properties(ticket, changes={"custom": values}, actor=cast.agent)
    address = f"/api/v1/tickets/{ticket.pk}/"
    shown = api(cast.customer).get(address)
    assert shown.data["custom"] == {"asset": "PC-7"}
    assert "Did not listen" not in shown.content.decode()
    assert api(cast.agent).get(address).data["custom"] == values


def test_an_audit_never_reaches_customers(cast: Cast, api: Api, web: Web) -> None:
    ticket = resolved_above_l1(cast)
    mails = Notice.objects.count()
    audit_l1(ticket, is_l1_capable=True, note="Crocodile.", actor=cast.lead)
    assert Notice.objects.count() == mails
    assert "Crocodile" in web(cast.lead).get(f"/tickets/{ticket.pk}/").content.decode()
    client, browser = api(cast.customer), web(cast.customer)
    address = f"/api/v1/tickets/{ticket.pk}/"
    pages = [browser.get(f"/portal/{ticket.pk}/"), Client().get(portal_url(ticket))]
    rows = [client.get(f"{address}{part}") for part in ("", "messages/", "transitions/")]
    for content in [each.content for each in pages] + [each.content for each in rows]:
        told = content.decode().lower()
        assert not [word for word in ("crocodile", "audit", "l1_capable") if word in told]
    assert client.get("/api/v1/tickets/", {"search": "crocodile"}).data["results"] == []
    body = {"is_l1_capable": True, "note": "So."}
    assert client.post(f"{address}audit-l1/", body).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}])
def test_who_sends_a_ticket_out_of_their_sight_is_told_that_it_went(
    cast: Cast, api: Api, headers: dict[str, str]
) -> None:
    ticket, client = new_ticket(cast), api(cast.agent)
    body = {"to_team": cast.confidential.pk, **HAND_OFF}
    answer = client.post(f"/api/v1/tickets/{ticket.pk}/escalate/", body, headers=headers)
    assert (answer.status_code, answer.data["team"]) == (200, cast.confidential.pk)
    assert client.get(f"/api/v1/tickets/{ticket.pk}/").status_code == 404


def test_who_opens_a_ticket_out_of_their_sight_is_told_its_number(
    cast: Cast, api: Api, web: Web
) -> None:
    words = {"subject": "Personal", "description": "For them.", "team": cast.confidential.pk}
    body = {**words, "customer": cast.customer.pk}
    assert api(cast.agent).post("/api/v1/tickets/", body).status_code == 201
    form = {**body, "channel": "email", "type": "incident", "impact": 2, "urgency": 2}
    answer = web(cast.agent).post("/tickets/new/", form, follow=True)
    assert answer.status_code == 200
    assert f"#{Ticket.objects.latest('pk').pk} is open" in answer.content.decode()


def test_an_address_that_was_changed_signs_nobody_in(cast: Cast, api: Api) -> None:
    old = cast.customer.email
    EmailAddress.objects.create(user=cast.customer, email=old, verified=True, primary=True)
    body = {"email": "married@acme.example"}
    answer = api(cast.agent).patch(f"/api/v1/customers/{cast.customer.pk}/", body)
    assert answer.status_code == 200
    assert not EmailAddress.objects.filter(email=old).exists()


def test_a_password_makes_no_token_before_the_address_is_proved(
    cast: Cast, settings: Settings
) -> None:
    settings.PUBLIC_SIGN_UP = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    email = "boss@acme.example"
    words = {"name": "Boss", "email": email, "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/account/signup/", words)
    basic = f"Basic {b64encode(f'{email}:{PASSWORD}'.encode()).decode()}"
    tries = {"HTTP_AUTHORIZATION": basic}
    assert APIClient().post("/api/v1/tokens/", **tries).status_code == 403  # type: ignore[arg-type]  # a header
    EmailAddress.objects.filter(email=email).update(verified=True)
    assert APIClient().post("/api/v1/tokens/", **tries).status_code == 201  # type: ignore[arg-type]  # a header


@pytest.mark.parametrize("name", ["manager", "administrator"])
def test_the_secret_of_a_second_factor_is_never_shown(cast: Cast, web: Web, name: str) -> None:
    row = Authenticator.objects.create(
        user=cast.administrator, type=Authenticator.Type.TOTP, data={"secret": "SEED"}
    )
    page = web(getattr(cast, name)).get(f"/admin/mfa/authenticator/{row.pk}/change/")
    assert page.status_code == 200
    assert "SEED" not in page.content.decode()


def test_a_ticket_out_of_sight_looks_like_none(cast: Cast, api: Api) -> None:
    here, secret = new_ticket(cast), _secret(cast)
    client, address = api(cast.agent), f"/api/v1/tickets/{here.pk}/merge/"
    hidden = client.post(address, {"into": secret.pk})
    missing = client.post(address, {"into": 10**6})
    assert hidden.status_code == missing.status_code == 400
    assert hidden.content.decode().replace(str(secret.pk), str(10**6)) == missing.content.decode()
