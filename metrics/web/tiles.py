"""The tiles: figures in pairs that keep each other honest. Pure: answers in, texts out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Final

from metrics.charts.spark import SparkPlot, draw_spark
from metrics.query import Distribution, Level, Point, Rate, Total, Value, Waiting
from metrics.registry import Better, Figure
from metrics.web import wording
from metrics.web.wording import Amount, count
from metrics.zone import reporting_zone


@dataclass(frozen=True, slots=True)
class Spec:
    """Which answer a cell shows. `variant` may name the clock; `is_age` shows a level's age;
    `beside` is another variant, told in the foot."""

    key: str
    title: str
    variant: str = ""
    is_age: bool = False
    is_any_category: bool = False
    beside: str = ""

    def variant_for(self, clock: str) -> str:
        """The variant under the reader's clock."""
        return self.variant.format(clock=clock)

    @property
    def answer(self) -> str:
        """The name of the answer it needs; next issues are asked for twice."""
        return "nia_any" if self.is_any_category else self.key


PAIRS: Final = (
    (Spec("fcr", "First contact"), Spec("reopen_rate", "Reopened")),
    (Spec("flr", "First level"), Spec("escalation_rate", "Escalated", "from_l1", beside="from_l2")),
    (Spec("bounce_rate", "Bounced back"), Spec("l1_capable", "Solvable at L1")),
    (Spec("ttfr", "Pick-up", "{clock}"), Spec("response_time", "Response", "{clock}")),
    (Spec("ttr", "Resolved, net", "net.{clock}"), Spec("ttr", "Gross", "gross.{clock}")),
    (Spec("created", "Created"), Spec("resolved", "Resolved")),
    (Spec("backlog", "Open"), Spec("backlog", "Age", is_age=True)),
    (Spec("nia", "No next issue"), Spec("nia", "In any category", is_any_category=True)),
    (Spec("cost", "Cost"), Spec("touch_time", "Work", "{clock}")),
)

# Address of the tickets behind a part of a figure: cell, part, variant ("" the cell's) → address.
Opener = Callable[[Spec, str, str], str]


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a line; with `href` it opens tickets."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """The change against the other period. `news` is good, bad or ""; `arrow` up, dn or ""."""

    text: str
    arrow: str
    news: str
    tip: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a tile. `reason` says why there is no value."""

    key: str
    title: str
    name: str
    definition: str
    amount: Amount
    href: str
    delta: Delta | None
    lines: tuple[tuple[Text, ...], ...]
    reason: str
    spark: SparkPlot


@dataclass(frozen=True, slots=True)
class Foot:
    """What a pair's numbers leave out: still undecided, unmeasured, waiting."""

    text: str
    href: str
    can_change: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A pair and its foot."""

    cells: tuple[Cell, Cell]
    foot: tuple[Foot, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a cell is made from."""

    spec: Spec
    figure: Figure
    value: Value
    before: Value | None
    beside: Value | None
    points: tuple[Point, ...]
    clock: str
    money: str
    opener: Opener

    def open(self, part: str, *, variant: str = "") -> str:
        """The address of the tickets of a part."""
        return self.opener(self.spec, part, variant)

    def write(self, number: float | None) -> Amount:
        """A number of this figure in words."""
        if self.spec.is_age:
            return wording.amount(number, unit="s")
        is_business = "business" in self.spec.variant_for(self.clock)
        return wording.amount(
            number, unit=self.figure.unit, is_business=is_business, money=self.money
        )

    def number(self, value: Value) -> float | None:
        """The number that stands large."""
        return value.median_age_s if self.spec.is_age and isinstance(value, Level) else value.value


def make_tile(left: Reading, right: Reading) -> Tile:
    """Put two figures beside each other."""
    feet = (*_feet(left), *(foot for foot in _feet(right) if not _is_said(foot, left)))
    return Tile(cells=(make_cell(left), make_cell(right)), foot=feet)


def make_cell(reading: Reading) -> Cell:
    """Write one figure."""
    value, figure, spec = reading.value, reading.figure, reading.spec
    number = reading.number(value)
    return Cell(
        key=figure.key,
        title=spec.title,
        name=figure.name,
        definition=_definition(figure),
        amount=reading.write(number),
        href="" if number is None else reading.open(main_part(value)),
        delta=_delta(reading),
        lines=_lines(reading) if number is not None else (),
        reason=_reason(reading) if number is None else "",
        spark=_spark(reading),
    )


def _spark(reading: Reading) -> SparkPlot:
    points = reading.points
    settled = next((i for i, point in enumerate(points) if point.is_provisional), len(points))
    return draw_spark([reading.number(point.value) for point in points], settled=settled)


def main_part(value: Value) -> str:
    """The part of a figure that its value opens."""
    return "numerator" if isinstance(value, Rate) else "count"


def _definition(figure: Figure) -> str:
    return f"{figure.name}\n{figure.sentence}\nCounted on: {figure.counted_on}."


def _lines(reading: Reading) -> tuple[tuple[Text, ...], ...]:
    return tuple(line for line in (_basis(reading), _earlier(reading)) if line)


