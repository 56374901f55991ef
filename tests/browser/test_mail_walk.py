"""The main job by mail, walked in a real browser and through real mail servers: a letter, what is
promised about it, the answer that threads, the surveys, the figures, and the letter too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from time_machine import Traveller

from metrics.tasks import fill
from tests.browser.conftest import Visit, listed, load, press
from tests.browser.post import DESK, STAFF, Post, text_of, why_not
from tests.cast import Cast, make_cast
from tests.tickets.receiving.servers import PASSWORD
from tests.tickets.scenes import new_ticket
from tests.tickets.sending.servers import NAME
from tests.tickets.sla.desk import promise
from tickets.choices import LinkKind, MailboxSecurity, MailOutcome, Status
from tickets.models import Link, Mailbox, SurveyRules, SurveySchedule, Ticket
from tickets.services.ledger_check import find_differences
from tickets.tasks import ask_customers, close_by_time, deliver_notices, watch_promises

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "can be started"),
]

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """A clock that stands still until it is moved, for the server's thread too."""
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def cast(transactional_db: None, clock: Traveller) -> Cast:
    """Everybody. What is promised: pick-up in half an hour, resolution in four; all are asked
    about everything, and as soon as may be."""
    promise(
        first_response=30,
        resolution=240,
        target={
            "pauses": [Status.WAITING_CUSTOMER],
            "warn_before_minutes": 15,
            "tell_at_warning": ["assignee"],
        },
    )
    SurveyRules(pk=1, nps_every_days=28, quiet_days=0).save()
    return make_cast()


@pytest.fixture
def post(
    cast: Cast, settings: Settings, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Post]:
    """The post, and a desk that has its mailbox there."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with Post() as post:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.smtp.port
        Mailbox.objects.create(
            address=DESK,
            name="Acme support",
            team=cast.l1,
            host="127.0.0.1",
            port=post.imap.port,
            security=MailboxSecurity.NONE,
            username="support",
            password_variable="TEST_IMAP_PASSWORD",
            trusted_servers=[NAME],
            read_since=None,  # the mail server's clock is not the desk's here
        )
        yield post


def test_a_letter_from_its_arrival_to_the_figures_and_after(
    cast: Cast, visit: Visit, post: Post, clock: Traveller
) -> None:
    new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer)
    number = write_a_letter(post, cast)
    agent = visit(cast.agent)
    clock.move_to(START + 10 * MINUTE)
    begin_by_opening(agent, number)
    read_that_work_began(visit(), post, cast)
    ask_and_wait(agent)
    clock.move_to(START + DAY)
    see_the_clock_stand(agent, number)
    answer_by_mail(post, cast, number)
    see_it_go_on(agent, number)
    clock.shift(3 * HOUR + 40 * MINUTE)
    warn_in_time(agent, post, number)
    resolve_with_an_answer(agent, post)
    agent.close()
    clock.move_to(when_all_are_asked(cast))
    rate_from_the_mails(visit(), visit(), post)
    read_figures(visit(cast.manager), number)
    clock.shift(settings.REOPEN_DAYS * DAY)
    write_too_late(visit(cast.agent), post, cast, number)
    check_that_all_came_once(post, number)
    assert list(find_differences(Ticket.objects.all())) == []


def work() -> None:
    """What the worker does by the beat, but for fetching mail (`Post.taken_in`) and figures."""
    watch_promises()
    close_by_time()
    ask_customers()
    deliver_notices()


# The letter, and the question it raises ----------------------------------------------------------


def write_a_letter(post: Post, cast: Cast) -> int:
    post.write(cast.customer, to=DESK, subject="Tunnels drop", body="Every hour since Monday.")
    row = post.taken_in(1)
    assert (row.outcome, row.flags) == (MailOutcome.OPENED, [])
    assert row.ticket is not None
    work()
    assert row.mail_id in post.arrived("We received")["References"]
    return row.ticket.pk


def begin_by_opening(page: Page, number: int) -> None:
    load(page, "/queue/?view=nobody")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody’s")
    expect(row_of(page, number).locator(".c-due")).to_contain_text(counting("20 min", "19 min"))
    expect(row_of(page, number).locator(".c-due")).to_contain_text("First response")
    # The page says so with a POST of its own, and nobody clicks for it.
    page.click("text=Tunnels drop")
    expect(page.locator(".facts")).to_contain_text("In progress")
    expect(promise_of(page, "Pick-up")).to_have_text("in time, 20 min to spare")
    expect(promise_of(page, "Open for")).to_have_text(
        counting("due in 3 h 50 min", "due in 3 h 49")
    )
    work()


def read_that_work_began(stranger: Page, post: Post, cast: Cast) -> None:
    mail = post.arrived("In progress")
    assert (mail["To"], mail["From"]) == (cast.customer.email, f"Acme support <{DESK}>")
    assert f"{cast.agent.name} has begun to work" in text_of(mail)
    stranger.goto(link_in(text_of(mail), "/portal/"))
    expect(stranger.locator(".steps [aria-current]")).to_contain_text(cast.agent.name)


def ask_and_wait(page: Page) -> None:
    page.get_by_label("Public reply").check(force=True)
    page.get_by_label("Your text").fill("Which release do you run?")
    page.get_by_label("Status afterwards").select_option("waiting_customer")
    page.get_by_role("button", name="Send to Carla").click()
    expect(page.locator(".facts")).to_contain_text("Waiting on customer")
    work()


def see_the_clock_stand(page: Page, number: int) -> None:
    """A day later nothing is due, since it is the customer's turn."""
    work()
    load(page, "/queue/?view=open")
    expect(row_of(page, number).locator(".c-due")).to_contain_text("paused")
    load(page, f"/tickets/{number}/")
    expect(promise_of(page, "Open for")).to_have_text("clock stopped, 3 h 50 min left")


