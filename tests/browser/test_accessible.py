"""The pages of staff in both themes, on a desk and on a phone: axe finds nothing, nothing hides."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from metrics.tasks import fill
from tests.browser.conftest import Visit, check_looks, load, press
from tests.cast import Cast, make_cast
from tests.tickets.receiving.letters import address_of_answers, letter, receive
from tests.tickets.scenes import live_ticket, ticket_in
from tests.tickets.services_of import make_service
from tickets.choices import Channel, Direction, EscalationReason, Status
from tickets.models import InboundMail, Mailbox, Tag, Ticket
from tickets.services.contacting import start_contact
from tickets.services.escalating import escalate
from tickets.services.outages import declare_outage
from tickets.services.talking import add_note, reply, reply_as_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POLICY = "content-security-policy"
LONG = "https://desk.example/" + "a-name-without-an-end" * 6
FORMATTED = f"<p>{LONG}</p><pre>{LONG}</pre><table><tr>{'<th>Firmware</th>' * 20}</table>"
DIALOGS = (
    "assign", "transfer", "escalate", "escalate-to-manager", "wait", "resolve", "close", "cancel",
    "merge", "link", "start-contact", "log-contact", "properties",
)  # fmt: skip


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def long_ticket(cast: Cast) -> Ticket:
    """A ticket with something of everything, long words among them."""
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    reply(ticket, actor=cast.agent, body=f"Please look at {LONG}")
    reply_as_customer(ticket, actor=cast.customer, body=f"I did: {LONG}")
    add_note(ticket, actor=cast.agent, body=LONG)
    escalate(
        ticket,
        actor=cast.agent,
        to_level=2,
        to_team=cast.l2,
        reason=EscalationReason.KNOWLEDGE,
        tried=LONG,
        known="It fails at noon.",
    )
    start_contact(ticket, actor=cast.l2_agent, channel=Channel.PHONE, direction=Direction.OUTBOUND)
    ticket.tags.add(Tag.objects.create(name="gateway"))
    return ticket


def _held_mail(cast: Cast, *, ticket: Ticket) -> InboundMail:
    """A formatted mail of somebody who takes no part in a ticket that they name."""
    mailbox = Mailbox.objects.create(address="support@desk.example", team=cast.l1)
    to = address_of_answers(ticket)
    raw = letter("eve@elsewhere.example", to=to, subject=LONG, body=FORMATTED)
    return receive(raw.replace(b"text/plain", b"text/html"), mailbox)


def test_the_pages_of_an_agent(cast: Cast, long_ticket: Ticket, visit: Visit) -> None:
    statuses = (Status.NEW, Status.WAITING_CUSTOMER, Status.RESOLVED, Status.CANCELLED)
    tickets = [ticket_in(cast, status) for status in statuses]
    call = live_ticket(cast)
    mail = _held_mail(cast, ticket=tickets[0])
    page = visit(cast.agent)
    paths = [
        "/queue/mail/",
        f"/queue/mail/{mail.pk}/",
        "/queue/",
        "/queue/?view=all",
        "/queue/?q=nothing-like-it",
        "/tickets/new/",
        "/surveys/",
    ]
    looked_at = (*tickets, call, long_ticket)
    for path in (*paths, *(f"/tickets/{ticket.pk}/?look=1" for ticket in looked_at)):
        load(page, path)
        check_looks(page)
    page.route("**/letters/*/", without_its_policy)
    load(page, f"/letters/{mail.pk}/")
    check_looks(page)


def without_its_policy(route: Route) -> None:
    """Let axe in, which is a script: the page of a formatted mail runs none."""
    answer = route.fetch()
    kept = {name: text for name, text in answer.headers.items() if name != POLICY}
    route.fulfill(response=answer, headers=kept)


def test_the_dialogs(cast: Cast, visit: Visit) -> None:
    call = live_ticket(cast)
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    page = visit(cast.agent)
    for slug in DIALOGS:
        load(page, f"/tickets/{ticket.pk}/{slug}/")
        check_dialog(page)
    page.goto(f"/tickets/{call.pk}/escalate/")
    page.click("dialog.act button:has-text('Escalate')")
    expect(page.locator("dialog.act [aria-invalid]").first).to_be_visible()
    check_dialog(page)


def test_the_pages_of_a_manager(cast: Cast, long_ticket: Ticket, visit: Visit) -> None:
    for status in Status:
        ticket_in(cast, status)
    declare_outage(long_ticket, services=[make_service()], actor=cast.agent)
    fill()
    page = visit(cast.manager)
    nothing = "/metrics/?period=custom&from=2020-01-01&to=2020-01-31"
    two_rules = "/metrics/?period=7d&tier=premier&beside_window=48h&show=sla:accept"
    for path in (nothing, two_rules, "/metrics/?show=created&and=channel"):
        load(page, path)
        check_looks(page, also=check_menus)
    page.get_by_role("link", name="Created: ").click()
    page.wait_for_url("**/metrics/tickets/**")
    check_looks(page)
    chosen = "/admin/metrics/snapshot/?figure=created&dimension=everything"
    by_service = "/metrics/?show=availability&by=service"
    for path in (by_service, chosen, "/admin/tickets/transition/"):
        load(page, path)
        check_looks(page)


def check_menus(page: Page) -> None:
    """Each opens within sight, and goes when it is told to."""
    for menu in page.locator(".metrics-bar details > summary").all():
        menu.click()
        expect(page.locator(".pop[open] > .pop-body, .pop[open] > form")).to_be_in_viewport()
        press(page, "Escape")


def check_dialog(page: Page) -> None:
    """It is modal, holds the focus, and its foot with the button is in sight."""
    expect(page.locator("dialog.act:modal")).to_be_visible()
    check_looks(page, also=check_focus_and_foot)


def check_focus_and_foot(page: Page) -> None:
    """The dialog holds both in sight."""
    dialog = page.locator("dialog.act:modal")
    assert dialog.evaluate("each => each.contains(document.activeElement)")
    expect(dialog.locator(".dialog-foot .btn").last).to_be_in_viewport()
