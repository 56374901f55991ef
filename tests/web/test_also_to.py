"""Whom else a mail was sent to: agents see who reads along and who does not, customers nothing."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from knox.models import AuthToken
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.cast import Cast
from tests.tickets.receiving.letters import DISOWNED, PROVEN, address_of_answers, letter, receive
from tests.web.conftest import SignIn
from tickets.choices import MailOutcome
from tickets.models import InboundMail, Mailbox, PropertyChange, Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.picking import pick_up

LIST = re.compile(r'<ul class="addressees">(.*?)</ul>', re.DOTALL)
TAGS = re.compile(r"<[^>]*>")
OLGA = "Olga Customer &lt;olga@globex.example&gt;, not watching"
BUTTON = "Add as watcher Olga Customer"


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    """An address of the first line, to which a group forwards; its own server checks senders."""
    return Mailbox.objects.create(
        address="support@desk.example",
        team=cast.l1,
        trusted_servers=["mx.desk.example"],
        list_ids=["<Help.acme.example>"],
    )


@pytest.fixture
def mail(cast: Cast, mailbox: Mailbox) -> InboundMail:
    """The customer's mail, with somebody of another organization copied in."""
    return mailed(cast, mailbox, cast.other_customer.email)


def mailed(cast: Cast, mailbox: Mailbox, cc: str, **values: str) -> InboundMail:
    """A mail of the customer that opened a ticket, which somebody has begun to work on."""
    mail = receive(letter(f"Carla <{cast.customer.email}>", Cc=cc, **values), mailbox)
    pick_up(ticket_of(mail), actor=cast.agent)
    return mail


def ticket_of(mail: InboundMail) -> Ticket:
    assert mail.ticket is not None
    return mail.ticket


def page_of(sign_in: SignIn, user: User, mail: InboundMail) -> str:
    """The page of a mail's ticket."""
    address = reverse("ticket", args=[ticket_of(mail).pk])
    return sign_in(user).get(address).content.decode()


def listed(page: str) -> list[str]:
    """What a page says of those whom its mails were also sent to, as it is read."""
    items = "".join(LIST.findall(page)).split("</li>")
    return [words for each in items if (words := " ".join(TAGS.sub("", each).split()))]