def _basis(reading: Reading) -> tuple[Text, ...]:
    """What the value stands on."""
    value, spec = reading.value, reading.spec
    if isinstance(value, Rate):
        return (
            Text(count(value.numerator), reading.open("numerator")),
            Text(" of "),
            Text(count(value.denominator), reading.open("denominator")),
        )
    if isinstance(value, Distribution):
        return (Text(f"p90 {reading.write(value.p90).text} · n\u00a0{count(value.n)}"),)
    if isinstance(value, Total):
        return (Text(f"mean {reading.write(value.mean).text} · n\u00a0{count(value.n)}"),)
    if isinstance(value, Level):
        oldest = wording.amount(value.oldest_age_s, unit="s").text
        return (Text(f"median · oldest {oldest}" if spec.is_age else _instant(value)),)
    return ()


def _instant(value: Level) -> str:
    """When a level was read: at the end of its day, or now while the day lasts."""
    if value.at is None:
        return ""
    local = value.at.astimezone(reporting_zone())
    return "at the end of the day" if local.time() == time.min else f"now, {local:%H:%M}"


def _earlier(reading: Reading) -> tuple[Text, ...]:
    if reading.before is None:
        return ()
    return (Text(f"was {reading.write(reading.number(reading.before)).text}"),)


def _delta(reading: Reading) -> Delta | None:
    """The change; None where either side has no value."""
    if reading.before is None:
        return None
    now, then = reading.number(reading.value), reading.number(reading.before)
    if now is None or then is None:
        return None
    change = now - then
    size = reading.write(abs(change))
    if reading.figure.unit == "%":
        size = Amount(size.number, "pts")
    if not any(digit in "123456789" for digit in size.number):
        return Delta("no change", "", "", f"as before: {reading.write(then).text}")
    is_up = change > 0
    return Delta(size.text, "up" if is_up else "dn", _news(reading.figure, is_up), _tip(reading))


def _news(figure: Figure, is_up: bool) -> str:
    if figure.better == Better.NEITHER:
        return ""
    return "good" if is_up == (figure.better == Better.UP) else "bad"


def _tip(reading: Reading) -> str:
    before = reading.before
    if before is None:
        return ""
    return f"was {reading.write(reading.number(before)).text}, n {count(before.n)}"


def _reason(reading: Reading) -> str:
    """Why there is a dash."""
    value, noun = reading.value, reading.figure.source.noun
    if isinstance(value, Rate) and value.undecided:
        return f"all {count(value.undecided)} still undecided"
    if isinstance(value, Rate) and value.unmeasured:
        return f"{count(value.unmeasured)} {noun}, none measured"
    if isinstance(value, Distribution) and value.undecided:
        return f"all {count(value.undecided)} still wait"
    if isinstance(value, Total) and reading.figure.unit == "money" and not reading.money:
        return "no cost is set for any level"
    if isinstance(value, Level):
        return "none open" if value.value == 0 else "the day is not over"
    return f"no {noun} to count"


def _feet(reading: Reading) -> tuple[Foot, ...]:
    value = reading.value
    if reading.spec.is_any_category:
        return ()
    if isinstance(value, Rate):
        return tuple(_rate_feet(reading, value))
    if isinstance(value, Distribution) and value.waiting and value.waiting.n:
        return (_waiting_foot(reading, value.waiting),)
    return ()


def _waiting_foot(reading: Reading, waiting: Waiting) -> Foot:
    is_one = waiting.n == 1
    if reading.figure.source.noun == "tickets":
        text = f"{count(waiting.n)} still wait{'s' if is_one else ''}"
    else:
        text = f"{count(waiting.n)} unanswered"
    oldest = wording.amount(waiting.oldest_s, unit="s").text
    return Foot(f"{text}, the oldest {oldest}", reading.open("waiting"), can_change=True)


def _rate_feet(reading: Reading, value: Rate) -> list[Foot]:
    feet = []
    if value.undecided:
        share = 100 * value.undecided / (value.undecided + value.denominator)
        text = f"{count(value.undecided)} undecided, {share:.1f}\u202f%"
        feet.append(Foot(text, reading.open("undecided"), can_change=True))
    if value.unmeasured:
        text = f"{count(value.unmeasured)} unmeasured"
        feet.append(Foot(text, reading.open("unmeasured"), can_change=False))
    if value.events and value.events > value.numerator:
        text = f"{count(value.events)} reopens of {count(value.numerator)} tickets"
        feet.append(Foot(text, reading.open("numerator"), can_change=False))
    if isinstance(reading.beside, Rate) and reading.beside.value is not None:
        feet.append(_beside_foot(reading, reading.beside))
    return feet


def _beside_foot(reading: Reading, value: Rate) -> Foot:
    variant = reading.spec.beside
    name = reading.figure.variant_names[variant]
    said = (
        f"{reading.write(value.value).text}, {count(value.numerator)} of {count(value.denominator)}"
    )
    return Foot(f"{name}: {said}", reading.open("numerator", variant=variant), can_change=False)


def _is_said(foot: Foot, left: Reading) -> bool:
    return foot.text in {other.text for other in _feet(left)}
