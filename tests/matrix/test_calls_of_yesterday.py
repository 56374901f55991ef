"""A ticket opened with a call that is over: who may, what is stored, what the figures say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.zones import reporting_zone
from tests.cast import Cast
from tests.matrix.conftest import Api, Web
from tests.metrics.verdicts import facts_of, verdict
from tests.tickets.calls import count_rows
from tests.tickets.scenes import new_ticket
from tickets.choices import LegKind, Status
from tickets.errors import InvalidInput
from tickets.models import Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.opening import open_ticket
from tickets.services.states import resolve

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
OVERSEERS = ("manager", "administrator")
OTHERS = ("agent", "l2_agent", "lead", "customer")


def _body(cast: Cast, *, start: datetime, **values: Any) -> dict[str, Any]:
    call = {"started_at": start.isoformat(), "ended_at": (start + 5 * MINUTE).isoformat()}
    words = {"subject": "No way in", "description": "She rang.", "channel": "phone"}
    return {"customer": cast.customer.pk} | words | call | values


def _open(api: Api, cast: Cast, name: str, **values: Any) -> Any:
    body = _body(cast, start=timezone.now() - DAY) | values
    return api(getattr(cast, name)).post("/api/v1/tickets/", body, format="json")


@pytest.mark.parametrize("name", OVERSEERS)
def test_it_was_received_and_picked_up_when_the_call_began(cast: Cast, api: Api, name: str) -> None:
    start = timezone.now() - DAY
    assert _open(api, cast, name, started_at=start.isoformat()).status_code == 201
    ticket = Ticket.objects.get()
    assert ticket.received_at == ticket.picked_up_at == start
    assert ticket.recorded_at > start + DAY - MINUTE
    assert (ticket.status, ticket.live_contact) == (Status.IN_PROGRESS, None)
    contact = ticket.contacts.get()
    assert contact.occurred_at == start
    assert contact.legs.get(kind=LegKind.ENDED).occurred_at > start
    assert not list(find_differences(Ticket.objects.all()))


@pytest.mark.parametrize("name", OTHERS)
def test_others_may_not_say_so(cast: Cast, api: Api, name: str) -> None:
    before = count_rows()
    answer = _open(api, cast, name)
    assert (answer.status_code, answer.data["error"]["code"]) == (403, "dated_back")
    assert count_rows() == before


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"channel": "email"}, "channel"),
        ({"is_live": True}, "is_live"),
        ({"started_at": "2026-03-02T10:00:00Z", "ended_at": "2026-03-02T09:00:00Z"}, "ended_at"),
        ({"ended_at": "2199-01-01T00:00:00Z"}, "ended_at"),
        ({"started_at": "2199-01-01T00:00:00Z"}, "started_at"),
    ],
)
def test_what_cannot_be_is_named(cast: Cast, api: Api, values: dict[str, Any], field: str) -> None:
    answer = _open(api, cast, "manager", **values)
    assert answer.status_code == 400
    assert field in answer.data["error"]["fields"]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("missing", ["started_at", "ended_at"])
def test_both_times_are_needed(cast: Cast, api: Api, missing: str) -> None:
    body = _body(cast, start=timezone.now() - DAY)
    del body[missing]
    answer = api(cast.manager).post("/api/v1/tickets/", body, format="json")
    assert missing in answer.data["error"]["fields"]


def test_written_words_do_not_end(cast: Cast, now: datetime) -> None:
    with pytest.raises(InvalidInput):
        new_ticket(cast, at=now, ended_at=now + MINUTE)


def test_the_figures_count_it_as_logged_on_the_line(cast: Cast, now: datetime) -> None:
    ticket = open_ticket(
        customer=cast.customer,
        actor=cast.manager,
        subject="No way in",
        description="She rang; I set a new password.",
        channel="phone",
        is_live=True,
        at=now,
        ended_at=now + 5 * MINUTE,
    )
    resolve(ticket, resolution_code="solved", actor=cast.manager, at=now + 6 * MINUTE)
    facts = facts_of(ticket)
    assert (facts.ttfr_seconds, facts.contacts_to_resolution) == (0, 1)
    assert verdict(cast, ticket, "fcr") == "yes"


def test_the_page_asks_those_who_may(cast: Cast, web: Web) -> None:
    address = reverse("new_ticket")
    assert 'name="started_at"' not in web(cast.agent).get(address).content.decode()
    browser = web(cast.manager)
    assert 'name="started_at"' in browser.get(address).content.decode()
    start = timezone.localtime(timezone.now() - DAY, reporting_zone())
    start = start.replace(second=0, microsecond=0)
    form = _body(cast, start=start, type="incident", impact=2, urgency=2)
    form |= {"started_at": f"{start:%Y-%m-%dT%H:%M}", "ended_at": ""}
    refused = browser.post(address, form)
    assert refused.context["form"].errors["ended_at"]
    browser.post(address, form | {"ended_at": f"{start + 5 * MINUTE:%Y-%m-%dT%H:%M}"})
    ticket = Ticket.objects.get()
    assert ticket.received_at == ticket.picked_up_at == start
    assert ticket.live_contact is None


def test_the_page_takes_no_times_from_others(cast: Cast, web: Web) -> None:
    form = _body(cast, start=timezone.now() - DAY, type="incident", impact=2, urgency=2)
    web(cast.agent).post(reverse("new_ticket"), form)
    assert Ticket.objects.get().received_at > timezone.now() - 5 * MINUTE
