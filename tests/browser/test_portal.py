"""The customer's pages in a real browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, check_looks, load
from tests.cast import Cast, make_cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.tickets.services_of import make_service
from tickets.choices import Status, SurveyKind
from tickets.models import CustomField, Message, Survey, SurveyResponse, Ticket
from tickets.portal_links import portal_url
from tickets.services.outages import declare_outage
from tickets.services.picking import pick_up
from tickets.services.states import wait
from tickets.services.surveys.answering import answer_survey
from tickets.services.talking import reply
from tickets.services.watchers import add_watchers
from tickets.survey_links import survey_url, unsubscribe_url
from tickets.watch_links import watch_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, seen by the server's own thread too."""
    return make_cast()


def test_every_page_is_accessible_and_fits(cast: Cast, visit: Visit) -> None:
    tickets = [ticket_in(cast, status) for status in Status]
    public = ["/account/login/", "/account/password/reset/", portal_url(tickets[0])]
    public += ["/account/login/code/", "/ask/", "/ask/sent/"]
    public += behind_mails(cast, tickets[0])
    own = ["/portal/", "/portal/?q=nothing", "/portal/new/", "/profile/", "/account/2fa/"]
    own += [f"/portal/{ticket.pk}/" for ticket in tickets]
    declare_outage(ticket_in(cast, Status.IN_PROGRESS), services=[make_service()], actor=cast.agent)
    own += ["/portal/services/"]
    for page, paths in ((visit(), public), (visit(cast.customer), own)):
        for path in paths:
            load(page, path)
            check_looks(page)


def behind_mails(cast: Cast, ticket: Ticket) -> list[str]:
    """Where links of mails lead, beside the ticket: surveys before an answer and after it, where
    another score is chosen; the way out of them; what somebody who watches is mailed."""
    fresh, answered = asked(cast, SurveyKind.NPS), asked(cast, SurveyKind.CSAT, score=2)
    add_watchers(ticket, [cast.colleague])
    watching = watch_url(ticket.watchers.get())
    return [survey_url(fresh), survey_url(answered, 4), unsubscribe_url(fresh), watching]


def asked(cast: Cast, kind: SurveyKind, *, score: int | None = None) -> Survey:
    """A survey that was sent just now, with its answer where there is one."""
    now = timezone.now()
    survey = Survey.objects.create(
        kind=kind,
        ticket=ticket_in(cast, Status.RESOLVED),
        customer=cast.customer,
        created_at=now,
        send_after=now,
        sent_at=now,
        locks_at=now + timedelta(days=1),
    )
    if score is not None:
        answer_survey(survey, score=score, actor=cast.customer)
        survey.refresh_from_db()
    return survey


def test_a_survey_says_what_is_sent_and_what_is_not(cast: Cast, visit: Visit) -> None:
    survey = asked(cast, SurveyKind.CSAT, score=2)
    page = visit()
    page.goto(survey_url(survey))
    state = page.get_by_role("status").filter(has_text="We have your answer")
    expect(state).to_contain_text("2 of 5")
    expect(page.get_by_text("is not sent yet")).to_be_hidden()
    page.locator(".score", has_text="4").click()
    expect(page.get_by_text("is not sent yet")).to_be_visible()
    send(page, "Change the answer")
    expect(state).to_contain_text("4 of 5")
    expect(page.get_by_text("is not sent yet")).to_be_hidden()
    scores = SurveyResponse.objects.order_by("seq").values_list("score", flat=True)
    assert list(scores) == [2, 4]
    Survey.objects.update(locks_at=timezone.now())
    load(page, survey_url(survey), status=410)
    expect(page.get_by_role("heading", level=1)).to_have_text("This survey is closed")
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


def test_services_come_and_go_on_an_open_page(cast: Cast, visit: Visit) -> None:
    page = visit(cast.customer)
    page.goto("/portal/services/")
    expect(page.locator("main h2")).to_have_text(["No services are listed here"])
    make_service("Mail")
    look_again(page)
    expect(page.locator("main h2")).to_have_text(["Mail"])
    expect(page.locator(".toast")).to_have_count(0)
    early, late = make_service("Drive"), make_service("VPN")
    incident = ticket_in(cast, Status.IN_PROGRESS)
    declare_outage(incident, services=[late], words="A switch has failed.", actor=cast.agent)
    look_again(page)
    expect(page.locator("main h2")).to_have_text(["Drive", "Mail", "VPN"])
    expect(page.locator("main .chip")).to_have_text(["Works", "Works", "Does not work"])
    expect(page.locator("main section").last).to_contain_text("A switch has failed.")
    expect(page.locator("[role=status]")).to_contain_text("There is news of an outage.")
    for service in (early, late):
        service.is_for_all = False
        service.save()
    look_again(page)
    expect(page.locator("main h2")).to_have_text(["Mail"])


def look_again(page: Page) -> None:
    """Come back to the page: it asks for news at once instead of at its next turn."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
