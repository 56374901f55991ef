"""Mail to decide: what waits is seen where people work, and decided there."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.cast import Cast
from tests.tickets.receiving.letters import DISOWNED, address_of_answers, letter, receive
from tests.tickets.scenes import new_ticket
from tests.web.conftest import SignIn
from tickets.choices import MailOutcome
from tickets.models import InboundMail, Mailbox, Ticket
from tickets.services import receiving
from tickets.services.receiving import keep_mail, read_pending

LIST = reverse("incoming")


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    """An address of the first line."""
    return Mailbox.objects.create(
        address="support@desk.example", team=cast.l1, trusted_servers=["mx.desk.example"]
    )


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """One of the first line."""
    return new_ticket(cast, team=cast.l1)


@pytest.fixture
def stranger(mailbox: Mailbox, ticket: Ticket) -> InboundMail:
    """A mail to a ticket of somebody who takes no part in it."""
    raw = letter(
        "Eve <eve@elsewhere.example>",
        to=address_of_answers(ticket),
        subject="Let me in",
        body="I am <b>Eve</b>.",
    )
    return receive(raw, mailbox)


@pytest.fixture
def forged(mailbox: Mailbox) -> InboundMail:
    """A mail that its sender's domain disowns."""
    return receive(letter("somebody@acme.example", subject="Pay this", **DISOWNED), mailbox)


def decide(sign_in: SignIn, user: User, mail: InboundMail, act: str, **values: object) -> str:
    """Press a button; what is shown then."""
    address = reverse("decide_mail", args=[mail.pk])
    page = sign_in(user).post(address, {"act": act, **values}, follow=True)
    mail.refresh_from_db()
    return page.content.decode()


