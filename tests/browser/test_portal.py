"""The customer's pages in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit, check_accessible
from tests.cast import Cast, make_cast
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import CustomField, Ticket
from tickets.portal_links import portal_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, seen by the server's own thread too."""
    return make_cast()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_every_page_is_accessible_and_fits(
    cast: Cast, visit: Visit, scheme: str, width: int
) -> None:
    tickets = [ticket_in(cast, status) for status in Status]
    stranger = visit(width=width, scheme=scheme)
    for path in ("/account/login/", "/account/password/reset/", portal_url(tickets[0])):
        stranger.goto(path)
        check_accessible(stranger)
    page = visit(cast.customer, width=width, scheme=scheme)
    own = ["/portal/", "/portal/?q=nothing", "/portal/new/", "/profile/", "/account/2fa/"]
    for path in (*own, *(f"/portal/{ticket.pk}/" for ticket in tickets)):
        page.goto(path)
        check_accessible(page)


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


def send(page: Page, words: str) -> None:
    """Send a form by its button and wait for the next page."""
    page.click(f"main button:has-text('{words}')")
    page.wait_for_load_state()
