"""The tiles: figures in pairs that keep each other honest. Pure: answers in, texts out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from metrics.charts.parts import Text
from metrics.charts.spark import SparkPlot, draw_spark
from metrics.query import Distribution, Index, Level, Rate, Total, Waiting
from metrics.registry import Better, Figure
from metrics.web import wording
from metrics.web.parts import part_of, whole_of
from metrics.web.reading import Reading
from metrics.web.wording import Amount, count
from metrics.zone import reporting_zone


@dataclass(frozen=True, slots=True)
class Delta:
    """The change against the other period. `news` is good, bad or ""; `arrow` up, dn or ""."""

    text: str
    arrow: str
    news: str
    tip: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a tile. Where there is no value, its lines say why; `chart_href` draws it
    below."""

    key: str
    title: str
    name: str
    definition: str
    amount: Amount
    href: str
    delta: Delta | None
    lines: tuple[tuple[Text, ...], ...]
    spark: SparkPlot
    chart_href: str


@dataclass(frozen=True, slots=True)
class Foot:
    """What a pair's numbers leave out: still undecided, unmeasured, waiting."""

    pieces: tuple[Text, ...]
    can_change: bool

    @property
    def text(self) -> str:
        """All that it says."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Tile:
    """A pair and its foot."""

    cells: tuple[Cell, Cell]
    foot: tuple[Foot, ...]

    @property
    def is_rough(self) -> bool:
        """Whether a number of it is not exact."""
        return any(cell.amount.is_rough for cell in self.cells)


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
        amount=reading.say(number, of=value),
        href="" if number is None else reading.open(part_of(figure)),
        delta=_delta(reading),
        lines=(_reason(reading),) if number is None else _lines(reading),
        spark=_spark(reading),
        chart_href=reading.chart_href,
    )


def _spark(reading: Reading) -> SparkPlot:
    points = reading.points
    return draw_spark(
        [reading.number(point.value) for point in points],
        unsure=[point.is_provisional for point in points],
    )


def _definition(figure: Figure) -> str:
    return f"{figure.name}\n{figure.sentence}\nCounted on: {figure.counted_on}."


def _lines(reading: Reading) -> tuple[tuple[Text, ...], ...]:
    lines = (_basis(reading), _opinion(reading), _earlier(reading))
    return tuple(line for line in lines if line)


def _basis(reading: Reading) -> tuple[Text, ...]:
    """What the value stands on."""
    value, spec = reading.value, reading.spec
    if isinstance(value, Rate):
        return _rate_basis(reading, value)
    if isinstance(value, Index):
        return (
            Text(count(value.promoters), reading.open("promoters")),
            Text(" would, "),
            Text(count(value.detractors), reading.open("detractors")),
            Text(" not, of "),
            Text(count(value.n), reading.open("denominator")),
        )
    if isinstance(value, Distribution):
        return _sample(reading, "p90 ", reading.say(value.p90, of=value).text)
    if isinstance(value, Total):
        return _sample(reading, "mean ", reading.write(value.mean).text)
    if isinstance(value, Level):
        return _age_basis(reading, value) if spec.is_age else (Text(_instant(value)),)
    return ()


def _sample(reading: Reading, name: str, said: str) -> tuple[Text, ...]:
    """A number of all that were measured, and how many these are: both open them all."""
    href = reading.open(whole_of(reading.figure))
    n = Text(f"n\u00a0{count(reading.value.n)}", href)
    return (Text(name), Text(said, href), Text(" · "), n)


def _age_basis(reading: Reading, value: Level) -> tuple[Text, ...]:
    oldest = wording.amount(value.oldest_age_s, unit="s").text
    return (Text("median · oldest "), Text(oldest, reading.open(whole_of(reading.figure))))


def _rate_basis(reading: Reading, value: Rate) -> tuple[Text, ...]:
    if reading.figure.is_of_services:
        return (Text(wording.outage(value.numerator, value.denominator), reading.open("missed")),)
    return (
        Text(count(value.numerator), reading.open("numerator")),
        Text(" of "),
        Text(count(value.denominator), reading.open("denominator")),
    )


def _opinion(reading: Reading) -> tuple[Text, ...]:
    """How sure a figure of answers is, and their mean score."""
    opinion = reading.value.opinion if isinstance(reading.value, Rate | Index) else None
    if opinion is None:
        return ()
    bounds = wording.bounds(opinion.low, opinion.high, unit=reading.figure.unit)
    href = reading.open(whole_of(reading.figure))
    mean = Text(wording.score(opinion.mean), href)
    return (Text(bounds, href), Text(" · mean\u00a0"), mean)


def _instant(value: Level) -> str:
    """When a level was read: at the end of its day, or now while the day lasts."""
    if value.at is None:
        return ""
    local = value.at.astimezone(reporting_zone())
    return "at the end of the day" if local.time() == time.min else f"now, {local:%H:%M}"


def _earlier(reading: Reading) -> tuple[Text, ...]:
    """What it was, which opens the tickets of then."""
    if reading.before is None:
        return ()
    number = reading.number(reading.before)
    href = "" if number is None else reading.open_before(part_of(reading.figure))
    return (Text("was "), Text(reading.write(number).text, href))


def _delta(reading: Reading) -> Delta | None:
    """The change; None where either side has no value."""
    if reading.before is None:
        return None
    now, then = reading.number(reading.value), reading.number(reading.before)
    if now is None or then is None:
        return None
    change = now - then
    size = reading.write(abs(change))
    if reading.figure.unit in (*wording.SHARES, "points"):
        size = Amount(size.number.lstrip("+"), "pts")
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
    was = f"was {reading.write(reading.number(before)).text}"
    return was if reading.figure.is_of_services else f"{was}, n {count(before.n)}"


def _reason(reading: Reading) -> tuple[Text, ...]:
    """Why there is a dash; how many there are opens these."""
    value, noun = reading.value, reading.figure.source.noun
    if isinstance(value, Rate) and value.undecided:
        opened = Text(count(value.undecided), reading.open("undecided"))
        return (Text("all "), opened, Text(" still undecided"))
    if isinstance(value, Rate) and value.unmeasured:
        opened = Text(f"{count(value.unmeasured)} {noun}", reading.open("unmeasured"))
        return (opened, Text(", none measured"))
    if isinstance(value, Distribution) and value.undecided:
        return (
            Text("all "),
            Text(count(value.undecided), reading.open("waiting")),
            Text(" still wait"),
        )
    if isinstance(value, Total) and reading.figure.unit == "money" and not reading.money:
        return (Text("no cost is set for any level"),)
    if isinstance(value, Level):
        return (Text("none open" if value.value == 0 else "the day is not over"),)
    return (Text(f"no {noun} to count"),)


def _feet(reading: Reading) -> tuple[Foot, ...]:
    value = reading.value
    if reading.spec.is_any_category:
        return ()
    if isinstance(value, Rate):
        return tuple(_rate_feet(reading, value))
    if isinstance(value, Index):
        return tuple(_beside_feet(reading))
    if isinstance(value, Distribution) and value.waiting and value.waiting.n:
        return (_waiting_foot(reading, value.waiting),)
    return ()


def _waiting_foot(reading: Reading, waiting: Waiting) -> Foot:
    is_one = waiting.n == 1
    match reading.figure.source.noun:
        case "tickets":
            text = f"{count(waiting.n)} still wait{'s' if is_one else ''}"
        case "targets":
            text = f"{count(waiting.n)} still not done"
        case _:
            text = f"{count(waiting.n)} unanswered"
    oldest = wording.amount(waiting.oldest_s, unit="s").text
    waiting_text = Text(f"{text}, the oldest {oldest}", reading.open("waiting"))
    return Foot((waiting_text,), can_change=True)


def _rate_feet(reading: Reading, value: Rate) -> list[Foot]:
    feet = []
    if value.undecided:
        share = 100 * value.undecided / (value.undecided + value.denominator)
        text = f"{count(value.undecided)} undecided, {share:.1f}\u202f%"
        feet.append(Foot((Text(text, reading.open("undecided")),), can_change=True))
    if value.unmeasured:
        text = f"{count(value.unmeasured)} unmeasured"
        feet.append(Foot((Text(text, reading.open("unmeasured")),), can_change=False))
    if value.events and value.events > value.numerator:
        text = f"{count(value.events)} reopens of {count(value.numerator)} tickets"
        feet.append(Foot((Text(text, reading.open("numerator")),), can_change=False))
    return [*feet, *_beside_feet(reading)]


def _beside_feet(reading: Reading) -> list[Foot]:
    """The other figure or variant that is told in the foot, where it has a value."""
    beside = reading.beside
    if beside is None or not isinstance(beside.value, Rate) or beside.value.value is None:
        return []
    value, variant = beside.value, beside.spec.variant
    said = wording.amount(value.value, unit=beside.figure.unit).text
    counted, whole = (
        reading.opener(beside.spec, part, variant) for part in ("numerator", "denominator")
    )
    words = f"{beside.figure.variant_names[variant]}: {said}, {count(value.numerator)}"
    pieces = (Text(words, counted), Text(" of "), Text(count(value.denominator), whole))
    return [Foot(pieces, can_change=False)]


def _is_said(foot: Foot, left: Reading) -> bool:
    return foot.text in {other.text for other in _feet(left)}
