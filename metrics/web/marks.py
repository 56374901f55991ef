"""The mark of a chart in an address and in words: an hour of the week, an age, how long it took."""

from __future__ import annotations

from typing import Final

from metrics.charts.heat import DAYS
from metrics.query import Mark, Took
from metrics.web import wording
from metrics.web.address import Params
from tickets.errors import InvalidInput

MARK_KEYS: Final = ("weekday", "hour", "older", "younger", "took", "clock")
HOUR: Final = 3_600
NEVER: Final = "never"


def read_mark(params: Params, *, is_business: bool) -> Mark:
    """Read an address; `is_business` is the clock that "took" is told in. Raises InvalidInput."""
    return Mark(
        weekday=_number(params, "weekday", 6),
        hour=_number(params, "hour", 23),
        older=_number(params, "older"),
        younger=_number(params, "younger"),
        took=_read_took(params.get("took"), is_business=is_business),
    )


def _number(params: Params, key: str, most: int = 10**9) -> int | None:
    text = params.get(key)
    return _whole(text, key, most) if text else None


def _whole(text: str, key: str, most: int = 10**9) -> int:
    if not text.isdecimal() or len(text) > 10 or int(text) > most:
        raise InvalidInput(f"“{text}” is no {key}; write a whole number up to {most}.")
    return int(text)


def _read_took(text: str, *, is_business: bool) -> Took | None:
    """ "3600-14400", in seconds; "259200-" for no longest, "never" for what is not resolved."""
    if not text:
        return None
    if text == NEVER:
        return Took(None, None, is_business)
    low, dash, high = text.partition("-")
    if not dash:
        raise InvalidInput(f"“{text}” is no length; write two numbers of seconds: 3600-14400.")
    return Took(_whole(low, "length"), _whole(high, "length") if high else None, is_business)


def took_text(took: Took) -> str:
    """Write a length as an address says it."""
    if took.low is None:
        return NEVER
    return f"{took.low:.0f}-" if took.high is None else f"{took.low:.0f}-{took.high:.0f}"


def mark_words(mark: Mark) -> list[str]:
    """What a mark narrows by, for people."""
    words = []
    if mark.weekday is not None:
        words.append(f"received on a {DAYS[mark.weekday]}")
    if mark.hour is not None:
        words.append(f"received between {mark.hour:02d}:00 and {mark.hour + 1:02d}:00")
    if mark.older:
        words.append(f"at least {wording.length(mark.older).text} old")
    if mark.younger:
        words.append(f"less than {wording.length(mark.younger).text} old")
    return words + _took_words(mark.took)


def _took_words(took: Took | None) -> list[str]:
    if took is None:
        return []
    if took.low is None:
        return ["not resolved now"]
    words = [f"resolved in {took.low / HOUR:g} h or more"] if took.low else []
    if took.high is not None:
        words.append(f"resolved in less than {took.high / HOUR:g} h")
    return [*words, "business time" if took.is_business else "calendar time"]
