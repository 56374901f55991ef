"""Role × verb × ticket, cell by cell; and the doors: pages, links and files of others."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.choices import Role
from tests.cast import Cast
from tests.matrix.conftest import Web
from tests.tickets.calls import FOR_CUSTOMERS, FOR_LEADS, NEED_ESCALATION, count_rows
from tests.tickets.scenes import new_ticket
from tickets import access
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.portal_links import portal_token, portal_url, revoke_links
from tickets.services.files import attach
from tickets.services.talking import add_note, reply
from tickets.web.acts import ACTS

EVERY = frozenset({"customer", "colleague", "other_customer", "secret"})
SEEN = {
    "customer": {"customer", "secret"},
    "colleague": {"colleague"},
    "viewer": {"customer", "colleague", "secret"},
    "other_customer": {"other_customer"},
    "agent": EVERY - {"secret"},
    "l2_agent": EVERY - {"secret"},
    "insider": EVERY,
    "lead": EVERY - {"secret"},
    "manager": EVERY,
    "administrator": EVERY,
}
OVERSEERS = ("manager", "administrator")


def _tickets(cast: Cast) -> dict[str, Ticket]:
    """A ticket of each of three customers, and one of the first with the confidential team."""
    names = ("customer", "colleague", "other_customer")
    people = {name: getattr(cast, name) for name in names}
    found = {name: new_ticket(cast, customer=who, actor=who) for name, who in people.items()}
    return found | {"secret": new_ticket(cast, team=cast.confidential, actor=cast.manager)}


def _is_expected(cast: Cast, name: str, verb: Verb, key: str, ticket: Ticket) -> bool:
    user = getattr(cast, name)
    if key not in SEEN[name]:
        return False
    if user.role == Role.CUSTOMER:
        return verb in FOR_CUSTOMERS and ticket.customer == user
    if verb in (Verb.CONFIRM, Verb.REJECT):
        return False
    if verb == Verb.PICK_UP:
        return name not in OVERSEERS
    if verb in NEED_ESCALATION:
        return name in OVERSEERS or user.memberships.filter(team=ticket.team).exists()
    return verb not in FOR_LEADS or name in ("lead", *OVERSEERS)


@pytest.mark.parametrize("name", SEEN)
def test_every_cell(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    for key, ticket in _tickets(cast).items():
        for verb in Verb:
            expected = _is_expected(cast, name, verb, key, ticket)
            assert access.may(user, verb, ticket) == expected, (key, verb)


@pytest.mark.parametrize("name", ["customer", "viewer", "other_customer", None])
def test_no_staff_page_opens_for_customers_and_strangers(
    cast: Cast, web: Web, name: str | None
) -> None:
    ticket = new_ticket(cast)
    browser, before = web(getattr(cast, name)) if name else Client(), count_rows()
    slugs = ("", "properties/", "compose/", *(f"{act.slug}/" for act in ACTS))
    addresses = [f"/tickets/{ticket.pk}/{slug}" for slug in slugs]
    addresses += ["/queue/", "/queue/bulk/", "/undo/", "/tickets/new/", "/metrics/", "/admin/"]
    for address in addresses:
        for send in (browser.get, browser.post):
            assert send(address).status_code in (302, 403, 404, 405), address
    assert count_rows() == before


@pytest.mark.parametrize("name", ["agent", "l2_agent", "manager"])
def test_reading_changes_nothing(cast: Cast, web: Web, name: str) -> None:
    ticket, browser = new_ticket(cast), web(getattr(cast, name))
    before = count_rows()
    for slug in ("", "properties/", "compose/", *(f"{act.slug}/" for act in ACTS)):
        for send in (browser.get, browser.head, browser.options):
            assert send(f"/tickets/{ticket.pk}/{slug}").status_code < 500
    assert count_rows() == before


def test_a_link_hands_out_no_file_of_a_note_or_of_another_ticket(cast: Cast, web: Web) -> None:
    ticket, other = new_ticket(cast), new_ticket(cast)
    note = add_note(ticket, body="For us.", actor=cast.agent)
    answer = reply(other, body="See there.", actor=cast.agent)
    private = attach(note, upload=ContentFile(b"x", name="x"), actor=cast.agent)
    elsewhere = attach(answer, upload=ContentFile(b"x", name="x"), actor=cast.agent)
    for file in (private, elsewhere):
        assert Client().get(f"{portal_url(ticket)}files/{file.key}/").status_code == 404
        assert web(cast.customer).get(f"/portal/{ticket.pk}/files/{file.key}/").status_code == 404
    assert web(cast.customer).get(f"/attachments/{private.key}/").status_code == 302


def test_a_link_that_was_changed_or_taken_back_opens_nothing(cast: Cast, client: Client) -> None:
    ticket = new_ticket(cast)
    token = portal_token(ticket)
    for made_up in (token[:-1], f"{token}x", token.upper(), "1.1.1", f"١.{token}"):
        assert client.get(f"/portal/t/{made_up}/").status_code == 404
    revoke_links([ticket])
    before = count_rows()
    assert client.post(f"/portal/t/{token}/answer/", {"body": "x"}).status_code == 404
    assert count_rows() == before
