"""A form that comes twice does its work once, and shows both times what came of it. No script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.tickets.calls import count_rows
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status
from tickets.models import Attachment, IdempotencyRecord, Message, Notice, Ticket
from tickets.portal_links import portal_url
from tickets.services.once import forget_answers

NEW = {"subject": "No way in", "description": "It refuses me.", "type": "incident", "urgency": "2"}


def key_on(page: Any) -> str:
    """The key of the first form of a page."""
    found = re.search(r'name="once" value="(\w{32})"', page.content.decode())
    assert found is not None
    return found[1]


def sent_twice(client: Client, page: str, to: str, values: dict[str, Any]) -> tuple[Any, Any]:
    """Send the form of a page twice, as a double click without scripts does."""
    values = {**values, "once": key_on(client.get(page))}
    return client.post(to, values, follow=True), client.post(to, values, follow=True)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form, and what it says when it was sent."""

    by: str
    page: Callable[[Ticket], str]
    to: str = ""
    given: Callable[[Cast], Ticket] = new_ticket
    values: Callable[[Cast], dict[str, Any]]
    says: str


def _in_work(cast: Cast) -> Ticket:
    return ticket_in(cast, Status.IN_PROGRESS, at=timezone.now() - timedelta(hours=1))


def _minutes_ago(minutes: int) -> str:
    """A moment as the agent's browser writes it."""
    moment = timezone.now() - timedelta(minutes=minutes)
    return f"{moment.astimezone(ZoneInfo(settings.REPORTING_TIME_ZONE)):%Y-%m-%dT%H:%M}"


def _resolved(cast: Cast) -> Ticket:
    return ticket_in(cast, Status.RESOLVED)


