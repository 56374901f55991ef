"""What becomes of a mail: a ticket, a message, a record, or a question to a person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.tickets.receiving.letters import (
    DISOWNED,
    PROVEN,
    address_of_answers,
    letter,
    receive,
)
from tests.tickets.scenes import new_ticket
from tickets.choices import Channel, MailOutcome, Status
from tickets.errors import NotThere
from tickets.models import InboundMail, Mailbox, Message, Notice, Ticket
from tickets.notifications.rendering import compose
from tickets.services import held_mail, receiving
from tickets.services.picking import pick_up
from tickets.services.receiving import keep_mail, read_pending
from tickets.services.states import resolve
from tickets.services.talking import reply


class TestNewTickets:
    def test_a_letter_opens_a_ticket_of_its_sender(self, cast: Cast, mailbox: Mailbox) -> None:
        row = receive(letter(f"Carla <{cast.customer.email.upper()}>"), mailbox)
        assert row.outcome == MailOutcome.OPENED
        ticket = row.ticket
        assert ticket is not None
        assert (ticket.customer, ticket.team, ticket.category) == (
            cast.customer,
            cast.l1,
            cast.category,
        )
        assert (ticket.channel, ticket.source, ticket.subject) == (
            Channel.EMAIL,
            "mail",
            "The scanner is dark",
        )
        assert ticket.received_at == row.received_at

    def test_an_unknown_sender_joins_the_organization_of_the_domain(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        receive(letter("New Person <new.person@acme.example>", **PROVEN), mailbox)
        person = User.objects.get(email="new.person@acme.example")
        assert (person.name, person.organization) == ("New Person", cast.organization)
        assert not person.has_usable_password()

    def test_two_mailboxes_that_get_one_mail_make_one_ticket(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        other = Mailbox.objects.create(address="help@desk.example")
        raw = letter(cast.customer.email, message_id="<one@acme.example>")
        assert receive(raw, mailbox) == receive(b"Received: by other\n" + raw, other)
        assert Ticket.objects.count() == 1

    def test_who_is_copied_in_watches(self, cast: Cast, mailbox: Mailbox) -> None:
        cc = f"{cast.colleague.email}, stranger@elsewhere.example, fresh@acme.example"
        row = receive(letter(cast.customer.email, Cc=cc, **PROVEN), mailbox)
        assert row.ticket is not None
        assert {each.user.email for each in row.ticket.watchers.all()} == {
            cast.colleague.email,
            "fresh@acme.example",
        }
        assert Ticket.objects.visible_to(cast.colleague).get() == row.ticket

    @pytest.mark.parametrize(
        ("language", "subject", "text"),
        [
            ("en", "(no subject)", "(The mail has no text.)"),
            ("de", "(kein Betreff)", "(Die E-Mail hat keinen Text.)"),
        ],
    )
    def test_what_a_letter_leaves_empty_is_said_in_its_senders_language(
        self, cast: Cast, mailbox: Mailbox, language: str, subject: str, text: str
    ) -> None:
        cast.customer.language = language
        cast.customer.save()
        ticket = receive(
            letter(cast.customer.email, subject="", body=" ", **PROVEN), mailbox
        ).ticket
        assert ticket is not None
        assert (ticket.subject, ticket.messages.get().body) == (subject, text)
        again = letter(cast.customer.email, to=address_of_answers(ticket), body=" ", **PROVEN)
        answered = receive(again, mailbox).message
        assert answered is not None
        assert answered.body == text


class TestAnswers:
    @pytest.fixture
    def asked(self, cast: Cast, mailbox: Mailbox) -> Ticket:
        """A ticket that waits for its customer's answer."""
        ticket = receive(letter(cast.customer.email), mailbox).ticket
        assert ticket is not None
        pick_up(ticket, actor=cast.agent)
        reply(ticket, body="Which one?", actor=cast.agent, then=Status.WAITING_CUSTOMER)
        return ticket

    def test_an_answer_to_the_signed_address_joins_its_ticket(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        body = "The one at gate 3.\n\nOn Mon, 2 Mar 2026, Acme support wrote:\n> Which one?\n"
        raw = letter(cast.customer.email, to=address_of_answers(asked), subject="Re: x", body=body)
        row = receive(raw, mailbox)
        assert (row.outcome, row.ticket) == (MailOutcome.ANSWERED, asked)
        assert row.message is not None
        assert row.message.body == "The one at gate 3."
        assert "Which one?" in row.quoted
        asked.refresh_from_db()
        assert asked.status == Status.IN_PROGRESS

    def test_an_answer_by_reference_joins_it_too(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        notice = Notice.objects.filter(ticket=asked, recipient=asked.customer).latest("pk")
        said = compose(notice).extra_headers["Message-ID"]
        row = receive(letter(cast.customer.email, In_Reply_To=said), mailbox)
        assert row.ticket == asked

    def test_a_number_in_the_subject_is_believed_of_a_participant_only(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        subject = f"Re: [#{asked.pk}] scanner"
        proven = letter(cast.customer.email, subject=subject, **PROVEN)
        assert receive(proven, mailbox).ticket == asked
        unproven = receive(letter(cast.customer.email, subject=subject), mailbox)
        assert unproven.ticket != asked
        other = receive(letter(cast.other_customer.email, subject=subject), mailbox)
        assert other.outcome == MailOutcome.OPENED
        assert other.ticket != asked

    def test_who_is_copied_into_an_answer_watches_from_then_on(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        ticket = new_ticket(cast)
        to = address_of_answers(ticket)
        Mailbox.objects.create(address="help@acme.example")
        cc = f"{cast.colleague.email}, {to}, help+9.x@acme.example, olga@globex.example"
        receive(letter(cast.customer.email, to=to, Cc=cc), mailbox)
        assert not ticket.watchers.exists(), "nobody vouches for the sender"
        receive(letter(cast.customer.email, to=to, Cc=cc, **PROVEN), mailbox)
        assert [each.user for each in ticket.watchers.all()] == [cast.colleague]

    def test_a_group_that_forwards_to_the_desk_and_what_it_sends_from_become_nobody(
        self, cast: Cast, mailbox: Mailbox, settings: Any
    ) -> None:
        """A desk may serve the company that it belongs to, whose domain they share."""
        Mailbox.objects.update(list_ids=["<Help.acme.example>"])
        settings.DEFAULT_FROM_EMAIL = "The desk <desk@acme.example>"
        cc = f"{cast.colleague.email}, help@acme.example, Desk@acme.example"
        row = receive(letter(cast.customer.email, Cc=cc, **PROVEN), mailbox)
        assert row.ticket is not None
        assert [each.user for each in row.ticket.watchers.all()] == [cast.colleague]
        assert not User.objects.filter(email__in=["help@acme.example", "desk@acme.example"])

    @pytest.mark.parametrize("vouched", [{}, PROVEN])
    def test_the_receipt_says_that_it_is_an_automatic_answer(
        self, cast: Cast, mailbox: Mailbox, vouched: dict[str, str]
    ) -> None:
        """RFC 3834: a direct answer is "auto-replied", any other mail of ours "auto-generated"."""
        row = receive(letter(cast.customer.email, **vouched), mailbox)
        assert row.ticket is not None
        receipt = compose(Notice.objects.get(recipient=cast.customer))
        assert receipt.extra_headers["Auto-Submitted"] == "auto-replied"
        assert receipt.extra_headers["In-Reply-To"] == row.mail_id
        pick_up(row.ticket, actor=cast.agent)
        later = compose(Notice.objects.filter(recipient=cast.customer).latest("pk"))
        assert later.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_our_mail_answers_the_customers_letter(self, cast: Cast, asked: Ticket) -> None:
        notice = Notice.objects.filter(ticket=asked, recipient=asked.customer).latest("pk")
        letter_id = InboundMail.objects.get().mail_id
        mail = compose(notice)
        assert mail.extra_headers["In-Reply-To"] == letter_id
        assert letter_id in mail.extra_headers["References"]
        assert mail.from_email == "Acme support <support@desk.example>"

    def test_a_forged_address_of_answers_is_none(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        forged = re.sub(r"\.[a-z2-7]{16}@", ".aaaaaaaaaaaaaaaa@", address_of_answers(asked))
        assert receive(letter(cast.customer.email, to=forged), mailbox).ticket != asked

    def test_who_takes_no_part_is_held_and_sees_nothing(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        raw = letter("eve@elsewhere.example", to=address_of_answers(asked))
        before = Message.objects.count()
        row = receive(raw, mailbox)
        assert (row.outcome, row.ticket) == (MailOutcome.HELD, asked)
        assert "takes no part" in row.reason
        assert Message.objects.count() == before
        assert not User.objects.filter(email="eve@elsewhere.example").exists()

    def test_thanks_on_a_resolved_ticket_reopen_nothing(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        resolve(asked, resolution_code="solved", actor=cast.agent)
        raw = letter(cast.customer.email, to=address_of_answers(asked), body="Thanks, works!")
        row = receive(raw, mailbox)
        asked.refresh_from_db()
        assert asked.status == Status.RESOLVED
        assert row.message is not None
        assert row.message.is_acknowledgement

    def test_after_the_window_an_answer_opens_a_linked_ticket(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket, settings: Any
    ) -> None:
        settings.REOPEN_DAYS = 1
        resolve(asked, resolution_code="solved", actor=cast.agent)
        Ticket.objects.filter(pk=asked.pk).update(resolved_at=timezone.now() - timedelta(days=2))
        row = receive(letter(cast.customer.email, to=address_of_answers(asked)), mailbox)
        assert row.outcome == MailOutcome.OPENED
        assert row.ticket is not None
        assert row.ticket.links.get().other == asked

    def test_a_watcher_answers_in_their_own_name(
        self, cast: Cast, mailbox: Mailbox, asked: Ticket
    ) -> None:
        asked.watchers.create(user=cast.colleague, added_at=timezone.now())
        row = receive(letter(cast.colleague.email, to=address_of_answers(asked)), mailbox)
        assert row.message is not None
        assert row.message.author == cast.colleague


class TestMachines:
    @pytest.mark.parametrize(
        ("headers", "kind"),
        [
            ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
            ({"List_Id": "<news.acme.example>"}, "list"),
            ({"X_Helpdesk": "127.0.0.1"}, "own"),
        ],
    )
    def test_they_are_recorded_and_nothing_else(
        self, cast: Cast, mailbox: Mailbox, headers: dict[str, str], kind: str
    ) -> None:
        row = receive(letter(cast.customer.email, **headers), mailbox)
        assert (row.kind, row.outcome) == (kind, MailOutcome.RECORDED)
        assert not Ticket.objects.exists()
        assert not Notice.objects.exists()

    def test_a_group_that_forwards_to_the_desk_is_no_list(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        mailbox.list_ids = ["<Support.acme.example>"]
        mailbox.save()
        group = {"List_Id": "Support <support.acme.example>", "Precedence": "list"}
        assert receive(letter(cast.customer.email, **group), mailbox).outcome == MailOutcome.OPENED
        other = {"List_Id": "News <news.acme.example>"}
        assert receive(letter(cast.customer.email, **other), mailbox).kind == "list"

    def test_who_writes_through_a_group_that_puts_itself_into_from_is_heard_unproven(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        mailbox.list_ids = ["support.acme.example"]
        mailbox.save()
        group = {"List_Id": "<support.acme.example>", "Reply_To": cast.customer.email, **PROVEN}
        row = receive(letter('"Carla via Support" <support@acme.example>', **group), mailbox)
        assert (row.sender, row.outcome) == (cast.customer.email, MailOutcome.OPENED)
        assert {"rewritten_from", "unproven"} <= set(row.flags)
        assert row.ticket is not None
        assert (row.ticket.customer, row.ticket.organization) == (cast.customer, None)

    def test_who_asks_for_no_automatic_answer_is_heard_and_gets_none(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        quiet = {"X_Auto_Response_Suppress": "OOF, AutoReply"}
        row = receive(letter(cast.customer.email, **quiet, **PROVEN), mailbox)
        assert (row.outcome, row.flags) == (MailOutcome.OPENED, ["quiet"])
        assert not Notice.objects.exists()

    def test_another_desk_that_writes_to_us_is_not_ourselves(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        row = receive(letter(cast.customer.email, X_Helpdesk="desk.globex.example"), mailbox)
        assert row.outcome == MailOutcome.OPENED


class TestHeldMail:
    def test_what_its_domain_disowns_joins_no_organization_when_it_is_let_in(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        row = receive(letter("somebody@acme.example", **DISOWNED), mailbox)
        ticket = held_mail.admit(row, actor=cast.agent).ticket
        assert ticket is not None
        assert (ticket.organization, ticket.customer.organization) == (None, None)

    @pytest.fixture
    def held(self, cast: Cast, mailbox: Mailbox) -> InboundMail:
        """A mail of somebody who takes no part."""
        ticket = new_ticket(cast)
        raw = letter("eve@elsewhere.example", to=address_of_answers(ticket))
        return receive(raw, mailbox)

    def test_let_in_it_is_a_message_and_its_sender_watches(
        self, cast: Cast, held: InboundMail
    ) -> None:
        row = held_mail.admit(held, actor=cast.agent, ticket=held.ticket)
        assert row.message is not None
        assert row.message.author is not None
        assert row.message.author.email == "eve@elsewhere.example"
        assert row.outcome == MailOutcome.ANSWERED

    def test_it_is_decided_once(self, cast: Cast, held: InboundMail) -> None:
        held_mail.discard(held, actor=cast.agent)
        with pytest.raises(Exception, match="already"):
            held_mail.admit(held, actor=cast.agent)

    def test_a_customer_decides_nothing(self, cast: Cast, held: InboundMail) -> None:
        with pytest.raises(NotThere):
            held_mail.discard(held, actor=cast.customer)


class TestNothingIsLost:
    def test_what_cannot_be_read_now_is_tried_again(
        self, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object) -> None:
            raise RuntimeError("disk full")

        row = keep_mail(letter(cast.customer.email), mailbox=mailbox)
        with monkeypatch.context() as patch:
            patch.setattr(receiving, "act_on", fail)
            read_pending()
        row.refresh_from_db()
        assert (row.outcome, row.attempts) == (MailOutcome.PENDING, 1)
        assert "disk full" in row.last_error
        InboundMail.objects.update(try_after=timezone.now())
        read_pending()
        assert Ticket.objects.count() == 1

    def test_the_raw_mail_is_kept(self, cast: Cast, mailbox: Mailbox) -> None:
        raw = letter(cast.customer.email)
        assert bytes(receive(raw, mailbox).raw.content) == raw

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"From: \n\n", b"no mail at all"])
    def test_rubbish_is_held_or_recorded_and_never_crashes(
        self, mailbox: Mailbox, raw: bytes
    ) -> None:
        row = receive(raw, mailbox)
        assert row.outcome in (MailOutcome.HELD, MailOutcome.RECORDED)
        assert row.last_error == ""
