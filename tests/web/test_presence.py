"""Others on a ticket: who looks and writes is shown to colleagues, leaves no trace, and no answer
goes out over one that its writer has not seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Message, Ticket
from tickets.services import escalating, holding, picking, talking
from tickets.services.properties import change_properties
from tickets.web.onlookers import STAYS_SECONDS


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """In progress, with Anna."""
    return ticket_in(cast, Status.IN_PROGRESS)


def beat(client: Client, ticket: Ticket, **values: object) -> str:
    """Send a page's beat; return what it gets, nothing where nothing changed."""
    answer = client.post(f"/tickets/{ticket.pk}/presence/", values)
    assert answer.status_code in (200, 204)
    return answer.content.decode()


def page(client: Client, ticket: Ticket) -> str:
    return str(client.get(f"/tickets/{ticket.pk}/").content.decode())


# Who is there -------------------------------------------------------------------------------------


def test_colleagues_see_each_other_look_and_write(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, ben = sign_in(cast.agent), sign_in(cast.second_agent)
    assert "is looking" not in beat(anna, ticket)
    assert "Anna is looking" in beat(ben, ticket)
    assert "Ben is looking" in beat(anna, ticket)
    assert "Ben is looking" in page(anna, ticket)
    beat(ben, ticket, writing="reply")
    said = beat(anna, ticket)
    assert "Ben is writing a reply" in said  # in the head
    assert "Ben Staff is writing a reply" in said  # above the composer
    beat(ben, ticket, writing="note")
    assert "Ben Staff is writing a note" in beat(anna, ticket)
    beat(sign_in(cast.lead), ticket)
    assert "Ben and Leo are looking" in beat(anna, ticket)
    beat(sign_in(cast.manager), ticket)
    assert "Ben and 2 more are looking" in beat(anna, ticket)


def test_who_leaves_or_falls_silent_is_there_no_more(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, ben = sign_in(cast.agent), sign_in(cast.second_agent)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        beat(ben, ticket)
        clock.shift(STAYS_SECONDS - 1)
        assert "Ben is" in page(anna, ticket)
        clock.shift(1)
        assert "Ben is" not in page(anna, ticket)
        beat(ben, ticket)
        beat(ben, ticket, leave="1")
        assert "Ben is" not in page(anna, ticket)


def test_opening_a_page_alone_shows_nobody(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    """A prefetch or a scanner is no colleague: the page itself says that it is looked at."""
    page(sign_in(cast.second_agent), ticket)
    assert "Ben is" not in page(sign_in(cast.agent), ticket)


def test_an_answer_comes_only_when_something_changed(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, ben = sign_in(cast.agent), sign_in(cast.second_agent)
    beat(ben, ticket)
    said = beat(anna, ticket)
    have = said.split('name="have" value="')[1].split('"')[0]
    assert beat(anna, ticket, have=have) == ""
    beat(ben, ticket, writing="reply")
    assert "is writing" in beat(anna, ticket, have=have)


def test_a_beat_reads_little_and_writes_nothing(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, ben = sign_in(cast.agent), sign_in(cast.second_agent)
    beat(ben, ticket)
    before, seq = count_rows(), ticket.ledger_seq
    with CaptureQueriesContext(
        connection,
    ) as asked:
        beat(anna, ticket, writing="reply", seen=seq)
    assert len(asked) == 4  # the session, its user, the ticket, who else is there
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}
    ticket.refresh_from_db()
    assert (count_rows(), ticket.ledger_seq) == (before, seq)


def test_a_page_with_onlookers_needs_one_query_more(
    cast: Cast,
    sign_in: SignIn,
    ticket: Ticket,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for person in (cast.second_agent, cast.lead, cast.manager, cast.administrator):
        beat(sign_in(person), ticket)
    client = sign_in(cast.agent)
    with CaptureQueriesContext(connection) as asked:
        page(client, ticket)
    cache.clear()
    with django_assert_max_num_queries(len(asked) - 1):
        page(client, ticket)


# Who may know -------------------------------------------------------------------------------------


def test_a_customer_sees_nobody_and_is_seen_by_nobody(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    beat(sign_in(cast.agent), ticket, writing="reply")
    carla = sign_in(cast.customer)
    assert carla.post(f"/tickets/{ticket.pk}/presence/").status_code == 403
    portal = carla.get(f"/portal/{ticket.pk}/").content.decode()
    assert "writing" not in portal
    assert "looking" not in portal
    assert "Carla" not in beat(sign_in(cast.second_agent), ticket)
    assert Client().post(f"/tickets/{ticket.pk}/presence/").status_code == 403


def test_a_confidential_ticket_tells_outsiders_nothing(cast: Cast, sign_in: SignIn) -> None:
    secret = new_ticket(cast, team=cast.confidential)
    beat(sign_in(cast.insider), secret)
    outsider = sign_in(cast.agent)
    address = f"/tickets/{secret.pk}/presence/"
    hidden, missing = outsider.post(address), outsider.post("/tickets/99999/presence/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert "Ines" not in hidden.content.decode()
    assert "Anna" not in beat(sign_in(cast.insider), secret)


def test_who_left_the_desk_is_not_shown(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    beat(sign_in(cast.second_agent), ticket)
    User.objects.filter(pk=cast.second_agent.pk).update(is_active=False)
    assert "Ben is" not in beat(sign_in(cast.agent), ticket)


# What happened meanwhile --------------------------------------------------------------------------


def test_a_page_is_told_what_others_did_since_it_was_opened(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, seen = sign_in(cast.agent), ticket.ledger_seq
    with time_machine.travel(timezone.now(), tick=False) as clock:
        holding.take(ticket, actor=cast.second_agent)
        assert "Ben Staff took it 0 s ago." in beat(anna, ticket, seen=seen)
        change_properties(ticket, changes={"complexity": "simple"}, actor=cast.second_agent)
        clock.shift(10)
        assert "Ben Staff set complexity 10 s ago." in beat(anna, ticket, seen=seen)
        escalating.escalate(
            ticket, actor=cast.second_agent, to_team=cast.l2, reason="access", tried="a", known="b"
        )
        assert "Ben Staff escalated it" in beat(anna, ticket, seen=seen)
        talking.add_note(ticket, actor=cast.lead, body="Look")
        assert "Leo Staff added a note" in beat(anna, ticket, seen=seen)
        message: Any = talking.reply_as_customer(ticket, actor=cast.customer, body="Hello?")
        clock.shift(timedelta(minutes=3))
        said = beat(anna, ticket, seen=seen)
        assert "Carla Customer wrote 3 min ago." in said
        assert (
            f'href="/tickets/{ticket.pk}/?seen={message.seq}&amp;message={message.pk}#m{message.pk}"'
            in said
        )
    assert "ago" not in beat(anna, ticket, seen=message.seq)


def test_ones_own_acts_are_no_news(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    seen = ticket.ledger_seq
    talking.reply(ticket, actor=cast.agent, body="We look.")
    assert "ago" not in beat(sign_in(cast.agent), ticket, seen=seen)
    assert "Anna Staff replied" in beat(sign_in(cast.second_agent), ticket, seen=seen)


def test_what_leads_to_the_news_keeps_just_looking(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    seen = ticket.ledger_seq
    picking.pick_up(ticket, actor=cast.second_agent)
    assert "?look=1&amp;seen=" in beat(sign_in(cast.agent), ticket, seen=seen, look="1")


# Answering ----------------------------------------------------------------------------------------


def send(client: Client, ticket: Ticket, **values: object) -> Any:
    values = {"kind": "reply", "then": "", **values}
    return client.post(f"/tickets/{ticket.pk}/compose/", values, follow=True)


def test_an_answer_over_something_unseen_is_asked_about_once(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, seen = sign_in(cast.agent), ticket.ledger_seq
    talking.reply(ticket, actor=cast.second_agent, body="It is fixed in 4.8.2.")
    answer = send(anna, ticket, body="Which version?", seen=seen)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Ben Staff replied" in shown
    assert "“It is fixed in 4.8.2.”" in shown
    assert ">Which version?</textarea>" in shown
    assert not Message.objects.filter(body="Which version?").exists()
    ticket.refresh_from_db()
    assert f'name="seen" value="{ticket.ledger_seq}"' in shown
    assert send(anna, ticket, body="Which version?", seen=ticket.ledger_seq).status_code == 200
    assert Message.objects.filter(body="Which version?").count() == 1


def test_a_customer_who_wrote_meanwhile_is_read_first(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    seen = ticket.ledger_seq
    talking.reply_as_customer(ticket, actor=cast.customer, body="It works again, thanks!")
    shown = send(sign_in(cast.agent), ticket, body="Any news?", seen=seen).content.decode()
    assert "Carla Customer wrote" in shown
    assert "It works again, thanks!" in shown


def test_what_the_customer_does_not_read_stops_no_answer(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    seen = ticket.ledger_seq
    talking.add_note(ticket, actor=cast.second_agent, body="Odd.")
    holding.assign(ticket, actor=cast.second_agent, assignee=cast.lead)
    talking.reply(ticket, actor=None, body="We are closed today.")  # machine mail
    assert send(sign_in(cast.agent), ticket, body="Hello", seen=seen).status_code == 200


def test_a_note_is_never_stopped(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    seen = ticket.ledger_seq
    talking.reply(ticket, actor=cast.second_agent, body="Done.")
    assert send(sign_in(cast.agent), ticket, kind="note", body="Ok", seen=seen).status_code == 200


def test_the_same_answer_pressed_twice_goes_out_once(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, seen = sign_in(cast.agent), ticket.ledger_seq
    send(anna, ticket, body="Done.", seen=seen)
    assert "You sent exactly this" in send(anna, ticket, body="Done.", seen=seen).content.decode()
    assert send(anna, ticket, body="And more.", seen=seen).status_code == 200
    assert Message.objects.filter(body="Done.").count() == 1


@pytest.mark.parametrize("slug", ["resolve", "close"])
def test_a_resolution_over_something_unseen_is_asked_about_once(
    cast: Cast, sign_in: SignIn, ticket: Ticket, slug: str
) -> None:
    anna = sign_in(cast.agent)
    url = f"/tickets/{ticket.pk}/{slug}/"
    opened = anna.get(url, {"seen": ticket.ledger_seq}, headers={"HX-Request": "true"})
    assert f'name="seen" value="{ticket.ledger_seq}"' in opened.content.decode()
    values = {"resolution_code": "solved", "note": "Kept", "seen": ticket.ledger_seq}
    talking.reply_as_customer(ticket, actor=cast.customer, body="Still broken!")
    refused = anna.post(url, values, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "Still broken!" in refused.content.decode()
    assert "Kept" in refused.content.decode()
    ticket.refresh_from_db()
    assert ticket.is_open
    anna.post(url, values | {"seen": ticket.ledger_seq})
    ticket.refresh_from_db()
    assert ticket.is_done


def test_the_way_from_the_composer_to_the_dialog_forgets_nothing(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    anna, seen = sign_in(cast.agent), ticket.ledger_seq
    talking.reply_as_customer(ticket, actor=cast.customer, body="Still broken!")
    dialog = send(anna, ticket, body="Closing this.", then="resolve", seen=seen)
    assert dialog.context["seen"] == seen
    values = {"resolution_code": "solved", "reply": "Closing this.", "seen": seen}
    assert anna.post(f"/tickets/{ticket.pk}/resolve/", values).status_code == 422


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "١"])
def test_a_form_that_names_no_row_is_not_stopped(
    cast: Cast, sign_in: SignIn, ticket: Ticket, seen: str
) -> None:
    talking.reply(ticket, actor=cast.second_agent, body="Done.")
    assert send(sign_in(cast.agent), ticket, body="Hello", seen=seen).status_code == 200
    assert beat(sign_in(cast.agent), ticket, seen=seen)
