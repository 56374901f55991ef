"""A message that came by mail: its new words first, the rest folded, its HTML behind bars."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.receiving.letters import letter, receive
from tests.web.conftest import SignIn
from tickets.models import InboundMail, Mailbox, Notice
from tickets.notifications.rendering import compose
from tickets.services.picking import pick_up
from tickets.services.talking import reply

WILD = (
    '<p>Gate <b>3</b> again.</p><script>alert(1)</script><img src="https://track.example/x.png">'
    '<form action="https://evil.example"><input></form><a href="javascript:alert(1)">click</a>'
)


@pytest.fixture
def answered(cast: Cast) -> InboundMail:
    """The customer's answer by mail: new words, our quoted mail, HTML full of tricks. The desk's
    servers check senders, and vouch for nobody here."""
    mailbox = Mailbox.objects.create(
        address="support@desk.example", team=cast.l1, trusted_servers=["mx.desk.example"]
    )
    ticket = receive(letter(cast.customer.email), mailbox).ticket
    assert ticket is not None
    pick_up(ticket, actor=cast.agent)
    reply(ticket, body="Which gate?", actor=cast.agent)
    notice = Notice.objects.filter(recipient=cast.customer).latest("pk")
    mail = EmailMessage()
    mail["From"], mail["To"] = cast.customer.email, compose(notice).reply_to[0]
    mail["Subject"], mail["Message-ID"] = "Re: The scanner", "<answer@acme.example>"
    mail.set_content(
        "Gate 3 again.\n\nOn Mon, 2 Mar 2026, Support wrote:\n> Which gate?\n\n-- \nCarla\n"
    )
    mail.add_alternative(WILD, subtype="html")
    return receive(mail.as_bytes(), mailbox)


def test_the_ticket_shows_new_words_and_folds_the_rest(
    cast: Cast, sign_in: SignIn, answered: InboundMail
) -> None:
    page = sign_in(cast.agent).get(f"/tickets/{answered.ticket_id}/").content.decode()
    fold = page.split("Show quoted text")[1]
    assert "Gate 3 again." in page.split("Show quoted text")[0]
    assert "&gt; Which gate?" in fold.split("</details>")[0]
    assert "Formatted version" in fold
    assert "No mail server vouches for the sender." in page
    assert "Images from other hosts are left out: 1." in page


def test_the_formatted_version_runs_and_loads_nothing(
    cast: Cast, sign_in: SignIn, answered: InboundMail
) -> None:
    response = sign_in(cast.agent).get(reverse("letter", args=[answered.pk]))
    shown, policy = response.content.decode(), response.headers["Content-Security-Policy"]
    assert "Gate <b>3</b> again." in shown
    for trick in ("<script", "track.example", "evil.example", "javascript:", "<form"):
        assert trick not in shown
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


def test_the_way_back_from_the_formatted_version_begins_no_work(
    cast: Cast, sign_in: SignIn, answered: InboundMail
) -> None:
    """Who was just looking goes on just looking."""
    page = sign_in(cast.agent).get(reverse("letter", args=[answered.pk])).content.decode()
    place = f"message={answered.message_id}#m{answered.message_id}"
    assert f'href="/tickets/{answered.ticket_id}/?look=1&amp;{place}"' in page


def test_the_formatted_version_is_for_those_who_see_the_ticket(
    cast: Cast, sign_in: SignIn, answered: InboundMail
) -> None:
    address = reverse("letter", args=[answered.pk])
    assert answered.ticket is not None
    answered.ticket.team = cast.confidential
    answered.ticket.assignee = None
    answered.ticket.save()
    assert sign_in(cast.agent).get(address).status_code == 404
    assert sign_in(cast.insider).get(address).status_code == 200
    assert sign_in(cast.customer).get(address).status_code == 302
    assert sign_in(cast.insider).get(reverse("letter", args=[10**9])).status_code == 404


def test_the_portal_shows_the_new_words_alone(
    cast: Cast, sign_in: SignIn, answered: InboundMail
) -> None:
    page = sign_in(cast.customer).get(reverse("portal_ticket", args=[answered.ticket_id]))
    assert "Gate 3 again." in page.content.decode()
    assert page.content.decode().count("Which gate?") == 1