class TestWhatAgentsSee:
    def test_each_with_what_they_are_to_the_ticket(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
        others = (cast.other_customer, cast.manager, cast.viewer)
        cc = ", ".join(["Boss <colin@acme.example>", *(each.email for each in others)])
        mail = mailed(cast, mailbox, f"{cc}, Sam <sam@elsewhere.example>", **PROVEN)
        assert listed(page_of(sign_in, cast.agent, mail)) == [
            "Colin Customer &lt;colin@acme.example&gt;, watching",
            f"{OLGA} {BUTTON}",
            "Mona Staff &lt;mona@desk.example&gt;, works for the desk",
            "Vera Customer &lt;vera@acme.example&gt;, switched off",
            "Sam &lt;sam@elsewhere.example&gt;, no account",
        ]

    def test_to_counts_as_cc_does_and_a_watcher_copies_in_the_customer(
        self, cast: Cast, sign_in: SignIn, mail: InboundMail
    ) -> None:
        to = f"{address_of_answers(ticket_of(mail))}, {cast.customer.email}"
        sign_in(cast.agent).post(
            reverse("watchers", args=[mail.ticket_id]), {"address": cast.other_customer.email}
        )
        receive(letter(cast.other_customer.email, to=to), mail.mailbox)
        assert listed(page_of(sign_in, cast.agent, mail)) == [
            "Olga Customer &lt;olga@globex.example&gt;, watching",
            "Carla Customer &lt;carla@acme.example&gt;, the customer",
        ]

    def test_the_desk_and_the_sender_are_nobody_else(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        Mailbox.objects.create(address="Billing@desk.example", is_active=False)
        ours = "billing@desk.example, Support+7.abc@DESK.example, help@acme.example"
        mail = mailed(cast, mailbox, f"{ours}, {cast.customer.email.upper()}")
        assert "Also to" not in page_of(sign_in, cast.agent, mail)

    def test_the_formatted_version_says_so_too(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        raw = letter(cast.customer.email, Cc=cast.other_customer.email, body="<i>Dark.</i>")
        mail = receive(raw.replace(b"text/plain", b"text/html"), mailbox)
        page = sign_in(cast.agent).get(reverse("letter", args=[mail.pk])).content.decode()
        assert listed(page) == [OLGA]
        assert "<form" not in page

    def test_a_mail_to_decide_says_whom_the_desk_knows(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        cc = f"{cast.other_customer.email}, sam@elsewhere.example"
        held = receive(letter("somebody@acme.example", Cc=cc, **DISOWNED), mailbox)
        assert held.outcome == MailOutcome.HELD
        page = sign_in(cast.agent).get(reverse("incoming_mail", args=[held.pk])).content.decode()
        assert listed(page) == [
            "Olga Customer &lt;olga@globex.example&gt;, a customer",
            "sam@elsewhere.example, no account",
        ]


class TestTheButton:
    def press(self, sign_in: SignIn, user: User, mail: InboundMail) -> str:
        """Press the first button of a message; the page after it."""
        fields = {"address": "olga@globex.example", "message": str(mail.message_id)}
        address = reverse("watchers", args=[ticket_of(mail).pk])
        answer = sign_in(user).post(address, fields, follow=True)
        return answer.content.decode()

    def test_it_makes_them_a_watcher_once(
        self, cast: Cast, sign_in: SignIn, mail: InboundMail
    ) -> None:
        before = page_of(sign_in, cast.agent, mail)
        assert 'name="address" value="olga@globex.example"' in before
        page = self.press(sign_in, cast.agent, mail)
        assert "Olga Customer watches the ticket from now on." in page
        assert listed(page) == ["Olga Customer &lt;olga@globex.example&gt;, watching"]
        assert "They watch it already." in self.press(sign_in, cast.agent, mail)
        assert ticket_of(mail).watchers.get().user == cast.other_customer
        row = PropertyChange.objects.get(ticket=mail.ticket, field="watcher")
        assert (row.actor, row.new_value) == (cast.agent, "Olga Customer")
        assert not list(find_differences(Ticket.objects.all()))

    def test_it_leads_back_to_the_message(
        self, cast: Cast, sign_in: SignIn, mail: InboundMail
    ) -> None:
        client, key = sign_in(cast.agent), mail.message_id
        address = reverse("watchers", args=[mail.ticket_id])
        ticket = reverse("ticket", args=[mail.ticket_id])
        for message, back in ((str(key), f"{ticket}?message={key}#m{key}"), ("//evil", ticket)):
            fields = {"address": cast.other_customer.email, "message": message}
            assert client.post(address, fields).headers["Location"] == back

    def test_customers_press_none(self, cast: Cast, sign_in: SignIn, mail: InboundMail) -> None:
        self.press(sign_in, cast.customer, mail)
        self.press(sign_in, cast.other_customer, mail)
        assert not ticket_of(mail).watchers.exists()


class TestWhatCustomersSee:
    SECRET = ("Also to", "olga@globex", "sam@elsewhere", "not watching", "no account")

    @pytest.mark.parametrize("name", ["customer", "viewer", "colleague"])
    def test_neither_page_nor_api_names_anybody(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox, name: str
    ) -> None:
        cc = "olga@globex.example, colin@acme.example, Sam <sam@elsewhere.example>"
        mail = mailed(cast, mailbox, cc, **PROVEN)
        user: User = getattr(cast, name)
        page = sign_in(user).get(reverse("portal_ticket", args=[mail.ticket_id]))
        assert "The scanner is dark" in page.content.decode()
        assert not [words for words in self.SECRET if words in page.content.decode()]
        for staff_page in ("letter", "incoming_mail"):
            assert sign_in(user).get(reverse(staff_page, args=[mail.pk])).status_code == 302
        cache.clear()  # where the API counts
        token = AuthToken.objects.create(user=user)[1]
        for path in ("", "messages/"):
            address = f"/api/v1/tickets/{mail.ticket_id}/{path}"
            answer = sign_in(user).get(address, headers={"Authorization": f"Token {token}"})
            assert answer.status_code == 200
            assert not [words for words in self.SECRET if words in answer.content.decode()]


class TestHostileHeaders:
    def test_of_a_thousand_few_are_listed(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        cc = ", ".join(f"p{number}@elsewhere.example" for number in range(1_000))
        page = page_of(sign_in, cast.agent, mailed(cast, mailbox, cc))
        assert len(listed(page)) == 21
        assert listed(page)[19:] == ["p19@elsewhere.example, no account", "and others"]
        assert "Also to more than 20 others" in " ".join(page.split())

    def test_names_are_text_of_one_line_that_turns_nothing_round(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        raw = letter(cast.customer.email, Cc="x@elsewhere.example")
        cc = (
            '"<script>alert(1)</script>" <a@elsewhere.example>, =?utf-8?q?=E2=80=AEkcab?='
            f" <b\u202e@elsewhere.example>, {'long ' * 100}<c@elsewhere.example>"
        )
        mail = receive(raw.replace(b"x@elsewhere.example", cc.encode()), mailbox)
        page = page_of(sign_in, cast.agent, mail)
        assert "<script>alert" not in page
        assert listed(page) == [
            "&lt;script&gt;alert(1)&lt;/script&gt; &lt;a@elsewhere.example&gt;, no account",
            "kcab &lt;b\N{REPLACEMENT CHARACTER}@elsewhere.example&gt;, no account",
            f"{'long ' * 12}&lt;c@elsewhere.example&gt;, no account",
        ]

    def test_what_is_no_address_is_left_out(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        cc = 'a, <>, "@@", <x y@z>, (c), d@, @e, ;:,, good@elsewhere.example'
        mail = mailed(cast, mailbox, cc)
        assert listed(page_of(sign_in, cast.agent, mail)) == ["good@elsewhere.example, no account"]

    def test_who_is_called_by_anothers_name_stands_under_their_own(
        self, cast: Cast, sign_in: SignIn, mailbox: Mailbox
    ) -> None:
        mail = mailed(cast, mailbox, f"Colin Customer <{cast.other_customer.email}>")
        assert listed(page_of(sign_in, cast.agent, mail)) == [f"{OLGA} {BUTTON}"]


@pytest.mark.parametrize(
    ("number", "cc", "queries"),
    [(12, "", 29), (1, "olga@globex.example, ", 30), (12, "olga@globex.example, ", 30)],
)
def test_the_page_asks_once_for_the_desks_addresses_and_once_for_all_people(
    cast: Cast,
    sign_in: SignIn,
    mailbox: Mailbox,
    django_assert_num_queries: DjangoAssertNumQueries,
    *,
    number: int,
    cc: str,
    queries: int,
) -> None:
    ticket = ticket_of(mailed(cast, mailbox, cc))
    for index in range(number):
        more = f"{cc}p{index}@elsewhere.example" if cc else ""
        receive(letter(cast.customer.email, to=address_of_answers(ticket), Cc=more), mailbox)
    client = sign_in(cast.l2_agent)
    with django_assert_num_queries(queries):
        page = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert len(listed(page)) == (1 + 2 * number if cc else 0)
