"""The customer's pages in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, check_looks, load
from tests.cast import Cast, make_cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.services_of import make_service
from tickets.choices import Status
from tickets.models import CustomField, Message, Ticket
from tickets.portal_links import portal_url
from tickets.services.outages import declare_outage
from tickets.services.picking import pick_up
from tickets.services.states import wait
from tickets.services.talking import reply

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, seen by the server's own thread too."""
    return make_cast()


def test_every_page_is_accessible_and_fits(cast: Cast, visit: Visit) -> None:
    tickets = [ticket_in(cast, status) for status in Status]
    public = ["/account/login/", "/account/password/reset/", portal_url(tickets[0])]
    public += ["/account/login/code/", "/ask/", "/ask/sent/"]
    own = ["/portal/", "/portal/?q=nothing", "/portal/new/", "/profile/", "/account/2fa/"]
    own += [f"/portal/{ticket.pk}/" for ticket in tickets]
    declare_outage(ticket_in(cast, Status.IN_PROGRESS), services=[make_service()], actor=cast.agent)
    own += ["/portal/services/"]
    for page, paths in ((visit(), public), (visit(cast.customer), own)):
        for path in paths:
            load(page, path)
            check_looks(page)


def test_a_question_is_asked_with_what_its_category_needs(
    cast: Cast, visit: Visit, tmp_path: Path
) -> None:
    CustomField.objects.create(
        key="device", label="Device", kind="choice", choices=["Laptop", "Phone"],
        category=cast.category, is_public=True, is_required=True,
    )  # fmt: skip
    (tmp_path / "screen.txt").write_text("What I saw")
    page = visit(cast.customer)
    page.goto("/portal/new/")
    page.fill("#id_subject", "No way in")
    page.fill("#id_description", "The VPN refuses my password.")
    page.select_option("#id_category", label="Network › VPN")
    page.select_option("select[name='custom.device']", "Laptop")
    page.set_input_files("#id_uploads", tmp_path / "screen.txt")
    assert page.inner_text("[data-drop-names]") == "screen.txt"
    send(page, "Send")
    ticket = Ticket.objects.get()
    assert page.url.endswith(f"/portal/{ticket.pk}/")
    assert ticket.custom == {"device": "Laptop"}
    with page.expect_download() as download:
        page.click("text=screen.txt")
    assert download.value.suggested_filename == "screen.txt"


def test_a_form_is_sent_once_however_often_it_is_clicked(cast: Cast, visit: Visit) -> None:
    page = visit(cast.customer)
    page.goto("/portal/new/")
    page.fill("#id_subject", "No way in")
    page.fill("#id_description", "The VPN refuses my password.")
    page.dblclick("main button:has-text('Send')")
    page.wait_for_selector(".steps")
    assert Ticket.objects.count() == 1


def test_it_does_not_work_opens_the_place_to_say_so(cast: Cast, visit: Visit) -> None:
    page = visit(cast.customer)
    page.goto(f"/portal/{ticket_in(cast, Status.RESOLVED).pk}/")
    page.click("summary")
    page.fill("#id_not-body", "Still the same.")
    send(page, "Send, and open it again")
    assert "In progress" in page.inner_text(".steps [aria-current]")
    page.click("a:has-text('It does not')")
    assert page.evaluate("document.activeElement.id") == "id_body"


def test_everything_works_without_scripts(cast: Cast, visit: Visit, live_server: object) -> None:
    ticket = new_ticket(cast)
    browser = visit().context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, base_url=str(live_server))
    page = context.new_page()
    page.goto(portal_url(ticket))
    page.fill("#id_body", "One thing more.")
    send(page, "Send")
    assert "One thing more." in page.inner_text(".letters")
    context.close()


def test_without_scripts_two_clicks_send_once_too(
    cast: Cast, visit: Visit, live_server: object
) -> None:
    browser = visit().context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, base_url=str(live_server))
    page = context.new_page()
    page.goto(portal_url(new_ticket(cast)))
    page.fill("#id_body", "One thing more.")
    page.dblclick("main button:has-text('Send')")
    expect(page.locator(".letters >> text=One thing more.")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Sent.")
    context.close()
    assert Message.objects.filter(body="One thing more.").count() == 1


def send(page: Page, words: str) -> None:
    """Send a form by its button and wait for the next page."""
    page.click(f"main button:has-text('{words}')")
    page.wait_for_load_state()


def test_an_open_page_follows_its_ticket_and_keeps_what_is_typed(cast: Cast, visit: Visit) -> None:
    ticket = new_ticket(cast)
    page = visit(cast.customer)
    page.goto(f"/portal/{ticket.pk}/")
    page.fill("#id_body", "Half a sen")
    pick_up(ticket, actor=cast.agent)
    reply(ticket, body="Which version is it?", actor=cast.agent)
    wait(ticket, for_="customer", actor=cast.agent)
    look_again(page)
    expect(page.locator(".letters")).to_contain_text("Which version is it?")
    expect(page.locator(".steps [aria-current]")).to_contain_text("Waiting for you")
    expect(page.locator("[role=status]")).to_contain_text(f"{cast.agent.name} wrote.")
    expect(page.locator("#answer-to")).to_have_text("Send to Anna")
    assert page.input_value("#id_body") == "Half a sen"
    assert page.evaluate("document.activeElement.id") == "id_body"
    page.keyboard.type("tence.")
    send(page, "Send to Anna")
    expect(page.locator(".letters")).to_contain_text("Half a sentence.")


def look_again(page: Page) -> None:
    """Come back to the page: it asks for news at once instead of at its next turn."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
