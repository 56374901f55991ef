"""Who a mail comes from: the organization's own sender, a mailbox of the desk, or the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.models import Mailbox, Notice, NoticeKind, OrganizationSender
from tickets.notifications.rendering import compose


@pytest.fixture
def own(cast: Cast) -> Mailbox:
    """The mailbox that writes to Acme, beside the desk's first one."""
    Mailbox.objects.create(address="support@desk.example", name="Support")
    mailbox = Mailbox.objects.create(address="acme@desk.example", name="Acme desk")
    OrganizationSender.objects.create(
        organization=cast.organization, mailbox=mailbox, name="Your Acme team"
    )
    return mailbox


def test_an_organization_is_written_to_from_its_own_sender(cast: Cast, own: Mailbox) -> None:
    ticket = new_ticket(cast)
    mail = compose(Notice.objects.get(ticket=ticket))
    assert mail.from_email == "Your Acme team <acme@desk.example>"
    (answer,) = mail.reply_to
    assert answer.startswith(f"acme+{ticket.pk}.")
    other = new_ticket(cast, customer=cast.other_customer, actor=cast.other_customer)
    assert compose(Notice.objects.get(ticket=other)).from_email == "Support <support@desk.example>"


def test_without_a_name_it_has_the_mailboxs(cast: Cast, own: Mailbox) -> None:
    OrganizationSender.objects.update(name="")
    new_ticket(cast)
    assert compose(Notice.objects.get()).from_email == "Acme desk <acme@desk.example>"


def test_staff_and_a_mailbox_that_is_off_are_not_concerned(cast: Cast, own: Mailbox) -> None:
    ticket = new_ticket(cast)
    staff = Notice(kind=NoticeKind.ASSIGNED, ticket=ticket, recipient=cast.agent)
    assert "support@desk.example" in compose(staff).from_email
    own.is_active = False
    own.save()
    assert "support@desk.example" in compose(Notice.objects.get()).from_email


def test_only_a_mailbox_of_the_desk_can_be_chosen(cast: Cast, own: Mailbox) -> None:
    client = Client()
    client.force_login(cast.administrator)
    page = client.get(reverse("admin:tickets_mailbox_change", args=[own.pk]))
    assert "Your Acme team" in page.content.decode()
    assert "organizations-0-organization" in page.content.decode()
