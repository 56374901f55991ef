"""How mails to the customer stand, beside the agent's own words; and sending one again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tests.web.conftest import SignIn
from tickets.models import Notice, NoticeKind, Ticket
from tickets.services.picking import pick_up
from tickets.services.talking import reply

NOW = timezone.now


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """One with an answer that waits to be mailed."""
    made = new_ticket(cast)
    pick_up(made, actor=cast.agent)
    reply(made, body="Turn it off.", actor=cast.agent)
    return made


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Waits to be sent to carla@acme.example"),
        ({"sent_at": NOW()}, "Sent to carla@acme.example"),
        (
            {"attempts": 2, "last_error": "451 later", "send_after": NOW() + timedelta(hours=1)},
            "tried 2 times; again",
        ),
        ({"is_given_up": True, "last_error": "550 no box"}, "Not delivered"),
        ({"bounced_at": NOW(), "sent_at": NOW(), "bounce_reason": "550 gone"}, "Came back"),
        ({"is_needless": True, "last_error": "The account is off."}, "The account is off."),
    ],
)
def test_the_answer_says_how_its_mail_stands(
    cast: Cast, sign_in: SignIn, ticket: Ticket, values: dict[str, object], words: str
) -> None:
    Notice.objects.filter(kind=NoticeKind.REPLIED).update(**values)
    page = sign_in(cast.agent).get(f"/tickets/{ticket.pk}/").content.decode()
    assert words in " ".join(page.split("Turn it off.")[-1].replace("</b>", "").split())
    customers = sign_in(cast.customer).get(reverse("portal_ticket", args=[ticket.pk]))
    assert "delivery" not in customers.content.decode()


def test_a_lost_receipt_stands_above_the_conversation(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    Notice.objects.filter(kind=NoticeKind.RECEIVED).update(bounced_at=NOW(), bounce_reason="gone")
    page = sign_in(cast.agent).get(f"/tickets/{ticket.pk}/").content.decode()
    assert "Ticket received" in page.split('<ol class="timeline"')[0]


def test_an_agent_sends_it_again(cast: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    mail = Notice.objects.get(kind=NoticeKind.REPLIED)
    Notice.objects.filter(pk=mail.pk).update(is_given_up=True, last_error="550 no box")
    address = reverse("send_again", kwargs={"number": ticket.pk, "pk": mail.pk})
    client = sign_in(cast.agent)
    assert 'value="carla@acme.example"' in client.get(address).content.decode()
    refused = client.post(address, {"address": "carla at home"})
    assert refused.status_code == 422
    assert "carla at home" in refused.content.decode()
    done = client.post(address, {"address": "carla@home.example"}, follow=True)
    assert "It goes to carla@home.example within seconds." in done.content.decode()
    assert mail.repeats.get().address == "carla@home.example"
    assert client.post(address, {"address": "carla@home.example"}).status_code == 422


def test_who_does_not_see_the_ticket_sends_nothing(
    cast: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    mail = Notice.objects.get(kind=NoticeKind.REPLIED)
    other = new_ticket(cast, team=cast.confidential, actor=cast.manager)
    for number in (other.pk, ticket.pk + 1000):
        path = reverse("send_again", kwargs={"number": number, "pk": mail.pk})
        assert sign_in(cast.agent).post(path, {"address": "x@y.example"}).status_code == 404
    path = reverse("send_again", kwargs={"number": ticket.pk, "pk": mail.pk})
    assert sign_in(cast.customer).post(path, {"address": "x@y.example"}).status_code == 302
    assert not mail.repeats.exists()