FORMS = {
    "portal: new": Form(
        by="customer", page=lambda t: "/portal/new/", values=lambda cast: NEW, says="We have it"
    ),
    "portal: answer": Form(
        by="customer",
        page=lambda t: f"/portal/{t.pk}/",
        to="answer/",
        values=lambda cast: {"body": "One thing more."},
        says="Sent.",
    ),
    "link: answer": Form(
        by="",
        page=portal_url,
        to="answer/",
        values=lambda cast: {"body": "One thing more."},
        says="Sent.",
    ),
    "portal: works": Form(
        by="customer",
        page=lambda t: f"/portal/{t.pk}/",
        to="works/",
        given=_resolved,
        values=lambda cast: {},
        says="The ticket is closed.",
    ),
    "portal: works not": Form(
        by="customer",
        page=lambda t: f"/portal/{t.pk}/",
        to="works-not/",
        given=_resolved,
        values=lambda cast: {"not-body": "Still."},
        says="We look at it again.",
    ),
    "desk: new": Form(
        by="agent",
        page=lambda t: "/tickets/new/",
        values=lambda cast: {
            **NEW, "impact": "2", "channel": "email", "new_name": "Nora", "new_email": "n@x.example"
        },
        says=" is open.",
    ),
    "desk: reply": Form(
        by="agent",
        page=lambda t: f"/tickets/{t.pk}/?look=1",
        to="compose/",
        given=_in_work,
        values=lambda cast: {"kind": "reply", "body": "Try again.", "then": "waiting_customer"},
        says="Sent to Carla Customer.",
    ),
    "desk: log contact": Form(
        by="agent",
        page=lambda t: f"/tickets/{t.pk}/log-contact/",
        given=_in_work,
        values=lambda cast: {
            "channel": "phone", "direction": "inbound",
            "started_at": _minutes_ago(9), "ended_at": _minutes_ago(2),
        },
        says="The contact is logged.",
    ),
    "desk: escalate": Form(
        by="agent",
        page=lambda t: f"/tickets/{t.pk}/escalate/",
        given=_in_work,
        values=lambda cast: {
            "to": f"2:{cast.l2.pk}", "reason": "knowledge", "tried": "a", "known": "b"
        },
        says="is escalated.",
    ),
    "desk: out of sight": Form(
        by="agent",
        page=lambda t: f"/tickets/{t.pk}/escalate/",
        given=_in_work,
        values=lambda cast: {
            "to": f"2:{cast.confidential.pk}", "reason": "knowledge", "tried": "a", "known": "b"
        },
        says="is escalated.",
    ),
    "desk: start work": Form(
        by="agent",
        page=lambda t: f"/tickets/{t.pk}/?look=1",
        to="pick-up/",
        values=lambda cast: {},
        says="You work on #",
    ),
    "desk: properties": Form(
        by="agent",
        page=lambda t: f"/tickets/{t.pk}/properties/",
        values=lambda cast: {**NEW, "impact": "2", "subject": "Better said"},
        says="Properties saved.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_what_comes_twice_is_done_once(cast: Cast, sign_in: SignIn, form: Form) -> None:
    ticket = form.given(cast)
    client = sign_in(getattr(cast, form.by)) if form.by else Client()
    page = form.page(ticket)
    values = {**form.values(cast), "once": key_on(client.get(page))}
    to = page.partition("?")[0] + form.to
    first = client.post(to, values)
    before = (count_rows(), Ticket.objects.count(), Notice.objects.count(), User.objects.count())
    again = client.post(to, values)
    assert (first.status_code, again.status_code) == (302, 302), first.content.decode()
    after = (count_rows(), Ticket.objects.count(), Notice.objects.count(), User.objects.count())
    assert after == before
    assert again["Location"].rpartition("/t/")[0] == first["Location"].rpartition("/t/")[0]
    shown = client.get(again["Location"])
    assert shown.status_code == 200
    assert form.says in shown.content.decode()


def test_a_late_answer_by_link_leads_twice_to_its_new_ticket(cast: Cast) -> None:
    ticket = ticket_in(cast, Status.CLOSED, at=timezone.now() - timedelta(days=60))
    url = portal_url(ticket)
    both = sent_twice(Client(), url, f"{url}answer/", {"body": "It is back."})
    assert Ticket.objects.count() == 2
    assert [each.context["ticket"].pk for each in both] == [ticket.pk + 1] * 2


def test_files_are_kept_once(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    client, url = sign_in(cast.customer), f"/portal/{ticket.pk}/"
    key = key_on(client.get(url))
    for _ in range(2):
        upload = SimpleUploadedFile("a.txt", b"words")
        values = {"body": "See.", "uploads": upload, "once": key}
        assert client.post(f"{url}answer/", values).status_code == 302
    assert Attachment.objects.count() == 1
    other = SimpleUploadedFile("a.txt", b"other words")
    client.post(f"{url}answer/", {"body": "See.", "uploads": other, "once": key})
    assert Attachment.objects.count() == 2, "the same name and text with another file"


def test_back_and_one_line_more_is_another_message(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    client, to = sign_in(cast.agent), reverse("compose", args=[ticket.pk])
    key = key_on(client.get(reverse("ticket", args=[ticket.pk])))
    for body in ("First.", "First. And second."):
        client.post(to, {"kind": "reply", "then": "", "body": body, "once": key})
    assert Message.objects.filter(body__startswith="First.").count() == 2


def test_a_refused_form_is_sent_better_with_the_same_key(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.customer)
    key = key_on(client.get("/portal/new/"))
    assert client.post("/portal/new/", {**NEW, "subject": "", "once": key}).status_code == 422
    assert not IdempotencyRecord.objects.exists()
    assert client.post("/portal/new/", {**NEW, "once": key}).status_code == 302
    assert Ticket.objects.count() == 1


def test_every_form_of_every_page_has_another_key(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.agent)
    page = client.get(reverse("ticket", args=[new_ticket(cast).pk])).content.decode()
    keys = re.findall(r'name="once" value="(\w{32})"', page)
    assert len(keys) > 1
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("key", ["", "x", "9" * 5000, "\0" * 32, "é" * 32])
def test_a_key_that_is_none_does_no_harm(cast: Cast, sign_in: SignIn, key: str) -> None:
    answer = sign_in(cast.customer).post("/portal/new/", {**NEW, "once": key})
    assert answer.status_code == 302
    assert not IdempotencyRecord.objects.exists()


def test_somebody_elses_key_shows_nothing_of_theirs(cast: Cast, sign_in: SignIn) -> None:
    key = "0" * 32
    sign_in(cast.customer).post("/portal/new/", {**NEW, "once": key})
    answer = sign_in(cast.other_customer).post("/portal/new/", {**NEW, "once": key}, follow=True)
    assert answer.context["ticket"].customer == cast.other_customer
    assert Ticket.objects.count() == 2


def test_the_same_words_from_a_new_page_are_said_again(cast: Cast, sign_in: SignIn) -> None:
    ticket = _in_work(cast)
    client, page = sign_in(cast.agent), reverse("ticket", args=[ticket.pk])
    values = {"kind": "note", "body": "Nobody answers.", "then": ""}
    for _ in range(2):
        client.post(f"{page}compose/", {**values, "once": key_on(client.get(page))})
    assert Message.objects.filter(body="Nobody answers.").count() == 2


def test_answers_are_forgotten_after_thirty_days(cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.customer).post("/portal/new/", {**NEW, "once": "0" * 32})
    assert forget_answers(at=timezone.now() + timedelta(days=29)) == 0
    assert forget_answers(at=timezone.now() + timedelta(days=31)) == 1
    assert forget_answers(at=timezone.now() + timedelta(days=31)) == 0


def test_an_act_that_is_pressed_again_after_another_is_done_again(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = _in_work(cast)
    client, to = sign_in(cast.agent), f"/tickets/{ticket.pk}/wait/"
    values = {"wait_for": "vendor", "note": "", "once": key_on(client.get(to))}
    client.post(to, values)
    client.post(f"/tickets/{ticket.pk}/resume/")
    client.post(to, values)
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING_VENDOR
