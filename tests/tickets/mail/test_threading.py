"""To which ticket a mail belongs: the surest way is asked first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pytest

from tests.tickets.mail.reading import letter, mail_of
from tickets.mail.letters import ParsedMail
from tickets.mail.threading import Lookups, Thread, Way, find_thread

ADDRESS = "support+t42.AbC-x_1@desk.example"


class Known:
    """Lookups over what a test says, and what was asked."""

    def __init__(
        self,
        *,
        addresses: Mapping[str, int] | None = None,
        ids: Mapping[str, int] | None = None,
        participants: Collection[tuple[int, str]] = (),
    ) -> None:
        self.addresses, self.ids, self.participants = addresses or {}, ids or {}, participants
        self.asked: list[str] = []

    def thread(self, mail: ParsedMail) -> Thread | None:
        return find_thread(
            mail,
            lookups=Lookups(
                ticket_of_address=self._of_address,
                tickets_of_ids=self._of_ids,
                is_participant=self._is_participant,
            ),
        )

    def _of_address(self, address: str) -> int | None:
        self.asked.append("address")
        return self.addresses.get(address)

    def _of_ids(self, ids: Sequence[str]) -> Mapping[str, int]:
        self.asked.append("ids")
        return {each: self.ids[each] for each in ids if each in self.ids}

    def _is_participant(self, ticket: int, address: str) -> bool:
        self.asked.append("participant")
        return (ticket, address) in self.participants


def test_the_signed_address_goes_before_all():
    known = Known(addresses={ADDRESS: 1}, ids={"<a@b>": 2}, participants={(3, "ada@example.com")})
    mail = mail_of(to=ADDRESS, in_reply_to="<a@b>", subject="[#3]")
    assert known.thread(mail) == Thread(1, Way.REPLY_ADDRESS, ADDRESS)
    assert known.asked == ["address"]


@pytest.mark.parametrize("header", ["to", "cc", "delivered_to", "x_original_to"])
def test_the_signed_address_counts_in_every_header_of_recipients(header):
    known = Known(addresses={ADDRESS: 1})
    assert known.thread(mail_of(**{header: f"Desk <{ADDRESS}>"})) == Thread(
        1, Way.REPLY_ADDRESS, ADDRESS
    )


def test_the_mail_that_is_answered_goes_before_older_ones():
    known = Known(ids={"<first@desk.example>": 1, "<third@desk.example>": 3})
    assert known.thread(letter("references")) == Thread(3, Way.REFERENCE, "<third@desk.example>")


def test_of_older_mails_the_latest_counts():
    known = Known(ids={"<first@desk.example>": 1, "<second@desk.example>": 2})
    assert known.thread(letter("references")) == Thread(2, Way.REFERENCE, "<second@desk.example>")


def test_all_ids_are_asked_for_at_once():
    known = Known()
    known.thread(letter("references"))
    assert known.asked.count("ids") == 1


def test_a_mail_without_references_asks_for_none():
    known = Known()
    assert known.thread(mail_of(to="support@desk.example")) is None
    assert known.asked == ["address"]


def test_the_subject_counts_for_those_who_take_part():
    known = Known(participants={(42, "ada@example.com")})
    assert known.thread(mail_of(subject="Re: [#42] Fire")) == Thread(42, Way.SUBJECT, "[#42]")


def test_the_subject_counts_for_nobody_else():
    known = Known(participants={(42, "grace@example.com")})
    assert known.thread(mail_of(subject="Re: [#42] Fire")) is None


def test_without_a_sender_the_subject_counts_nothing():
    known = Known(participants={(42, "")})
    assert known.thread(mail_of(subject="[#42]", **{"from": "nobody"})) is None


@pytest.mark.parametrize("subject", ["#42", "[42]", "[#042]", "[#42x]", "[# 42]", f"[#{2**63}]"])
def test_only_the_exact_form_is_a_number(subject):
    known = Known(participants={(42, "ada@example.com"), (2**63, "ada@example.com")})
    assert known.thread(mail_of(subject=subject)) is None
