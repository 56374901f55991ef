"""Writing on a ticket: public and private never mix, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from tests.cast import Cast
from tests.tickets.scenes import new_ticket, ticket_in
from tests.web.conftest import SignIn
from tickets.choices import Status, Visibility
from tickets.models import Attachment, Message, Notice, NoticeKind, Ticket


def write(sign_in: SignIn, user: Any, ticket: Ticket, **values: object) -> Any:
    url = reverse("compose", kwargs={"number": ticket.pk})
    return sign_in(user).post(url, {"kind": "reply", "then": "", **values}, follow=True)


def test_a_reply_reaches_the_customer_and_sets_what_comes_then(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    answer = write(sign_in, cast.agent, ticket, body="Which one?", then=Status.WAITING_CUSTOMER)
    assert "Sent to Carla Customer." in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING_CUSTOMER
    assert Message.objects.get(body="Which one?").visibility == Visibility.PUBLIC
    assert Notice.objects.filter(kind=NoticeKind.REPLIED, recipient=cast.customer).exists()


def test_a_note_stays_among_colleagues(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    told = Notice.objects.filter(recipient=cast.customer).count()
    write(sign_in, cast.agent, ticket, kind="note", body="Odd.", then=Status.ON_HOLD)
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    assert Message.objects.get(body="Odd.").visibility == Visibility.PRIVATE
    assert Notice.objects.filter(recipient=cast.customer).count() == told
    portal = sign_in(cast.customer).get(reverse("portal_ticket", args=[ticket.pk]))
    assert portal.status_code == 200
    assert "Odd." not in portal.content.decode()


def test_an_empty_text_is_not_sent(cast: Cast, sign_in: SignIn) -> None:
    answer = write(sign_in, cast.agent, ticket_in(cast, Status.IN_PROGRESS), body="  ")
    assert answer.status_code == 422
    assert "nothing was sent" in answer.content.decode()


def test_a_refused_text_is_kept_with_its_kind(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.CANCELLED)
    answer = write(sign_in, cast.agent, ticket, body="Are you there?")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it is cancelled" in page
    assert "Are you there?" in page
    assert not Message.objects.filter(body="Are you there?").exists()


def test_files_come_along_and_a_refused_one_stops_the_message(
    cast: Cast, sign_in: SignIn, settings: Settings
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    good = [SimpleUploadedFile(name, b"a,b\n1,2\n") for name in ("one.csv", "two.csv")]
    write(sign_in, cast.agent, ticket, body="See here", uploads=good)
    assert [each.name for each in Attachment.objects.all()] == ["one.csv", "two.csv"]
    settings.ATTACHMENT_MAX_BYTES = 4
    large = SimpleUploadedFile("large.csv", b"12345")
    answer = write(sign_in, cast.agent, ticket, body="And here", uploads=[large])
    assert answer.status_code == 422
    assert "And here" in answer.content.decode()
    assert not Message.objects.filter(body="And here").exists()


def test_resolving_with_an_answer_asks_how_and_keeps_the_answer(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    answer = write(sign_in, cast.agent, ticket, body="It works again.", then="resolve")
    form = answer.context["form"]
    assert form["reply"].value() == "It works again."
    assert "<dialog open" in answer.content.decode()
    url = reverse("act", kwargs={"number": ticket.pk, "slug": "resolve"})
    values = {"resolution_code": "solved", "reply": form["reply"].value()}
    sign_in(cast.agent).post(url, values)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert Message.objects.filter(body="It works again.").exists()


# Files ------------------------------------------------------------------------------------------


@pytest.fixture
def attachment(cast: Cast, sign_in: SignIn) -> Attachment:
    ticket = new_ticket(cast, team=cast.confidential)
    page = SimpleUploadedFile("../../<b>.html", b"<script>alert(1)</script>", "text/html")
    write(sign_in, cast.insider, ticket, kind="note", body="Look", uploads=[page])
    return Attachment.objects.get()


def test_a_file_is_saved_and_never_shown_in_place(
    cast: Cast, sign_in: SignIn, attachment: Attachment
) -> None:
    url = reverse("attachment", kwargs={"key": attachment.key})
    answer: Any = sign_in(cast.insider).get(url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"


def test_a_file_is_only_for_those_who_see_its_ticket(
    cast: Cast, sign_in: SignIn, attachment: Attachment
) -> None:
    url = reverse("attachment", kwargs={"key": attachment.key})
    assert sign_in(cast.agent).get(url).status_code == 404
    assert sign_in(cast.customer).get(url).status_code == 302
    portal = reverse("portal_ticket_file", args=[attachment.message.ticket_id, attachment.key])
    assert sign_in(cast.customer).get(portal).status_code == 404


def test_files_do_not_get_lost_on_the_way_to_the_dialog_of_resolving(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    upload = SimpleUploadedFile("log.txt", b"It fails.")
    answer = write(sign_in, cast.agent, ticket, body="See this.", then="resolve", uploads=upload)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Send the files first" in page
    assert "See this." in page


@pytest.mark.parametrize("name", ["compose", "act"])
def test_an_address_that_only_takes_what_is_sent_leads_to_the_ticket(
    cast: Cast, sign_in: SignIn, name: str
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    more = {"slug": "take"} if name == "act" else {}
    answer = sign_in(cast.agent).get(reverse(name, kwargs={"number": ticket.pk, **more}))
    assert answer.status_code == 302
    assert answer["Location"] == f"/tickets/{ticket.pk}/"
    assert sign_in(cast.agent).get(reverse("queue_bulk"))["Location"] == "/queue/"


def test_an_address_in_a_text_can_be_followed_and_markup_cannot(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    body = "See https://desk.example/a?b=1&c=2 <script>x</script>"
    page = write(sign_in, cast.agent, ticket, kind="note", body=body).content.decode()
    assert '<a href="https://desk.example/a?b=1&amp;c=2" rel="nofollow">' in page
    assert "&lt;script&gt;x" in page
