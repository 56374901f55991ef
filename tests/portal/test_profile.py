"""What customers choose about themselves: their language, and which mails they can do without."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.cast import Cast
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket, ticket_in
from tickets.choices import Status
from tickets.models import Notice, NoticeKind
from tickets.notifications import outbox
from tickets.portal_links import portal_url
from tickets.services.picking import pick_up
from tickets.services.states import close, resolve
from tickets.services.talking import reply

FORM = {"name": "Carla Customer", "job_title": "", "phone": "", "time_zone": "", "language": ""}


def test_mails_come_in_the_language_of_the_profile(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.customer)
    assert "Deutsch" in client.get("/profile/").content.decode()
    client.post("/profile/", {**FORM, "language": "de"})
    cast.customer.refresh_from_db()
    new_ticket(cast)
    outbox.deliver_due()
    assert "Eingegangen" in mail.outbox[0].subject
    assert client.post("/profile/", {**FORM, "language": "xx"}).status_code == 422


def test_a_mailed_link_is_in_the_language_of_the_profile(cast: Cast, client: Client) -> None:
    ticket = ticket_in(cast, Status.RESOLVED)
    assert "wrote." in client.get(portal_url(ticket)).content.decode()
    User.objects.filter(pk=cast.customer.pk).update(language="de")
    assert "hat geschrieben." in client.get(portal_url(ticket)).content.decode()


@pytest.mark.parametrize("wants", [True, False])
def test_who_can_do_without_a_mail_gets_what_asks_something_of_them(
    cast: Cast, sign_in: SignIn, wants: bool
) -> None:
    ticked = {"wants_begun_mails": "on", "wants_closed_mails": "on"} if wants else {}
    sign_in(cast.customer).post("/profile/", {**FORM, **ticked})
    cast.customer.refresh_from_db()
    ticket = new_ticket(cast)
    pick_up(ticket, actor=cast.agent)
    reply(ticket, body="Try again.", actor=cast.agent)
    resolve(ticket, resolution_code="solved", actor=cast.agent)
    close(ticket, actor=cast.agent)
    told = set(Notice.objects.filter(recipient=cast.customer).values_list("kind", flat=True))
    always = {NoticeKind.RECEIVED, NoticeKind.REPLIED, NoticeKind.RESOLVED}
    chosen = {NoticeKind.PICKED_UP, NoticeKind.CLOSED}
    assert told & always == always
    assert told & chosen == (chosen if wants else set())


def test_staff_are_not_asked_about_customers_mails(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.agent).get("/profile/").content.decode()
    assert "Tell me when" not in page
    assert 'name="language"' not in page
