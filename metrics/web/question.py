"""What the reader asks: an address read into a scope, a policy and what to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeVar

from django.db import models

from metrics.policy import Policy
from metrics.query import Bucket, Scope, Segment
from metrics.registry import Figure
from metrics.web.address import BESIDE, BESIDE_KEYS, POLICY_KEYS, Params
from metrics.web.periods import Compare, Period, compared, days_of
from metrics.web.shown import CLOCKS, Shown, read_shown
from metrics.zone import day_of
from tickets.errors import InvalidInput

AUTO: Final = "auto"
BUCKETS: Final[Mapping[str, Bucket]] = {"day": "day", "week": "week", "month": "month"}
ChoiceT = TypeVar("ChoiceT", bound=models.TextChoices)
_DAYS_MOST: Final = 3_660  # ten years; beyond it nobody can read the page
_FIRST, _LAST = date(1971, 1, 1), date(9990, 1, 1)  # beyond them, days before and after run out
_KEY_LENGTH: Final = 18  # digits that a database key can have


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One reading of the metrics page. `before` is the period that it is held against, `other` the
    policy that is set beside its own, `across` the segment that `by` is crossed with; None for
    nothing."""

    params: Params
    scope: Scope
    before: Scope | None
    policy: Policy
    other: Policy | None
    period: Period
    compare: Compare
    clock: str
    step: str
    shown: Shown
    by: Segment
    across: Segment | None

    @property
    def periods(self) -> tuple[Scope, ...]:
        """The period and, where there is one, that which it is held against."""
        return (self.scope, self.before) if self.before else (self.scope,)

    @property
    def figure(self) -> Figure:
        """The figure that charts draw."""
        return self.shown.figure

    @property
    def show(self) -> str:
        """Its key."""
        return self.figure.key

    @property
    def variant(self) -> str:
        """The variant of it that charts draw."""
        return self.shown.variant(self.clock)

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
    shown = read_shown(params.get("show"))
    compare = _one_of(Compare, "compare", params.get("compare"))
    held = compared(start, end, with_=compare)
    by = _by(params, shown.figure)
    return Question(
        params=params,
        scope=scope,
        before=scope.between(*held) if held else None,
        policy=Policy.parse(dict(params.only(POLICY_KEYS).items)),
        other=_other(params),
        period=period,
        compare=compare,
        clock=_one_of_words("clock", params.get("clock"), CLOCKS),
        step=_one_of_words("step", params.get("step"), (AUTO, *BUCKETS)),
        shown=shown,
        by=by,
        across=_across(params, shown.figure, by),
    )


def _other(params: Params) -> Policy | None:
    """The policy that is set beside the reader's own."""
    asked = params.only((BESIDE, *BESIDE_KEYS))
    if not asked.items:
        return None
    _one_of_words(BESIDE, asked.get(BESIDE) or "policy", ("policy",))
    texts = {key.removeprefix(f"{BESIDE}_"): text for key, text in asked.without(BESIDE).items}
    return Policy.parse(texts)


def _by(params: Params, figure: Figure) -> Segment:
    """The segment to break the figure down by: as asked, or the first that it has."""
    asked = _one_of(Segment, "by", params.get("by"))
    return asked if asked in figure.segments else Segment(figure.segments[0])


def _across(params: Params, figure: Figure, by: Segment) -> Segment | None:
    """The segment to cross it with, where one is asked for that the figure has."""
    if not params.get("and"):
        return None
    asked = _one_of(Segment, "and", params.get("and"))
    return asked if asked in figure.segments and asked != by else None


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


def _one_of_words(key: str, text: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise InvalidInput(f"“{text}” is no {key}; choose from {', '.join(words)}.")
    return text
