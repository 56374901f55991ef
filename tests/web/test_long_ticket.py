"""A ticket with a long history opens at its newest part; everything earlier is one click away."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from tests.tickets.scenes import long_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Message, Notice, NoticeKind, Ticket
from tickets.selectors.stretches import SIZE
from tickets.services import talking

FRAGMENT = {"HX-Request": "true"}
MINUTE = timedelta(minutes=1)


def told(html: str) -> list[int]:
    """The numbers of the notes that a page shows, in its order."""
    return [int(number) for number in re.findall(r"Note (\d+)\.", html)]


def address(ticket: Ticket) -> str:
    return reverse("ticket", kwargs={"number": ticket.pk})


def link(html: str, words: str) -> str:
    """Where the link goes whose words begin so; "" where there is none."""
    found = re.search(
        rf'<a[^>]* href="([^"]*)"[^>]*>\s*(?:<svg[^>]*><use[^>]*></svg>)?{words}', html, re.DOTALL
    )
    return found[1].replace("&amp;", "&") if found else ""


def get(client: Client, url: str, **headers: str) -> str:
    return client.get(url, headers=headers).content.decode()


def test_a_long_ticket_opens_at_its_newest_part_below_what_it_began_with(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    ticket = long_ticket(cast, at=now, notes=200)
    shown = get(sign_in(cast.agent), address(ticket))
    assert told(shown) == list(range(200 - SIZE, 200))
    assert "The VPN refuses my password." in shown
    assert (
        shown.index("The VPN refuses") < shown.index("Earlier entries") < shown.index("Note 150.")
    )
    assert "151 more" in shown, "150 notes, and that it was picked up"


def test_a_short_ticket_shows_all_of_itself(cast: Cast, sign_in: SignIn, now: datetime) -> None:
    ticket = long_ticket(cast, at=now, notes=SIZE - 1)
    shown = get(sign_in(cast.agent), address(ticket))
    assert (told(shown), "Earlier entries" in shown) == (list(range(SIZE - 1)), False)


def test_earlier_entries_come_in_place_until_all_are_there(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    ticket, client = long_ticket(cast, at=now, notes=120), sign_in(cast.agent)
    part = get(client, address(ticket))
    seen = told(part)
    while earlier := link(part, "Earlier entries"):
        part = get(client, earlier, **FRAGMENT)
        assert "<html" not in part
        assert "The VPN refuses my password." not in part, "it stands above them already"
        assert "Later entries" not in part, "they stand below them already"
        seen = told(part) + seen
    assert seen == list(range(120))


def test_without_scripts_one_walks_to_the_beginning_and_back(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    ticket, client = long_ticket(cast, at=now, notes=120), sign_in(cast.agent)
    newest = get(client, address(ticket))
    before = get(client, link(newest, "Earlier entries"))
    assert (told(before)[0], told(before)[-1]) == (20, 69)
    first = get(client, link(before, "Earlier entries"))
    assert (told(first), link(first, "Earlier entries")) == (list(range(20)), "")
    assert told(get(client, link(first, "Later entries"))) == list(range(20, 70))
    assert told(get(client, link(first, "Newest entries"))) == list(range(70, 120))


def test_a_link_to_an_old_message_opens_the_part_that_holds_it(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    ticket, client = long_ticket(cast, at=now, notes=200), sign_in(cast.agent)
    message = Message.objects.get(ticket=ticket, body="Note 42.")
    shown = get(client, f"{address(ticket)}?message={message.pk}")
    assert f'id="m{message.pk}"' in shown
    assert told(shown) == list(range(42 - SIZE // 2, 42 + SIZE // 2))
    assert "The VPN refuses my password." in shown
    below = get(client, link(shown, "Later entries"), **FRAGMENT)
    assert (told(below)[0], "Earlier entries" in below) == (42 + SIZE // 2, False)


@pytest.mark.parametrize(
    "asked", ["before=x", "after=2026-01-01,4", "message=-1", "message=9" * 30, "before="]
)
def test_an_address_that_means_nothing_shows_the_newest(
    cast: Cast, sign_in: SignIn, now: datetime, asked: str
) -> None:
    ticket = long_ticket(cast, at=now, notes=60)
    assert told(get(sign_in(cast.agent), f"{address(ticket)}?{asked}"))[-1] == 59


def test_a_mail_that_came_back_is_told_though_its_message_is_far_up(
    cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS, at=now)
    talking.reply(ticket, actor=cast.agent, body="Try again, please.", at=now + 5 * MINUTE)
    mail = Notice.objects.filter(ticket=ticket, kind=NoticeKind.REPLIED)
    mail.update(bounced_at=now + 6 * MINUTE, sent_at=now, bounce_reason="No such box.")
    for number in range(SIZE + 1):
        talking.add_note(ticket, actor=cast.agent, body=f"Note {number}.")
    shown = get(sign_in(cast.agent), address(ticket))
    assert "Try again, please." not in shown
    assert "No such box." in shown


@pytest.mark.parametrize("notes", [10, 3_000])
def test_the_page_needs_the_same_queries_for_ten_entries_and_for_three_thousand(
    cast: Cast,
    sign_in: SignIn,
    now: datetime,
    notes: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ticket, client = long_ticket(cast, at=now, notes=notes), sign_in(cast.l2_agent)
    with django_assert_num_queries(29):
        shown = get(client, address(ticket))
    assert len(told(shown)) == min(notes, SIZE)
