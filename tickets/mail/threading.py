"""Which ticket a mail belongs to. Looks nothing up itself: whoever calls brings the lookups."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tickets.mail.letters import ParsedMail

MOST_RECIPIENTS: Final = 50
MOST_IDS: Final = 100
LARGEST: Final = 2**63 - 1
NUMBER: Final = re.compile(r"\[#([1-9][0-9]{0,18})\]")


class Way(enum.StrEnum):
    """How the ticket was found. Codes are stable."""

    REPLY_ADDRESS = "reply_address"
    """The signed address of our mail, in the recipients."""
    REFERENCE = "reference"
    """An id of a mail of this ticket, in In-Reply-To or References."""
    SUBJECT = "subject"
    """"[#123]" in the subject, from somebody who takes part in that ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookups:
    """What is known about tickets.

    `ticket_of_address` takes a recipient's address and returns the ticket whose signature it bears,
    None where it bears none or a wrong one. `tickets_of_ids` takes Message-IDs and returns those
    that are known with their tickets; only ids that nobody can guess may be known. `is_participant`
    says whether an address takes part in a ticket; it is asked of the address in From, so it is for
    the caller to answer no where nothing vouches for that.
    """

    ticket_of_address: Callable[[str], int | None]
    tickets_of_ids: Callable[[Sequence[str]], Mapping[str, int]]
    is_participant: Callable[[int, str], bool]


@dataclass(frozen=True, slots=True)
class Thread:
    """The ticket, the way it was found, and what it was found by."""

    ticket: int
    way: Way
    evidence: str


def find_thread(mail: ParsedMail, *, lookups: Lookups) -> Thread | None:
    """Return the ticket of a mail, None for a new one. The surest way is asked first; what it
    finds, no other is asked for."""
    return _by_address(mail, lookups) or _by_reference(mail, lookups) or _by_subject(mail, lookups)


def _by_address(mail: ParsedMail, lookups: Lookups) -> Thread | None:
    named = (*mail.delivered_to, *(each.address for each in (*mail.to, *mail.cc)))
    for address in tuple(dict.fromkeys(named))[:MOST_RECIPIENTS]:
        ticket = lookups.ticket_of_address(address)
        if ticket is not None:
            return Thread(ticket, Way.REPLY_ADDRESS, address)
    return None


def _by_reference(mail: ParsedMail, lookups: Lookups) -> Thread | None:
    """The mail that is answered first, then the others, the latest first."""
    named = (*mail.in_reply_to, *reversed(mail.references))
    ids = tuple(dict.fromkeys(named))[:MOST_IDS]
    known = lookups.tickets_of_ids(ids) if ids else {}
    found = next((each for each in ids if each in known), None)
    return Thread(known[found], Way.REFERENCE, found) if found else None


def _by_subject(mail: ParsedMail, lookups: Lookups) -> Thread | None:
    if mail.sender is None:
        return None
    for match in NUMBER.finditer(mail.subject):
        number = int(match[1])
        if number <= LARGEST and lookups.is_participant(number, mail.sender.address):
            return Thread(number, Way.SUBJECT, match[0])
    return None
