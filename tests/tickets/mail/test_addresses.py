"""Lists of addresses as people and programs write them."""

from __future__ import annotations

import pytest

from tests.tickets.mail.reading import letter, mail_of
from tickets.mail.addresses import parse_addresses
from tickets.mail.letters import Address


def addresses(value: str) -> list[str]:
    return [each.address for each in parse_addresses(value, flaws=set())]


def test_every_recipient_is_found_once():
    mail = letter("recipients")
    assert mail.sender == Address("ada@example.com", "Ada")
    assert mail.to == (
        Address("support@desk.example", "Desk, the"),
        Address("grace@example.com", "Grace Hopper"),
        Address("joan@example.com"),
        Address("john@example.com", "Doe, John"),
        Address("route@example.com"),
    )
    assert mail.cc == (
        Address("jean@example.com", "jean"),
        Address("kay@example.com", "Kay McNulty"),
        Address("real@example.com", "odd@name"),
        Address("support@desk.example"),
    )
    assert mail.reply_to == (Address("ada.home@example.net", "Ada (home)"),)


def test_the_address_of_the_envelope_keeps_its_case():
    """A reply token is in it, and those tell "a" from "A"."""
    assert letter("recipients").delivered_to == ("support+t42.AbC-x_1@desk.example",)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ADA@Example.COM", ["ADA@example.com"]),
        ("<ada@example.com", ["ada@example.com"]),
        ("ada @ example . com", ["ada@example.com"]),
        ("mailto:ada@example.com", ["ada@example.com"]),
        ("'ada@example.com'", ["ada@example.com"]),
        ("<ada@example.com.>", ["ada@example.com"]),
        ("Ada Byron ada@example.com", ["ada@example.com"]),
        ('"ada byron"@example.com', ['"ada byron"@example.com']),
        ("ada@[192.0.2.1]", ["ada@[192.0.2.1]"]),
        ('"Never closed <ada@example.com>', ["ada@example.com"]),
        ("(never closed ada@example.com", ["ada@example.com"]),
        ("a@example.com;b@example.com", ["a@example.com", "b@example.com"]),
        ("undisclosed-recipients:;", []),
        ("nobody", []),
        ("@example.com", []),
        ("ada@", []),
        ("ada@exa..com", []),
        ("", []),
    ],
)
def test_what_is_an_address_and_what_is_none(value, found):
    assert addresses(value) == found


def test_encoded_names_may_hold_what_parts_a_list():
    value = "=?utf-8?Q?Byron=2C_Ada_=3Ceve=40evil.example=3E?= <ada@example.com>"
    assert parse_addresses(value, flaws=set()) == (
        Address("ada@example.com", "Byron, Ada <eve@evil.example>"),
    )


def test_a_list_without_end_ends():
    many = ", ".join(f"a{number}@example.com" for number in range(900))
    assert len(mail_of(to=many).to) == 500


@pytest.mark.parametrize("open_sign", ["(", '"\\', "<a", '"', "(\\", "<"])
def test_signs_that_stay_open_cost_no_time(open_sign):
    """Each letter is looked at a few times at most; quadratic, this would take minutes."""
    value = open_sign * 20_000 + " ada@example.com"
    assert len(parse_addresses(value, flaws=set())) <= 500
