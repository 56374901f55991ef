"""What the reader asks: an address read into a scope, a policy and what to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from django.db import models

from metrics.policy import Policy
from metrics.query import Scope, Segment
from metrics.query.service import Bucket
from metrics.registry import all_figures
from metrics.web.address import POLICY_KEYS, Params
from metrics.web.periods import Compare, Period, compared, days_of
from metrics.zone import day_of
from tickets.errors import InvalidInput

BUSINESS, CALENDAR = "business", "calendar"
AUTO: Final = "auto"
BUCKETS: Final[Mapping[str, Bucket]] = {"day": "day", "week": "week", "month": "month"}
ChoiceT = TypeVar("ChoiceT", bound=models.TextChoices)
_DAYS_MOST: Final = 3_660  # ten years; beyond it nobody can read the page
_FIRST, _LAST = date(1971, 1, 1), date(9990, 1, 1)  # beyond them, days before and after run out
_KEY_LENGTH: Final = 18  # digits that a database key can have


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One reading of the metrics page. `before` is what it is held against, None for nothing."""

    params: Params
    scope: Scope
    before: Scope | None
    policy: Policy
    period: Period
    compare: Compare
    clock: str
    step: str
    show: str
    by: Segment

    @property
    def bucket(self) -> Bucket:
        """How wide a step of the time series is: as chosen, else so that it stays readable."""
        chosen = BUCKETS.get(self.step)
        if chosen:
            return chosen
        return "day" if self.scope.days <= 45 else "week" if self.scope.days <= 750 else "month"

    @property
    def coarse_bucket(self) -> Bucket:
        """The step of sparklines and bars: about a dozen of them."""
        return "day" if self.scope.days <= 21 else "week" if self.scope.days <= 200 else "month"

    @property
    def fixed(self) -> Params:
        """The same question with its dates written out: it means the same tomorrow."""
        return self.params.having(
            period=Period.CUSTOM,
            from_=self.scope.start.isoformat(),
            to=self.scope.end.isoformat(),
        )


def read_question(params: Params, *, now: datetime) -> Question:
    """Read an address. Raises InvalidInput, with a sentence per field, for what cannot be asked."""
    today = day_of(now)
    period = _one_of(Period, "period", _period_name(params))
    start, end = _days(params, period, today)
    scope = Scope(start=start, end=end, filters=_filters(params), as_of=now)
    if scope.days > _DAYS_MOST:
        raise InvalidInput("Choose ten years at most.", fields={"from": "Too long ago."})
    compare = _one_of(Compare, "compare", params.get("compare"))
    held = compared(start, end, with_=compare)
    return Question(
        params=params,
        scope=scope,
        before=scope.between(*held) if held else None,
        policy=Policy.parse(dict(params.only(POLICY_KEYS).items)),
        period=period,
        compare=compare,
        clock=_one_of_words("clock", params.get("clock"), (BUSINESS, CALENDAR)),
        step=_one_of_words("step", params.get("step"), (AUTO, *BUCKETS)),
        show=_one_of_words("show", params.get("show"), [f.key for f in all_figures()]),
        by=_one_of(Segment, "by", params.get("by")),
    )


def _period_name(params: Params) -> str:
    has_dates = params.values("from") or params.values("to")
    return Period.CUSTOM if has_dates else params.get("period")


def _days(params: Params, period: Period, today: date) -> tuple[date, date]:
    if period != Period.CUSTOM:
        return days_of(period, today=today)
    return _date(params, "from"), _date(params, "to")


def _date(params: Params, key: str) -> date:
    sentence = "Write both dates of the period, as in 2026-11-21."
    try:
        day = date.fromisoformat(params.get(key))
    except ValueError:
        raise InvalidInput(sentence, fields={key: sentence}) from None
    if not _FIRST <= day <= _LAST:
        raise InvalidInput("Choose days from 1971 on.", fields={key: "Out of reach."})
    return day


def _filters(params: Params) -> dict[str, tuple[str, ...]]:
    filters = {key: params.values(key) for key in Segment.values if params.values(key)}
    for key, values in filters.items():
        if any(len(value) > _KEY_LENGTH for value in values):
            raise InvalidInput(f"A value of “{key}” is longer than any that exists.")
    return filters


def _one_of(choices: type[ChoiceT], key: str, text: str) -> ChoiceT:
    try:
        return choices(text)
    except ValueError:
        known = ", ".join(choices.values)
        raise InvalidInput(f"“{text}” is no {key}; choose from {known}.") from None


def _one_of_words(key: str, text: str, words: list[str] | tuple[str, ...]) -> str:
    if text not in words:
        raise InvalidInput(f"“{text}” is no {key}; choose from {', '.join(words)}.")
    return text
