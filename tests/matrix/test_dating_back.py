"""Who may say that something happened earlier: the figures of pick-up and reply rest on it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.matrix.conftest import Api, Web
from tests.tickets.calls import count_rows
from tests.tickets.scenes import live_ticket, new_ticket, ticket_in
from tests.web.test_acts import CASES, Case
from tickets import access
from tickets.api.views.verbs import ENDPOINTS
from tickets.choices import Status
from tickets.errors import DatedBack
from tickets.lifecycle import Verb
from tickets.models import LEDGER_MODELS, Ticket

# None of these moves a status, a level or an assignee; what is entered carries recorded_at.
BY_ALL_STAFF = {
    Verb.ADD_NOTE,
    Verb.JOIN_CONTACT,
    Verb.END_CONTACT,
    Verb.VOID_CONTACT,
    Verb.LINK,
    Verb.UNLINK,
    Verb.CHANGE_PROPERTIES,
}
NEVER = ("customer", "viewer")
OVERSEERS = ("manager", "administrator")
AN_HOUR_AGO = timedelta(hours=1)


@pytest.mark.parametrize("verb", Verb)
def test_every_cell(cast: Cast, verb: Verb) -> None:
    for name in (*NEVER, "agent", "l3_agent", "lead", *OVERSEERS):
        user = getattr(cast, name)
        is_allowed = name in OVERSEERS or (verb in BY_ALL_STAFF and name not in NEVER)
        access.require_dating(user, verb, at=None)
        if is_allowed:
            access.require_dating(user, verb, at=timezone.now())
        else:
            with pytest.raises(DatedBack) as refused:
                access.require_dating(user, verb, at=timezone.now())
            assert refused.value.fields.keys() == {"at"}


def test_the_system_itself_may() -> None:
    access.require_dating(None, Verb.PICK_UP, at=timezone.now())


def test_every_address_of_the_api_is_a_verb_of_the_rule() -> None:
    assert {endpoint.verb for endpoint in ENDPOINTS} == set(Verb) - {
        # Written by the address of messages, and by PATCH, which takes no moment.
        *(Verb.CUSTOMER_REPLY, Verb.ADD_NOTE, Verb.CHANGE_PROPERTIES),
    }


BODIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("pick-up", {}),
    ("take", {}),
    ("wait", {"for_": "vendor"}),
    ("resolve", {"resolution_code": "solved"}),
    ("start-contact", {"channel": "phone"}),
    ("log-contact", {"channel": "phone"}),
    ("messages", {"body": "Try again."}),
)


def _an_hour_old(cast: Cast) -> Ticket:
    return new_ticket(cast, at=timezone.now() - AN_HOUR_AGO)


def _body(ticket: Ticket, slug: str, body: dict[str, Any]) -> dict[str, Any]:
    times = {"started_at": ticket.received_at, "ended_at": ticket.received_at}
    return body | {"at": ticket.received_at} | (times if slug == "log-contact" else {})


@pytest.mark.parametrize(("slug", "body"), BODIES)
@pytest.mark.parametrize("name", ["agent", "lead"])
def test_nobody_picks_up_or_answers_in_the_past_by_the_api(
    cast: Cast, api: Api, name: str, slug: str, body: dict[str, Any]
) -> None:
    ticket, user = _an_hour_old(cast), getattr(cast, name)
    before = count_rows()
    address = f"/api/v1/tickets/{ticket.pk}/{slug}/"
    answer = api(user).post(address, _body(ticket, slug, body), format="json")
    assert (answer.status_code, answer.data["error"]["code"]) == (403, "dated_back")
    assert "managers and administrators" in answer.data["error"]["message"]
    assert count_rows() == before


@pytest.mark.parametrize(("slug", "body"), BODIES)
def test_managers_enter_what_happened_while_the_desk_was_down(
    cast: Cast, api: Api, slug: str, body: dict[str, Any]
) -> None:
    ticket = _an_hour_old(cast)
    who = cast.manager
    address = f"/api/v1/tickets/{ticket.pk}/{slug}/"
    answer = api(who).post(address, _body(ticket, slug, body), format="json")
    if slug == "pick-up":  # managers look on; they assign instead
        assert (answer.status_code, answer.data["error"]["code"]) == (403, "not_allowed")
        return
    assert answer.status_code < 300, answer.data
    row = _newest(ticket)
    assert row.occurred_at == ticket.received_at
    assert row.recorded_at > ticket.received_at


def _newest(ticket: Ticket) -> Any:
    return max(_rows(ticket), key=lambda row: row.seq)


def _rows_by(slug: str, ticket: Ticket) -> list[Any]:
    """What is added to an incident is told in the ledger of what is added."""
    tickets = Ticket.objects.all() if slug == "add-parts" else [ticket]
    return [row for each in tickets for row in _rows(each)]


def _rows(ticket: Ticket) -> list[Any]:
    return [row for model in LEDGER_MODELS for row in model._default_manager.filter(ticket=ticket)]


def test_notes_and_calls_are_entered_later_by_all_staff(cast: Cast, api: Api) -> None:
    ticket = _an_hour_old(cast)
    address, then = f"/api/v1/tickets/{ticket.pk}/", ticket.received_at + timedelta(minutes=5)
    program = api(cast.agent)
    note = {"body": "She rang.", "visibility": "private", "at": then}
    assert program.post(f"{address}messages/", note, format="json").status_code == 201
    call = {"channel": "phone", "started_at": then, "ended_at": then}
    assert program.post(f"{address}log-contact/", call, format="json").status_code == 200
    ticket.refresh_from_db()
    assert ticket.picked_up_at is not None
    assert ticket.picked_up_at > timezone.now() - timedelta(minutes=5), "now, not when it rang"


def test_a_call_that_was_forgotten_is_ended_when_it_ended(cast: Cast, api: Api) -> None:
    start = timezone.now() - AN_HOUR_AGO
    ticket = live_ticket(cast, at=start)
    address = f"/api/v1/tickets/{ticket.pk}/end-contact/"
    answer = api(cast.agent).post(address, {"at": start + timedelta(minutes=9)}, format="json")
    assert answer.status_code == 200


def test_customers_act_now(cast: Cast, api: Api) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    for slug, body in (("confirm", {}), ("reject", {"body": "No."}), ("messages", {"body": "No."})):
        answer = api(cast.customer).post(
            f"/api/v1/tickets/{ticket.pk}/{slug}/", {**body, "at": timezone.now()}, format="json"
        )
        assert (answer.status_code, answer.data["error"]["code"]) == (403, "dated_back")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_pages_take_no_moment_at_all(cast: Cast, web: Web, case: Case) -> None:
    ticket = case.given(cast)
    values = case.values(cast, ticket)
    start = timezone.now()
    before = {(type(row), row.pk) for row in _rows_by(case.slug, ticket)}
    past = (start - AN_HOUR_AGO).isoformat()
    address = f"/tickets/{ticket.pk}/{case.slug}/"
    web(getattr(cast, case.by)).post(address, {**values, "at": past})
    new = [row for row in _rows_by(case.slug, ticket) if (type(row), row.pk) not in before]
    assert new
    told = {"contact", "contactleg"} if case.slug == "log-contact" else set()
    assert all(row.occurred_at >= start or row._meta.model_name in told for row in new)
