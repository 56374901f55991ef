"""The main job, walked in a real browser: from a call and a question to the figures about them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from metrics.tasks import fill
from tests.browser.conftest import Visit, listed, load, press
from tests.cast import PASSWORD, Cast, make_cast
from tests.tickets.scenes import ticket_in
from tickets.choices import Status
from tickets.models import Ticket
from tickets.services.escalating import escalate
from tickets.tasks import deliver_notices

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOWS_CLOSED = timedelta(days=10)
"""By then the five business days of first contact resolution are over, whatever day it is."""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, seen by the server's own thread too."""
    return make_cast()


def test_a_call_and_a_question_from_the_first_word_to_the_figures(cast: Cast, visit: Visit) -> None:
    agent, customer = signed_in(visit(), cast.agent), signed_in(visit(), cast.customer)
    call = log_a_call(agent, cast)
    escalate_on_the_line(agent, cast)
    solve_on_the_line(signed_in(visit(), cast.l3_agent), call)
    question = ask_in_the_portal(customer)
    begin_by_opening(agent, question)
    read_the_notice(visit(), cast)
    see_who_works_on_it(customer, cast)
    solve_with_a_reply(agent)
    say_that_it_works(customer)
    manager = signed_in(visit(), cast.manager)
    read_figures_too_early(manager, {call, question})
    with time_machine.travel(timezone.now() + WINDOWS_CLOSED):
        read_figures(manager, call=call, question=question)
        look_behind_the_figures(visit(cast.administrator), call=call, question=question)
    handed_up = hand_up(cast)
    lead, specialist = visit(cast.lead), visit(cast.l2_agent)
    see_that_it_is_not_accepted(lead, handed_up)
    accept_and_solve(specialist, handed_up, cast)
    see_that_it_is_done(lead, handed_up, cast)


def signed_in(page: Page, user: User) -> Page:
    page.goto("/account/login/")
    page.fill("#id_login", user.email)
    page.fill("#id_password", PASSWORD)
    page.click("main button.btn--primary")
    expect(page.locator("#id_password")).to_have_count(0)
    return page


def work() -> None:
    """What the worker does when it is nudged."""
    deliver_notices()
    fill()


def log_a_call(page: Page, cast: Cast) -> int:
    page.goto("/queue/")
    page.click("a:has-text('New ticket')")
    page.fill("[name=customer_search]", "carla")
    page.check(f"[name=customer][value='{cast.customer.pk}']")
    page.fill("[name=subject]", "The gateway drops its tunnels")
    page.select_option("[name=category]", str(cast.category.pk))
    page.click("text=Open ticket, start the timer")
    expect(bar(page)).to_contain_text(f"Phone with {cast.customer.name} · contact 1")
    expect(page.locator(".facts")).to_contain_text("In progress")
    return number_of(page)


def escalate_on_the_line(page: Page, cast: Cast) -> None:
    bar(page).get_by_text("Escalate warm").click()
    dialog = page.locator("dialog.act")
    expect(dialog.locator("[name=how][value=warm]")).to_be_checked()
    dialog.locator("[name=to]").select_option(f"3:{cast.l3.pk}")
    dialog.locator("[name=reason]").select_option("knowledge")
    dialog.locator("[name=to_agent]").select_option(str(cast.l3_agent.pk))
    send(dialog, "Escalate")
    # Without the hand-off note nothing moves; what was chosen is kept.
    expect(dialog).to_contain_text("Say what was tried")
    dialog.locator("[name=tried]").fill("Restarted both ends.")
    dialog.locator("[name=known]").fill("It began with release 9.2.")
    send(dialog, "Escalate")
    expect(page.locator(".toast")).to_contain_text("is escalated")
    expect(page.locator(".facts")).to_contain_text(f"{cast.l3_agent.name}, {cast.l3.name}")


def solve_on_the_line(page: Page, call: int) -> None:
    page.goto(f"/tickets/{call}/")
    expect(page.locator(".timeline")).to_contain_text("It began with release 9.2.")
    dialog = resolve(page, is_l1_capable="no")
    expect(page.locator(".facts")).to_contain_text("Resolved")
    press(page, "h")
    send(dialog, "End it")
    expect(page.locator(".toast")).to_contain_text("The contact has ended")
    expect(bar(page)).to_have_count(0)
    work()


def ask_in_the_portal(page: Page) -> int:
    page.goto("/portal/new/")
    page.fill("[name=subject]", "Where is my invoice?")
    page.fill("[name=description]", "I cannot find last month’s.")
    page.click("main button:has-text('Send')")
    expect(page.locator(".steps [aria-current]")).to_contain_text("Received")
    work()
    return number_of(page)


def begin_by_opening(page: Page, question: int) -> None:
    page.goto("/queue/?view=unassigned")
    page.click("text=Where is my invoice?")
    # The page says so with a POST of its own, and nobody clicks for it.
    expect(page.locator(".facts")).to_contain_text("In progress")
    expect(page.locator(".toast")).to_contain_text(f"You work on #{question} now")
    mail.outbox.clear()
    work()


def read_the_notice(stranger: Page, cast: Cast) -> None:
    (notice,) = mail.outbox
    assert notice.to == [cast.customer.email]
    assert f"{cast.agent.name} has begun to work" in " ".join(str(notice.body).split())
    link = re.search(r"https?://[^/]+(/\S+)", str(notice.body))
    assert link is not None
    stranger.goto(link[1])
    expect_in_progress(stranger, cast)


