"""Nobody gains rights by a header."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.choices import CustomerTier
from accounts.models import User
from accounts.people import register_customer
from tests.cast import Cast
from tests.tickets.receiving.letters import DISOWNED, PROVEN, address_of_answers, letter, receive
from tests.tickets.scenes import new_ticket
from tests.tickets.sla.desk import policy_of, promise
from tickets.choices import MailOutcome
from tickets.models import Mailbox, Notice, NoticeKind, Ticket
from tickets.services import copied_in, held_mail
from tickets.services.confirming import confirm_sender
from tickets.services.ledger_check import find_differences
from tickets.services.talking import reply_as_customer
from tickets.services.watchers import add_watchers


class TestWhoNobodyVouchesFor:
    """Anybody can write anybody's address into From."""

    @pytest.mark.parametrize(
        ("servers", "headers"),
        [
            (["mx.desk.example"], {}),
            ([], {}),
            ([], PROVEN),
            (["mx.other.example"], PROVEN),
        ],
    )
    def test_they_join_no_organization(
        self, cast: Cast, mailbox: Mailbox, servers: list[str], headers: dict[str, str]
    ) -> None:
        mailbox.trusted_servers = servers
        mailbox.save()
        row = receive(letter("forged@acme.example", Cc="ally@acme.example", **headers), mailbox)
        assert (row.outcome, row.flags) == (MailOutcome.OPENED, ["unproven"])
        person = User.objects.get(email="forged@acme.example")
        assert row.ticket is not None
        assert (person.organization, row.ticket.organization) == (None, None)
        assert not User.objects.filter(email="ally@acme.example").exists()
        assert not Ticket.objects.visible_to(cast.viewer).exists()

    def test_a_member_is_asked_whether_it_is_theirs_before_it_belongs_to_their_organization(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        ticket = receive(letter(cast.customer.email, Cc=cast.colleague.email), mailbox).ticket
        assert ticket is not None
        assert (ticket.organization, ticket.watchers.count()) == (None, 0)
        assert Notice.objects.get(recipient=cast.customer).kind == NoticeKind.CONFIRM
        confirm_sender(ticket, actor=cast.customer)
        assert ticket.organization == cast.organization

    def test_who_confirms_is_promised_what_their_organization_is(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        promise("Premier", position=1, resolution=60, tiers=(CustomerTier.PREMIER,))
        promise("Everybody", position=2, resolution=600)
        ticket = receive(letter(cast.customer.email), mailbox).ticket
        assert ticket is not None
        assert policy_of(ticket) == "Everybody"
        confirm_sender(ticket, actor=cast.customer)
        assert policy_of(ticket) == "Premier"
        assert list(find_differences(Ticket.objects.all())) == []

    def test_who_confirms_joins_the_organization_of_their_domain(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        row = receive(letter("new.person@acme.example"), mailbox)
        person = User.objects.get(email="new.person@acme.example")
        assert row.ticket is not None
        confirm_sender(row.ticket, actor=person)
        person.refresh_from_db()
        assert person.organization == cast.organization

    def test_the_names_of_our_servers_count_in_any_case(self, cast: Cast, mailbox: Mailbox) -> None:
        mailbox.trusted_servers = [" MX.desk.example"]
        mailbox.save()
        row = receive(letter(cast.customer.email, **PROVEN), mailbox)
        assert row.ticket is not None
        assert row.ticket.organization == cast.organization

    def test_a_customers_own_letter_is_no_way_into_their_ticket(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        known = "<first@acme.example>"
        first = receive(letter(cast.customer.email, message_id=known, **PROVEN), mailbox).ticket
        forged = receive(letter(cast.customer.email, In_Reply_To=known), mailbox)
        assert forged.outcome == MailOutcome.OPENED
        assert forged.ticket != first
        theirs = receive(letter(cast.customer.email, In_Reply_To=known, **PROVEN), mailbox)
        assert theirs.ticket == first


class TestWhoIsCopiedInByAnUnprovenMail:
    """Nobody watches by a header; they do once somebody stands up for the mail."""

    CC = "colin@acme.example, stranger@elsewhere.example, olga@globex.example"

    def test_they_watch_once_the_customer_says_that_the_ticket_is_theirs(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        cc = f"{self.CC}, Fresh Face <fresh@acme.example>"
        ticket = receive(letter(cast.customer.email, Cc=cc), mailbox).ticket
        assert ticket is not None
        answer = letter(cast.customer.email, to=address_of_answers(ticket), Cc=cast.viewer.email)
        receive(answer, mailbox)
        assert not ticket.watchers.exists()
        confirm_sender(ticket, actor=cast.customer)
        assert _watching(ticket) == {
            "colin@acme.example",
            "fresh@acme.example",
            "vera@acme.example",
        }
        assert not User.objects.filter(email="stranger@elsewhere.example").exists()

    def test_two_mails_that_name_one_newcomer_at_once_stop_nobody(
        self, cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The other is stored between our look and our own storing."""

        def second(**one: Any) -> User:
            register_customer(**one)
            return register_customer(**one)

        monkeypatch.setattr(copied_in, "register_customer", second)
        ticket = receive(letter(cast.customer.email, Cc="fresh@acme.example"), mailbox).ticket
        assert ticket is not None
        confirm_sender(ticket, actor=cast.customer)
        assert _watching(ticket) == {"fresh@acme.example"}

    def test_answering_from_a_page_is_saying_so(self, cast: Cast, mailbox: Mailbox) -> None:
        ticket = receive(letter(cast.customer.email, Cc=self.CC), mailbox).ticket
        assert ticket is not None
        reply_as_customer(ticket, body="It is mine.", actor=cast.customer)
        assert _watching(ticket) == {"colin@acme.example"}

    def test_an_answer_by_mail_is_not(self, cast: Cast, mailbox: Mailbox) -> None:
        ticket = receive(letter(cast.customer.email, Cc=self.CC), mailbox).ticket
        assert ticket is not None
        receive(letter(cast.customer.email, to=address_of_answers(ticket)), mailbox)
        assert not ticket.watchers.exists()

    def test_another_persons_mail_is_not_theirs_to_stand_up_for(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        ticket = receive(letter(cast.customer.email), mailbox).ticket
        assert ticket is not None
        add_watchers(ticket, [cast.viewer])
        to = address_of_answers(ticket)
        receive(letter(cast.viewer.email, to=to, Cc=self.CC), mailbox)
        confirm_sender(ticket, actor=cast.customer)
        assert [each.user for each in ticket.watchers.all()] == [cast.viewer]

    def test_they_watch_once_an_agent_lets_a_member_of_the_organization_in(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        ticket = new_ticket(cast)
        raw = letter(cast.viewer.email, to=address_of_answers(ticket), Cc=self.CC)
        held = receive(raw, mailbox)
        assert (held.outcome, ticket.watchers.count()) == (MailOutcome.HELD, 0)
        held_mail.admit(held, actor=cast.agent, ticket=ticket)
        assert _watching(ticket) == {cast.viewer.email, "colin@acme.example"}

    def test_whom_an_agent_lets_in_from_elsewhere_brings_nobody(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        ticket = new_ticket(cast)
        raw = letter("forged@acme.example", to=address_of_answers(ticket), Cc=self.CC)
        held_mail.admit(receive(raw, mailbox), actor=cast.agent, ticket=ticket)
        assert _watching(ticket) == {"forged@acme.example"}


def _watching(ticket: Ticket) -> set[str]:
    return {each.user.email for each in ticket.watchers.all()}


class TestNobodyGainsRights:
    def test_a_sender_whose_domain_disowns_the_mail_is_held(
        self, cast: Cast, mailbox: Mailbox
    ) -> None:
        raw = letter("somebody@acme.example", **DISOWNED)
        assert receive(raw, mailbox).outcome == MailOutcome.HELD
        assert not User.objects.filter(email="somebody@acme.example").exists()

    def test_staff_are_not_believed_by_their_address(self, cast: Cast, mailbox: Mailbox) -> None:
        assert receive(letter(cast.manager.email), mailbox).outcome == MailOutcome.HELD

    def test_a_flood_is_held(self, cast: Cast, mailbox: Mailbox, settings: Any) -> None:
        settings.MAIL_MOST_PER_HOUR = 2
        rows = [receive(letter(cast.customer.email), mailbox) for _ in range(3)]
        assert [row.outcome for row in rows] == ["opened", "opened", "held"]
