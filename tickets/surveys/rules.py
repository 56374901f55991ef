"""Whether a customer may be asked now, whether a ticket is in the sample, and what is due when.

Pure. Chance plays no part: a share is drawn from the number of a ticket or customer, so that asking
twice gives the same answer on every machine, and a larger sample holds the smaller one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tickets.choices import SurveyKind, Withdrawal

EPOCH: Final = datetime(2020, 1, 6, tzinfo=UTC)  # a Monday; any moment would do
MISSED_AFTER: Final = timedelta(days=14)
"""An occasion to ask for a recommendation that nobody looked at for so long is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The desk's rules (see `SurveyRules`)."""

    is_csat_on: bool = True
    csat_delay_hours: int = 24
    csat_percent: int = 100
    is_nps_on: bool = True
    nps_every_days: int = 180
    quiet_days: int = 30
    reminder_days: int = 3
    lock_days: int = 14
    csat_bad_score: int | None = None
    nps_bad_score: int | None = None

    def is_on(self, kind: str) -> bool:
        """Whether this kind of survey is asked at all."""
        return self.is_csat_on if kind == SurveyKind.CSAT else self.is_nps_on

    def is_bad(self, kind: str, score: int) -> bool:
        """Whether a score is to draw the lead in."""
        limit = self.csat_bad_score if kind == SurveyKind.CSAT else self.nps_bad_score
        return limit is not None and score <= limit

    def remind_at(self, sent_at: datetime) -> datetime | None:
        """When to ask a second time; None for never, also where it would be locked by then."""
        if not 0 < self.reminder_days < self.lock_days:
            return None
        return sent_at + timedelta(days=self.reminder_days)

    def locks_at(self, sent_at: datetime) -> datetime:
        """From when on an answer stays as it is."""
        return sent_at + timedelta(days=self.lock_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is known of a survey that might be sent. `is_unconfirmed`: nobody has said yet that the
    ticket is theirs. `last_asked_at` is when the customer was asked anything last, by either
    kind."""

    kind: str
    ticket_key: int
    is_ticket_done: bool
    is_solver_customer: bool
    is_unconfirmed: bool
    is_active: bool
    wants_surveys: bool
    last_asked_at: datetime | None


def objection(candidate: Candidate, terms: Terms, *, at: datetime) -> Withdrawal | None:
    """Say why nobody may be asked at that moment; None where they may."""
    reasons = {
        Withdrawal.OFF: not terms.is_on(candidate.kind),
        Withdrawal.REOPENED: not candidate.is_ticket_done,
        Withdrawal.SOLVER: candidate.is_solver_customer,
        Withdrawal.UNCONFIRMED: candidate.is_unconfirmed,
        Withdrawal.INACTIVE: not candidate.is_active,
        Withdrawal.UNSUBSCRIBED: not candidate.wants_surveys,
        Withdrawal.NOT_SAMPLED: not _is_in_sample(candidate, terms),
        Withdrawal.QUIET: at < quiet_until(candidate.last_asked_at, terms),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def quiet_until(last_asked_at: datetime | None, terms: Terms) -> datetime:
    """Until when somebody is left alone; the beginning of time for who was never asked, and where
    no quiet days are set."""
    if last_asked_at is None or not terms.quiet_days:
        return datetime.min.replace(tzinfo=UTC)
    return last_asked_at + timedelta(days=terms.quiet_days)


def _is_in_sample(candidate: Candidate, terms: Terms) -> bool:
    if candidate.kind != SurveyKind.CSAT:
        return True
    return share("csat", candidate.ticket_key) * 100 < terms.csat_percent


def share(purpose: str, key: int) -> float:
    """A number from 0 up to, not including, 1, that belongs to a key: evenly spread, always the
    same."""
    digest = hashlib.blake2b(f"{purpose} {key}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def next_nps_at(customer_key: int, *, after: datetime, every_days: int) -> datetime:
    """The first moment after `after` at which a customer's turn comes. Each has a turn of their own
    every so many days, spread evenly, so that a desk never asks all customers at once."""
    every = timedelta(days=every_days)
    first = EPOCH + share("nps", customer_key) * every
    turns = (after - first) // every + 1
    return first + turns * every