def see_who_works_on_it(page: Page, cast: Cast) -> None:
    page.goto("/portal/")
    page.click("text=Where is my invoice?")
    expect_in_progress(page, cast)


def expect_in_progress(page: Page, cast: Cast) -> None:
    step = page.locator(".steps [aria-current]")
    expect(step).to_contain_text("In progress")
    expect(step).to_contain_text(cast.agent.name)


def solve_with_a_reply(page: Page) -> None:
    press(page, "r")
    dialog = page.locator("dialog.act")
    dialog.locator("[name=resolution_code]").select_option("solved")
    dialog.locator("[name=reply]").fill("It is under Account › Invoices.")
    send(dialog, "Resolve")
    expect(page.locator(".facts")).to_contain_text("Resolved")
    work()


def say_that_it_works(page: Page) -> None:
    page.reload()
    expect(page.locator(".letters")).to_contain_text("It is under Account › Invoices.")
    page.click("main button:has-text('It works')")
    expect(page.locator(".steps [aria-current]")).to_contain_text("Resolved")
    work()


def read_figures_too_early(page: Page, tickets: set[int]) -> None:
    """While the customer may still come back, first contact is not decided."""
    page.goto("/metrics/")
    tile = page.locator(".tile", has_text="First contact")
    expect(tile).to_contain_text("2 undecided")
    tile.locator(".tile-foot a", has_text="undecided").click()
    assert listed(page) == tickets


def read_figures(page: Page, *, call: int, question: int) -> None:
    work()
    opened = {
        ("First contact", "100"): {call, question},
        ("First level", "50"): {question},
        ("Escalated", "50"): {call},
        ("Created", "2"): {call, question},
        ("Resolved", "2"): {call, question},
    }
    for (name, value), tickets in opened.items():
        page.goto("/metrics/")
        number = page.get_by_role("link", name=f"{name}: {value}")
        expect(number).to_be_visible()
        number.click()
        assert listed(page) == tickets, name
    # The call: first contact yes, first level no.
    page.goto("/metrics/")
    page.get_by_role("link", name="First level: 50").click()
    page.get_by_role("navigation", name="Parts").get_by_text("Not counted").click()
    assert listed(page) == {call}


def look_behind_the_figures(page: Page, *, call: int, question: int) -> None:
    """The administrator reads ledger and snapshots, and is offered nothing to change."""
    load(page, f"/admin/tickets/transition/?q={call}")
    result = page.locator("#result_list")
    expect(result).to_contain_text(f"#{call}")
    expect(result).not_to_contain_text(f"#{question}")
    expect(page.locator("#content-main .addlink")).to_have_count(0)
    result.locator("tbody th a").first.click()
    expect(page.locator(".field-to_status .readonly")).to_be_visible()
    expect(page.locator("[name=_save], .deletelink")).to_have_count(0)
    page.goto("/admin/metrics/snapshot/?figure=created")
    expect(page.locator("#result_list tbody tr").first).to_be_visible()
    expect(page.locator(".admin-chart .chart svg").first).to_be_visible()


def hand_up(cast: Cast) -> Ticket:
    """A ticket that L1 escalated and nobody of L2 took up yet."""
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    escalate(
        ticket,
        actor=cast.agent,
        to_team=cast.l2,
        reason="access",
        tried="Another cable.",
        known="Only in hall 2.",
    )
    return ticket


def see_that_it_is_not_accepted(page: Page, ticket: Ticket) -> None:
    load(page, "/queue/?view=open")
    expect(row_of(page, ticket)).to_contain_text("Escalated from L1, not accepted")


def accept_and_solve(page: Page, ticket: Ticket, cast: Cast) -> None:
    load(page, "/queue/")
    row_of(page, ticket).get_by_role("link", name=ticket.subject).click()
    expect(page.locator(".timeline")).to_contain_text("Only in hall 2.")
    press(page, "y")
    expect(page.locator(".toast")).to_contain_text("You accepted")
    expect(page.locator(".facts")).to_contain_text(cast.l2_agent.name)
    resolve(page, is_l1_capable="yes")
    expect(page.locator(".toast")).to_contain_text("is resolved")


def see_that_it_is_done(page: Page, ticket: Ticket, cast: Cast) -> None:
    load(page, "/queue/?view=resolved")
    expect(row_of(page, ticket)).to_contain_text("Resolved, no answer yet")
    expect(row_of(page, ticket)).to_contain_text(cast.l2_agent.name)


def resolve(page: Page, *, is_l1_capable: str) -> Locator:
    press(page, "r")
    dialog = page.locator("dialog.act")
    dialog.locator("[name=resolution_code]").select_option("solved")
    dialog.locator(f"[name=is_l1_capable][value={is_l1_capable}]").check()
    send(dialog, "Resolve")
    return dialog


def row_of(page: Page, ticket: Ticket) -> Locator:
    return page.locator("[data-row]", has=page.locator(f"a[href^='/tickets/{ticket.pk}/']"))


def bar(page: Page) -> Locator:
    return page.locator("[aria-label='Live contact']")


def send(dialog: Locator, words: str) -> None:
    dialog.get_by_role("button", name=words, exact=True).click()


def number_of(page: Page) -> int:
    return int(page.url.rstrip("/").split("/")[-1].split("?")[0])
