"""One ticket as its customer sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.errors import WrongState
from tickets.models import Message, Notice, NoticeKind, Ticket
from tickets.selectors.contacts import contacts_of
from tickets.services.escalating import escalate
from tickets.services.files import attach
from tickets.services.ledger_check import find_differences
from tickets.services.picking import pick_up
from tickets.services.states import say_it_works, wait
from tickets.services.talking import add_note, reply


def read(client: Client, ticket: Ticket) -> str:
    response = client.get(f"/portal/{ticket.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_who_helps_and_what_was_said(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    reply(ticket, body="Try it with the new password.", actor=cast.agent)
    page = read(sign_in(cast.customer), ticket)
    assert "In progress" in page
    assert cast.agent.name in page
    assert "Try it with the new password." in page


def test_private_notes_never_appear(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    note = add_note(ticket, body="He forgot it again, sigh.", actor=cast.agent)
    secret = attach(note, upload=SimpleUploadedFile("inner.txt", b"inner"), actor=cast.agent)
    escalate(
        ticket, actor=cast.agent, to_level=2, reason="knowledge",
        tried="Tried the usual secret trick", known="Known inside only",
    )  # fmt: skip
    for person in (cast.customer, cast.viewer):
        client = sign_in(person)
        page = read(client, ticket)
        for hidden in ("sigh", "inner.txt", "secret trick", "inside only", "Specialists", " L2"):
            assert hidden not in page
        assert client.get(f"/portal/{ticket.pk}/files/{secret.key}/").status_code == 404


def test_a_ticket_of_somebody_else_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    before = ticket.ledger_seq
    missing = sign_in(cast.customer).get("/portal/999999/")
    for person in (cast.colleague, cast.other_customer):
        client = sign_in(person)
        for path, post in (("", None), ("answer/", {"body": "x"}), ("works/", {})):
            url = f"/portal/{ticket.pk}/{path}"
            response = client.get(url) if post is None else client.post(url, post)
            assert response.status_code == missing.status_code == 404
            assert "not yours to see" in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.ledger_seq == before


def test_a_viewer_reads_and_does_not_answer(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    client = sign_in(cast.viewer)
    page = read(client, ticket)
    assert "<textarea" not in page
    assert "Does it work now" not in page
    response = client.post(f"/portal/{ticket.pk}/answer/", {"body": "Let me"})
    assert response.status_code == 422
    assert not Message.objects.filter(body="Let me").exists()


def test_a_viewer_is_told_for_whom_a_ticket_waits(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.WAITING_CUSTOMER)
    client, whom = sign_in(cast.viewer), f"Waiting for {cast.customer.name}"
    for page in (read(client, ticket), client.get("/portal/?whose=all").content.decode()):
        assert whom in page
        assert "Your turn" not in page
    assert f"{whom}</b>" in read(client, ticket)
    assert whom not in read(sign_in(cast.customer), ticket)


def test_an_answer_with_a_file_resumes_a_waiting_ticket(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.WAITING_CUSTOMER)
    client = sign_in(cast.customer)
    assert "Your turn" in read(client, ticket)
    upload = SimpleUploadedFile("shot.txt", b"here")
    response = client.post(
        f"/portal/{ticket.pk}/answer/", {"body": "Here it is.", "uploads": [upload]}
    )
    assert response["Location"] == f"/portal/{ticket.pk}/"
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    page = read(client, ticket)
    assert "Here it is." in page
    assert "shot.txt" in page


def test_an_empty_answer_comes_back_with_what_is_missing(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    response = sign_in(cast.customer).post(f"/portal/{ticket.pk}/answer/", {"body": "  "})
    assert response.status_code == 422
    assert "Write a line before you send." in response.content.decode()


def test_it_works_closes_a_resolved_ticket(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    client = sign_in(cast.customer)
    assert "It works" in read(client, ticket)
    client.post(f"/portal/{ticket.pk}/works/")
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_it_works_on_an_open_ticket_tells_the_desk_and_is_no_contact(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = ticket_in(cast, Status.WAITING_CUSTOMER)
    before = len(contacts_of(ticket))
    sign_in(cast.customer).post(f"/portal/{ticket.pk}/works/")
    ticket.refresh_from_db()
    message = ticket.messages.latest("seq")
    assert message.is_acknowledgement
    notice = Notice.objects.get(kind=NoticeKind.CUSTOMER_REPLIED)
    assert (notice.recipient, notice.message) == (cast.agent, message)
    assert ticket.status == Status.IN_PROGRESS
    assert len(contacts_of(ticket)) == before
    assert not list(find_differences(Ticket.objects.all()))


def test_it_works_is_what_the_queue_says_until_somebody_does_something(
    cast: Cast, sign_in: SignIn
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    sign_in(cast.customer).post(f"/portal/{ticket.pk}/works/")
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    queue = "/queue/?view=open"
    assert "Customer says it works" in sign_in(cast.agent).get(queue).content.decode()
    wait(ticket, for_="hold", actor=cast.agent)
    assert "Customer says it works" not in sign_in(cast.agent).get(queue).content.decode()


def test_it_works_comes_too_late_where_it_was_resolved_meanwhile(cast: Cast) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    with pytest.raises(WrongState):
        say_it_works(ticket, body="It works now.", actor=cast.customer)


def test_it_does_not_reopens_with_what_is_seen(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    client = sign_in(cast.customer)
    assert client.post(f"/portal/{ticket.pk}/works-not/", {"not-body": ""}).status_code == 422
    client.post(f"/portal/{ticket.pk}/works-not/", {"not-body": "Still the same."})
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    assert "Still the same." in read(client, ticket)


@pytest.mark.parametrize(
    ("status", "act", "field"),
    [(Status.CLOSED, "answer", "body"), (Status.RESOLVED, "works-not", "not-body")],
)
def test_a_late_answer_goes_on_in_a_new_ticket(
    cast: Cast, sign_in: SignIn, status: Status, act: str, field: str
) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    ticket = ticket_in(cast, status, at=long_ago)
    client = sign_in(cast.customer)
    if status == Status.CLOSED:
        assert "new ticket" in read(client, ticket)
    response = client.post(f"/portal/{ticket.pk}/{act}/", {field: "It is back."})
    follow_up = Ticket.objects.latest("pk")
    assert follow_up != ticket
    assert response["Location"] == f"/portal/{follow_up.pk}/"
    assert "It is back." in read(client, follow_up)


def test_a_closed_ticket_says_how_long_an_answer_opens_it(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.CLOSED, at=timezone.now() - timedelta(days=4, hours=1))
    assert "10 days left" in read(sign_in(cast.customer), ticket)


def test_refused_in_this_state_is_said_and_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.CLOSED)
    client = sign_in(cast.customer)
    response = client.post(f"/portal/{ticket.pk}/works/", follow=True)
    assert "It has moved on meanwhile" in response.content.decode()


def test_reading_and_reloading_never_change_anything(cast: Cast, sign_in: SignIn) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    before = ticket.ledger_seq
    client = sign_in(cast.customer)
    for path in ("", "answer/", "works/", "works-not/"):
        assert client.get(f"/portal/{ticket.pk}/{path}").status_code in (200, 302)
        client.head(f"/portal/{ticket.pk}/{path}")
    ticket.refresh_from_db()
    assert ticket.ledger_seq == before


def test_files_are_saved_never_shown_inside_the_site(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    upload = SimpleUploadedFile("page.html", b"<script>alert(1)</script>")
    file = attach(ticket.messages.get(), upload=upload, actor=cast.customer)
    response = sign_in(cast.customer).get(f"/portal/{ticket.pk}/files/{file.key}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]


def test_what_people_write_is_text(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast, subject="<b>x</b>", description="<script>alert(1)</script>")
    page = read(sign_in(cast.customer), ticket)
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_staff_are_sent_to_their_own_page(cast: Cast, sign_in: SignIn) -> None:
    ticket = new_ticket(cast)
    for method in ("get", "post"):
        response = getattr(sign_in(cast.agent), method)(f"/portal/{ticket.pk}/works/")
        assert response["Location"] == f"/tickets/{ticket.pk}/"


@pytest.mark.parametrize("messages", [1, 15])
def test_the_page_costs_the_same_for_a_long_conversation(
    cast: Cast, sign_in: SignIn, messages: int
) -> None:
    ticket = ticket_in(cast, Status.IN_PROGRESS)
    for number in range(messages):
        row = reply(ticket, body=f"Part {number}", actor=cast.agent)
        attach(row, upload=SimpleUploadedFile("a.txt", b"a"), actor=cast.agent)
    client = sign_in(cast.customer)
    # session, user, ticket, transitions, calendar (3), messages, files, organization of the reader,
    # promise, what is out, what its mark is made of beside the ticket
    with CaptureQueriesContext(connection) as asked:
        read(client, ticket)
    assert len(asked) == 13, "\n".join(query["sql"] for query in asked)
