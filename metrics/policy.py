"""The policies that a figure may be asked under: predicates over facts, never a new measurement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.db import models

from tickets.errors import InvalidInput

DAY_SECONDS: Final = 86_400


class WindowUnit(models.TextChoices):
    """What a follow-up window is counted in."""

    BUSINESS_DAYS = "bd", "business days"
    HOURS = "h", "hours"


@dataclass(frozen=True, slots=True)
class Window:
    """How long nothing may follow a resolution: business days of the calendar, or hours."""

    amount: int = 5
    unit: WindowUnit = WindowUnit.BUSINESS_DAYS

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def label(self) -> str:
        """The window in words."""
        unit = str(self.unit.label)
        return f"{self.amount} {unit.removesuffix('s') if self.amount == 1 else unit}"

    @property
    def length(self) -> timedelta:
        """The window in calendar time; only for one in hours."""
        return timedelta(hours=self.amount)


class Span(models.TextChoices):
    """What counts as one interaction."""

    EXCHANGE = "exchange", "The first contact only"
    UNTIL_RESOLVED = "until_resolved", "Everything up to the first resolution"


class Confirmation(models.TextChoices):
    """Whether the customer must say that it is solved."""

    NONE = "none", "Not needed"
    CUSTOMER = "customer", "The customer must confirm"


class SelfService(models.TextChoices):
    """What a self-service search before the ticket means."""

    COUNTS = "counts", "Counts as an earlier contact"
    IGNORED = "ignored", "Ignored"
    EXCLUDED = "excluded", "Left out of the denominator"


class Match(models.TextChoices):
    """Which later ticket is a follow-up; each is wider than the one before."""

    LINKED = "linked", "Linked only"
    CATEGORY = "category", "Same customer and category, or linked"
    CUSTOMER = "customer", "Same customer"
    ORGANIZATION = "organization", "Same organization"


class Denominator(models.TextChoices):
    """Which tickets first contact resolution is measured against."""

    RECEIVED = "received", "Tickets received"
    RESOLVED = "resolved", "Tickets resolved"


class LiveHandOver(models.TextChoices):
    """Whether a warm escalation inside the first contact keeps it the first contact."""

    COUNTS = "counts", "Still first contact"
    NOT = "not", "Not first contact"


class NextIssueMatch(models.TextChoices):
    """Which later ticket of the customer is a next issue."""

    CATEGORY = "category", "Same category"
    ANY = "any", "Any category"


class Clock(models.TextChoices):
    """A state that can stop the clock of net time to resolution."""

    WAITING_CUSTOMER = "waiting_customer", "Waiting on customer"
    WAITING_VENDOR = "waiting_vendor", "Waiting on vendor"
    ON_HOLD = "on_hold", "On hold"
    RESOLVED = "resolved", "Resolved, until a reopen"


DEFAULT_STOPS: Final = frozenset({Clock.WAITING_CUSTOMER, Clock.RESOLVED})


@dataclass(frozen=True, slots=True)
class Policy:
    """One set of answers to the questions that docs/definitions.md leaves to the desk. Hashable.

    `reopen_window_days` None is "ever". `ttr_stops` are the states that stop the net clock.
    """

    window: Window = Window()
    span: Span = Span.EXCHANGE
    confirmation: Confirmation = Confirmation.NONE
    self_service: SelfService = SelfService.COUNTS
    match: Match = Match.CATEGORY
    denominator: Denominator = Denominator.RECEIVED
    live_hand_over: LiveHandOver = LiveHandOver.COUNTS
    reopen_window_days: int | None = None
    nia_days: int = 30
    nia_match: NextIssueMatch = NextIssueMatch.CATEGORY
    ttr_stops: frozenset[Clock] = DEFAULT_STOPS

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> Policy:
        """Read a policy from words, as an address or a command line gives them.

        Keys are those of `as_texts()`; absent ones keep their default. Raises InvalidInput with a
        sentence for each key that is unknown or unreadable.
        """
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for key, text in texts.items():
            try:
                name, read = _READERS[key]
                values[name] = read(text.strip().lower())
            except KeyError:
                faults[key] = f"“{key}” is no policy; choose from {', '.join(sorted(_READERS))}."
            except ValueError as fault:
                faults[key] = f"“{text}” is no value of the policy “{key}”: {fault}"
        if faults:
            raise InvalidInput(" ".join(faults.values()), fields=faults)
        return cls(**values)

    @property
    def in_any_category(self) -> Policy:
        """The same, with next issues of any category."""
        return replace(self, nia_match=NextIssueMatch.ANY)

    def as_texts(self) -> dict[str, str]:
        """The whole policy in words; `parse` reads them back."""
        return {
            "window": str(self.window),
            "span": self.span.value,
            "confirmation": self.confirmation.value,
            "self_service": self.self_service.value,
            "match": self.match.value,
            "denominator": self.denominator.value,
            "live_hand_over": self.live_hand_over.value,
            "reopen_window": "ever"
            if self.reopen_window_days is None
            else f"{self.reopen_window_days}d",
            "nia_days": str(self.nia_days),
            "nia_match": self.nia_match.value,
            "ttr_stops": ",".join(sorted(clock.value for clock in self.ttr_stops)) or "none",
        }

    def changes(self) -> dict[str, str]:
        """What differs from the default policy, in words: the part worth an address."""
        default = DEFAULT.as_texts()
        return {key: text for key, text in self.as_texts().items() if text != default[key]}


def _read_window(text: str) -> Window:
    found = re.fullmatch(r"(\d{1,4}) ?(bd|h)", text)
    if not found or int(found[1]) < 1:
        raise ValueError("write business days as 5bd, hours as 48h.")
    return Window(amount=int(found[1]), unit=WindowUnit(found[2]))


def _read_reopen_window(text: str) -> int | None:
    return None if text == "ever" else _read_days(text)


def _read_days(text: str) -> int:
    found = re.fullmatch(r"(\d{1,4}) ?d?", text)
    if not found or int(found[1]) < 1:
        raise ValueError("write a number of days, such as 30d.")
    return int(found[1])


def _read_stops(text: str) -> frozenset[Clock]:
    if text in ("", "none"):
        return frozenset()
    return frozenset(_one_of(Clock, word.strip()) for word in text.split(","))


def _one_of(choices: Any, text: str) -> Any:
    if text not in choices.values:
        raise ValueError(f"choose from {', '.join(choices.values)}.")
    return choices(text)


def _chooser(choices: Any) -> Any:
    return lambda text: _one_of(choices, text)


CHOICES: Final[Mapping[str, type[models.TextChoices]]] = {
    "span": Span,
    "confirmation": Confirmation,
    "self_service": SelfService,
    "match": Match,
    "denominator": Denominator,
    "live_hand_over": LiveHandOver,
    "nia_match": NextIssueMatch,
}
"""The policies that are one of a few words."""

_NUMBER: Final = "[1-9][0-9]{0,3}"
_STOP: Final = f"({'|'.join(Clock.values)})"
PATTERNS: Final[Mapping[str, str]] = {
    "window": f"^{_NUMBER} ?(bd|h)$",
    "reopen_window": f"^(ever|{_NUMBER} ?d?)$",
    "nia_days": f"^{_NUMBER} ?d?$",
    "ttr_stops": f"^(none|{_STOP}(,{_STOP})*)$",
}
"""How the other policies are written: whatever fits is read."""

_READERS: Final[Mapping[str, tuple[str, Any]]] = {
    "window": ("window", _read_window),
    "reopen_window": ("reopen_window_days", _read_reopen_window),
    "nia_days": ("nia_days", _read_days),
    "ttr_stops": ("ttr_stops", _read_stops),
    **{key: (key, _chooser(choices)) for key, choices in CHOICES.items()},
}

DEFAULT: Final = Policy()