class TestWhereItIsSeen:
    def test_the_queue_counts_what_waits(
        self, cast: Cast, sign_in: SignIn, stranger: InboundMail, forged: InboundMail
    ) -> None:
        page = sign_in(cast.agent).get("/queue/").content.decode()
        line = page.split("Mail to decide")[1].split("</a>")[0]
        assert ">2<" in line

    def test_the_list_says_who_wrote_what_and_why_it_waits(
        self, cast: Cast, sign_in: SignIn, stranger: InboundMail, forged: InboundMail
    ) -> None:
        page = sign_in(cast.agent).get(LIST).content.decode()
        for words in ("Let me in", "eve@elsewhere.example", "takes no part", "Pay this"):
            assert words in page
        assert "says that this mail is not from there" in page

    def test_an_empty_list_says_so(self, cast: Cast, sign_in: SignIn) -> None:
        assert "Every mail has its place" in sign_in(cast.agent).get(LIST).content.decode()

    def test_a_ticket_names_the_mails_that_name_it(
        self, cast: Cast, sign_in: SignIn, ticket: Ticket, stranger: InboundMail
    ) -> None:
        address = reverse("ticket", args=[ticket.pk])
        page = sign_in(cast.agent).get(address).content.decode()
        assert reverse("incoming_mail", args=[stranger.pk]) in page
        decide(sign_in, cast.agent, stranger, "drop")
        page = sign_in(cast.agent).get(address).content.decode()
        assert reverse("incoming_mail", args=[stranger.pk]) not in page

    def test_a_mail_is_shown_as_text_whatever_it_holds(
        self, cast: Cast, sign_in: SignIn, stranger: InboundMail
    ) -> None:
        address = reverse("incoming_mail", args=[stranger.pk])
        page = sign_in(cast.agent).get(address).content.decode()
        assert "I am &lt;b&gt;Eve&lt;/b&gt;." in page
        assert "No mail server vouches for the sender." in page

    def test_a_mail_without_a_sender_is_answered_by_hand(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        mail = receive(letter("", subject="Who am I?"), mailbox)
        page = sign_in(cast.agent).get(reverse("incoming_mail", args=[mail.pk])).content.decode()
        assert "It names no sender" in page
        assert 'value="open"' not in page
        assert 'value="join"' not in page
        assert 'value="drop"' in page

    def test_its_formatted_version_runs_nothing_before_it_is_let_in(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        raw = letter("eve@elsewhere.example", subject="x", **DISOWNED).replace(
            b"text/plain", b"text/html"
        )
        raw = raw.replace(b"It has been", b"<script>alert(1)</script><i>It</i> has been")
        mail = receive(raw.replace(b"acme", b"elsewhere"), mailbox)
        assert mail.outcome == MailOutcome.HELD
        response = sign_in(cast.agent).get(reverse("letter", args=[mail.pk]))
        assert "<i>It</i> has been dark" in response.content.decode()
        assert "<script" not in response.content.decode()
        assert response.headers["Content-Security-Policy"].startswith("sandbox ")


class TestWhatIsDecided:
    def test_it_joins_the_ticket_that_it_names(
        self, cast: Cast, sign_in: SignIn, ticket: Ticket, stranger: InboundMail
    ) -> None:
        page = decide(sign_in, cast.agent, stranger, "join", number=str(ticket.pk))
        assert f"a message of #{ticket.pk} now" in page
        assert "I am &lt;b&gt;Eve&lt;/b&gt;." in page
        assert "Let in by Anna Staff." in page
        assert (stranger.outcome, stranger.decided_by) == (MailOutcome.ANSWERED, cast.agent)
        assert ticket.watchers.get().user.email == "eve@elsewhere.example"

    def test_it_opens_a_ticket(self, cast: Cast, sign_in: SignIn, forged: InboundMail) -> None:
        page = decide(sign_in, cast.agent, forged, "open")
        assert forged.ticket is not None
        assert f"is ticket #{forged.ticket_id} now" in page
        assert forged.ticket.organization is None

    def test_what_was_dropped_says_by_whom_and_which_ticket_it_names(
        self, cast: Cast, sign_in: SignIn, ticket: Ticket, stranger: InboundMail
    ) -> None:
        decide(sign_in, cast.agent, stranger, "drop")
        address = reverse("incoming_mail", args=[stranger.pk])
        page = sign_in(cast.agent).get(address).content.decode()
        became = page.split("What became of it")[1]
        assert "Dropped by Anna Staff" in became
        assert f"#{ticket.pk}</a>" in became

    def test_dropped_by_mistake_it_is_brought_back_by_undo(
        self, cast: Cast, sign_in: SignIn, forged: InboundMail
    ) -> None:
        client = sign_in(cast.agent)
        page = client.post(reverse("decide_mail", args=[forged.pk]), {"act": "drop"}, follow=True)
        forged.refresh_from_db()
        assert (forged.outcome, forged.decided_by) == (MailOutcome.DISCARDED, cast.agent)
        assert "The mail is dropped." in page.content.decode()
        client.post(reverse("undo"), {"key": client.cookies["undo"].value})
        forged.refresh_from_db()
        assert (forged.outcome, forged.decided_by) == (MailOutcome.HELD, None)

    def test_what_was_dropped_long_ago_can_be_brought_back(
        self, cast: Cast, sign_in: SignIn, forged: InboundMail
    ) -> None:
        decide(sign_in, cast.agent, forged, "drop")
        page = sign_in(cast.second_agent).get(f"{LIST}?show=dropped").content.decode()
        assert "Dropped by Anna Staff" in page
        decide(sign_in, cast.second_agent, forged, "back")
        assert forged.outcome == MailOutcome.HELD

    def test_a_number_that_leads_nowhere_is_asked_for_again(
        self, cast: Cast, sign_in: SignIn, stranger: InboundMail
    ) -> None:
        page = decide(sign_in, cast.agent, stranger, "join", number="gate 3")
        assert "Write the number of the ticket" in page
        assert 'value="gate 3"' in page
        assert "There is no ticket" in decide(sign_in, cast.agent, stranger, "join", number="999")
        assert stranger.outcome == MailOutcome.HELD

    def test_the_second_of_two_who_decide_is_told(
        self, cast: Cast, sign_in: SignIn, forged: InboundMail
    ) -> None:
        decide(sign_in, cast.agent, forged, "open")
        page = decide(sign_in, cast.second_agent, forged, "drop")
        assert "decided about this mail already" in page
        assert forged.outcome == MailOutcome.OPENED

    def test_what_a_person_wrote_is_saved_from_among_the_machines(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        mail = receive(letter(cast.customer.email, Precedence="bulk"), mailbox)
        assert mail.outcome == MailOutcome.RECORDED
        page = sign_in(cast.agent).get(f"{LIST}?show=machines").content.decode()
        assert "A machine’s notice (precedence)." in page
        page = sign_in(cast.agent).get(reverse("incoming_mail", args=[mail.pk])).content.decode()
        assert "A machine’s notice (precedence)." in page
        decide(sign_in, cast.agent, mail, "open")
        assert mail.outcome == MailOutcome.OPENED

    def test_what_could_not_be_read_is_read_again(
        self,
        cast: Cast,
        sign_in: SignIn,
        mailbox: Mailbox,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*args: object) -> None:
            raise RuntimeError("disk full")

        mail = keep_mail(letter(cast.customer.email), mailbox=mailbox)
        with monkeypatch.context() as patch:
            patch.setattr(receiving, "act_on", fail)
            InboundMail.objects.update(attempts=len(receiving.PAUSES))
            read_pending()
        page = sign_in(cast.agent).get(reverse("incoming_mail", args=[mail.pk])).content.decode()
        assert "disk full" in page
        decide(sign_in, cast.agent, mail, "drop")
        decide(sign_in, cast.agent, mail, "back")
        assert mail.outcome == MailOutcome.FAILED
        decide(sign_in, cast.agent, mail, "read")
        read_pending()
        mail.refresh_from_db()
        assert mail.outcome == MailOutcome.OPENED


class TestWhoDecides:
    def test_customers_see_none_of_it(
        self, cast: Cast, sign_in: SignIn, stranger: InboundMail
    ) -> None:
        client = sign_in(cast.customer)
        assert client.get(LIST).status_code == 302
        assert client.get(reverse("incoming_mail", args=[stranger.pk])).status_code == 302
        decide(sign_in, cast.customer, stranger, "drop")
        assert stranger.outcome == MailOutcome.HELD

    def test_mail_to_a_confidential_ticket_is_for_those_who_see_it(
        self, cast: Cast, sign_in: SignIn, ticket: Ticket, stranger: InboundMail
    ) -> None:
        Ticket.objects.update(team=cast.confidential)
        self._is_seen_by(sign_in, stranger, no=cast.agent, yes=cast.insider)

    def test_mail_to_a_confidential_mailbox_is_for_its_team(
        self, cast: Cast, sign_in: SignIn, forged: InboundMail
    ) -> None:
        Mailbox.objects.update(team=cast.confidential)
        self._is_seen_by(sign_in, forged, no=cast.agent, yes=cast.insider)

    @staticmethod
    def _is_seen_by(sign_in: SignIn, mail: InboundMail, *, no: User, yes: User) -> None:
        address = reverse("incoming_mail", args=[mail.pk])
        assert sign_in(no).get(address).status_code == 404
        assert mail.subject not in sign_in(no).get(LIST).content.decode()
        decide(sign_in, no, mail, "open")
        assert mail.outcome == MailOutcome.HELD
        assert sign_in(yes).get(address).status_code == 200
        assert mail.subject in sign_in(yes).get(LIST).content.decode()

    def test_it_joins_no_ticket_that_its_reader_may_not_see(
        self, cast: Cast, sign_in: SignIn, forged: InboundMail
    ) -> None:
        secret = new_ticket(cast, team=cast.confidential)
        page = decide(sign_in, cast.agent, forged, "join", number=str(secret.pk))
        assert "or it is not yours to see" in page
        assert forged.outcome == MailOutcome.HELD


def test_the_list_needs_few_queries_and_turns_its_pages(
    cast: Cast, sign_in: SignIn, mailbox: Mailbox, django_assert_num_queries: object
) -> None:
    now = timezone.now()
    InboundMail.objects.bulk_create(
        InboundMail(
            mail_id=f"<{number}@x>",
            mail_digest=str(number),
            mailbox=mailbox,
            received_at=now,
            try_after=now,
            subject=f"Mail {number:02}",
            outcome=MailOutcome.HELD,
        )
        for number in range(30)
    )
    client = sign_in(cast.agent)
    with django_assert_num_queries(4):  # type: ignore[operator]  # session, user, mails, count
        page = client.get(LIST).content.decode()
    assert "Mail 29" in page
    assert "Mail 04" not in page
    before = page.split("before=")[1].split('"')[0]
    assert "Mail 04" in client.get(f"{LIST}?before={before}").content.decode()
