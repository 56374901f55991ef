"""Which mail is which, and when it was said."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from tests.cast import Cast
from tests.tickets.receiving.letters import address_of_answers, letter, receive
from tests.tickets.scenes import new_ticket
from tickets.choices import MailOutcome, Status
from tickets.models import InboundMail, Mailbox, Message, Notice
from tickets.services.mail_lookups import notices_of, own_host
from tickets.services.picking import pick_up
from tickets.services.receiving import keep_mail, read_pending
from tickets.services.relating import merge
from tickets.services.states import resolve


class TestMessageIds:
    def test_only_keys_that_nobody_can_guess_are_ours(self, cast: Cast) -> None:
        new_ticket(cast)
        key = Notice.objects.get().key
        ours = f"<{key}@{own_host()}>"
        moved = f"<{str(key)[:7]}-{str(key)[7:].replace('-', '', 1)}@{own_host()}>"
        others = [f"<1@{own_host()}>", f"<@{own_host()}>", f"<{key}@elsewhere.example>"]
        assert list(notices_of([moved, *others, ours])) == [ours]

    def test_another_mail_under_a_known_id_is_held(self, cast: Cast, mailbox: Mailbox) -> None:
        first = receive(letter(cast.customer.email, message_id="<same@acme.example>"), mailbox)
        raw = letter(cast.customer.email, message_id="<same@acme.example>", body="Gate 3 is open.")
        other = receive(raw, mailbox)
        assert receive(raw, mailbox) == other
        assert (first.outcome, other.outcome) == (MailOutcome.OPENED, MailOutcome.HELD)
        assert "same Message-ID" in other.reason
        assert bytes(other.raw.content) == raw
        assert InboundMail.objects.count() == 2

    def test_one_mail_that_was_folded_and_encoded_on_its_way_is_one(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        raw = letter(cast.customer.email, message_id="<same@acme.example>", body="Gate 3 is open.")
        folded = raw.replace(b"Gate 3 is", b"Gate 3 =\nis").replace(b"7bit", b"quoted-printable")
        assert receive(raw, mailbox) == receive(folded, mailbox)


class TestNoMessageId:
    def nameless(self, cast: Cast, *, way: str, **values: str) -> bytes:
        raw = letter(cast.customer.email, message_id="<drop@me>", **values)
        return f"Received: {way}\n".encode() + raw.replace(b"Message-ID: <drop@me>\n", b"")

    def test_from_two_mailboxes_it_is_one_mail(self, cast: Cast, mailbox: Mailbox) -> None:
        sales = Mailbox.objects.create(address="sales@desk.example")
        first = receive(self.nameless(cast, way="by mx1"), mailbox)
        assert receive(self.nameless(cast, way="by mx2"), sales) == first
        assert first.outcome == MailOutcome.OPENED
        assert "no_message_id" in first.flags
        assert receive(self.nameless(cast, way="by mx1", body="Gate 3."), mailbox) != first

    def test_without_a_date_a_machine_may_say_the_same_again(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        for way in ("by mx1", "by mx2"):
            raw = self.nameless(cast, way=way)
            keep_mail(re.sub(rb"Date: .*\n", b"", raw), mailbox=mailbox)
        assert InboundMail.objects.count() == 2


class TestWhenItWasSaid:
    def test_an_answer_that_could_not_be_read_for_hours_was_said_when_it_came(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        begun = timezone.now() - timedelta(hours=13)
        ticket = new_ticket(cast, at=begun)
        pick_up(ticket, actor=cast.agent, at=begun + timedelta(minutes=5))
        came = begun + timedelta(hours=1)
        raw = letter(cast.customer.email, to=address_of_answers(ticket))
        keep_mail(raw, mailbox=mailbox, at=came)
        read_pending()
        message = Message.objects.get(ticket=ticket, source="mail")
        assert message.occurred_at == came
        assert message.recorded_at > came + timedelta(hours=11)

    def test_where_the_ticket_moved_meanwhile_it_was_said_right_after_that(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        begun = timezone.now() - timedelta(hours=13)
        ticket = new_ticket(cast, at=begun)
        resolved = begun + timedelta(hours=2)
        pick_up(ticket, actor=cast.agent, at=begun + timedelta(minutes=5))
        resolve(ticket, resolution_code="solved", actor=cast.agent, at=resolved)
        raw = letter(cast.customer.email, to=address_of_answers(ticket))
        keep_mail(raw, mailbox=mailbox, at=begun + timedelta(hours=1))
        read_pending()
        ticket.refresh_from_db()
        assert (ticket.status, ticket.status_since) == (Status.IN_PROGRESS, resolved)

    def test_what_goes_to_a_merged_ticket_was_said_when_it_came(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        begun = timezone.now() - timedelta(hours=13)
        ticket, target = new_ticket(cast, at=begun), new_ticket(cast, at=begun)
        merge(ticket, into=target, actor=cast.agent, at=begun + timedelta(hours=1))
        came = begun + timedelta(hours=2)
        keep_mail(
            letter(cast.customer.email, to=address_of_answers(ticket)), mailbox=mailbox, at=came
        )
        read_pending()
        assert Message.objects.get(ticket=target, source="mail").occurred_at == came