def answer_by_mail(post: Post, cast: Cast, number: int) -> None:
    question = post.arrived("Re: [#")
    assert "Which release do you run?" in text_of(question)
    post.answer(cast.customer, question, body="It is release 9.2.")
    row = post.taken_in(2)
    assert (row.outcome, row.ticket_id) == (MailOutcome.ANSWERED, number)
    assert row.message is not None
    assert row.message.body == "It is release 9.2."
    work()


def see_it_go_on(page: Page, number: int) -> None:
    load(page, f"/tickets/{number}/")
    expect(page.locator(".facts")).to_contain_text("In progress")
    expect(page.locator(".timeline")).to_contain_text("It is release 9.2.")
    expect(promise_of(page, "Open for")).to_have_text(
        counting("due in 3 h 50 min", "due in 3 h 49")
    )


# What was promised, and what came of it ----------------------------------------------------------


def warn_in_time(page: Page, post: Post, number: int) -> None:
    work()
    assert "Resolution" in text_of(post.arrived("Due soon", box=STAFF))
    load(page, "/queue/?view=mine")
    expect(row_of(page, number).locator(".due--soon")).to_have_text(counting("10 min", "9 min"))


def resolve_with_an_answer(page: Page, post: Post) -> None:
    page.click("text=Tunnels drop")
    page.wait_for_selector(".timeline")
    press(page, "r")
    dialog = page.locator("dialog.act")
    dialog.locator("[name=resolution_code]").select_option("solved")
    dialog.locator("[name=reply]").fill("Release 9.3 keeps them up.")
    dialog.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("Resolved")
    expect(promise_of(page, "Resolution")).to_have_text("in time, 10 min to spare")
    work()
    assert "Release 9.3 keeps them up." in text_of(post.arrived("Resolved"))


def when_all_are_asked(cast: Cast) -> datetime:
    """The day after the resolution, or the customer's turn to be asked for a recommendation."""
    turn = SurveySchedule.objects.get(customer=cast.customer).nps_due_at
    resolved_at = Ticket.objects.done().get().resolved_at
    assert turn is not None
    assert resolved_at is not None
    return max(turn, resolved_at + DAY) + MINUTE


def rate_from_the_mails(rating: Page, recommending: Page, post: Post) -> None:
    work()
    rating.goto(link_in(text_of(post.arrived("How did we do?")), "/5/"))
    expect(rating.locator("#survey-state")).to_contain_text("It is not sent yet")
    rating.mouse.move(300, 300)  # a person shows up: what only follows links does not
    expect(rating.locator("#survey-state")).to_contain_text("We have your answer: 5 of 5")
    recommending.goto(link_in(text_of(post.arrived("Would you recommend")), "/9/"))
    recommending.get_by_role("button", name="Send the answer").press("Enter")
    expect(recommending.locator("#survey-state")).to_contain_text("We have your answer: 9 of 10")


def read_figures(page: Page, number: int) -> None:
    """The ticket beside it was never opened: half of what was promised was kept."""
    fill()
    for name, value in (
        ("Promises kept", "50.0"),
        ("Resolved in time", "50.0"),
        ("Satisfied", "100.0"),
        ("Recommend us", "+100.0"),
    ):
        load(page, "/metrics/")
        page.get_by_role("link", name=f"{name}: {value}").click()
        assert listed(page) == {number}, name


# And after ---------------------------------------------------------------------------------------


def write_too_late(page: Page, post: Post, cast: Cast, number: int) -> None:
    """The ticket is not opened again: another is, and says so. This mail program knows the letter
    that it answers, but not where to."""
    work()
    post.answer(cast.customer, post.arrived("Resolved"), body="They drop again.", to=DESK)
    row = post.taken_in(3)
    assert row.outcome == MailOutcome.OPENED
    assert row.ticket is not None
    assert row.ticket.pk != number
    (link,) = Link.objects.all()
    assert (link.ticket, link.kind) == (row.ticket, LinkKind.FOLLOW_UP)
    assert link.other_id == number
    load(page, f"/tickets/{row.ticket.pk}/?look=1")
    expect(page.locator(".timeline")).to_contain_text("They drop again.")
    expect(page.locator(".side")).to_contain_text(f"#{number} · Follow-up of")


def check_that_all_came_once(post: Post, number: int) -> None:
    post.arrived("Closed")
    subjects = [mail["Subject"] for mail in post.mails()]
    assert sorted(each for each in subjects if f"#{number}]" in each) == [
        f"Re: [#{number}] Tunnels drop",
        f"[#{number}] Closed: Tunnels drop",
        f"[#{number}] How did we do? Tunnels drop",
        f"[#{number}] In progress: Tunnels drop",
        f"[#{number}] Resolved: Tunnels drop",
        f"[#{number}] We received: Tunnels drop",
        f"[#{number}] Would you recommend our support?",
    ]


# Where things stand on pages ---------------------------------------------------------------------


def row_of(page: Page, number: int) -> Locator:
    return page.locator("[data-row]", has=page.get_by_label(f"Select {number}"))


def counting(words: str, soon: str) -> re.Pattern[str]:
    """What a countdown said when the page came, and how it goes on in the seconds after that."""
    return re.compile(f"{words}|{soon}".replace(" ", r"\s+"))


def promise_of(page: Page, name: str) -> Locator:
    cell = page.locator(".sla > div", has=page.locator(".name", has_text=name))
    return cell.locator(".promise")


def link_in(text: str, part: str) -> str:
    """The first link in a mail that has this part."""
    found = re.search(rf"https?://\S*{part}\S*", text)
    assert found is not None, text
    return found[0]
