"""Recounting from the ledger alone: tickets are measured afresh, and figures of days counted from
that in memory. Stored facts are not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from metrics.availability import DownTime, service_days
from metrics.facts import Clock, Measured, measure
from metrics.facts.followups import LaterFacts, later_facts
from metrics.fill.facts import FAULTS, level_costs
from metrics.fill.tables import FACTS, TABLES, Table, rows_of
from metrics.histogram import bucket_of
from metrics.loading import load_histories
from metrics.models import OutageFact, Stay
from metrics.predicates import Test, compiled, value
from metrics.query.available import first_day, load_services, window_of
from metrics.query.held import Stretch, variants_of
from metrics.query.scope import Scope
from metrics.query.tally import Group, Tallies, Tally, new_tallies
from metrics.query.work import pieces
from metrics.registry import CountOf, Figure, HeldOf, IndexOf, Kind, RateOf, ValueOf, all_figures
from metrics.segments import SNAPSHOT_SEGMENTS, Segment
from metrics.terms import Terms
from metrics.verify.later import LaterIndex
from metrics.zone import day_of, days_between, end_of, reporting_zone
from tickets.choices import OPEN_STATUSES
from tickets.services.calendars import Calendars

CUTS = ("", *SNAPSHOT_SEGMENTS)
Row = Mapping[str, Any]
Counter = Callable[[Row], Tally | None]
RowsOfTable = Mapping[Table, tuple[tuple[Any, ...], ...]]


@dataclass(frozen=True)
class Measurement:
    """One ticket, measured afresh: the rows that its facts should be."""

    ticket: int
    rows: RowsOfTable

    @cached_property
    def _by_model(self) -> Mapping[type[Any], list[dict[str, Any]]]:
        facts = dict(zip(FACTS.columns, self.rows[FACTS][0], strict=True))
        around = {f"ticket__facts__{name}": found for name, found in facts.items()}
        found: dict[type[Any], list[dict[str, Any]]] = {FACTS.model: [{**facts, "pk": self.ticket}]}
        for table in TABLES[1:]:
            found[table.model] = [
                {**around, **dict(zip(table.columns, row, strict=True)), "pk": number}
                for number, row in enumerate(self.rows[table], start=1)
            ]
        return found

    def with_facts(self, **columns: Any) -> Measurement:
        """The same ticket with other facts: as it was sorted at another time."""
        (told,) = self.rows[FACTS]
        facts = dict(zip(FACTS.columns, told, strict=True)) | columns
        return Measurement(self.ticket, {**self.rows, FACTS: (tuple(facts.values()),)})

    def of(self, model: type[Any]) -> list[dict[str, Any]]:
        """The rows of a model, by field and, for the ticket's own, by path as declarations say."""
        return self._by_model[model]


def measure_afresh(
    keys: Sequence[int],
    later: LaterIndex,
    *,
    known_at: datetime | None = None,
    errors: dict[int, str] | None = None,
) -> Iterator[Measurement]:
    """Measure tickets from their ledger as it is, or as it was known at an instant. One that cannot
    be measured is left out, and the reason put into `errors`."""
    calendars, zone, costs = Calendars(), reporting_zone(), level_costs()
    for history in load_histories(keys, known_at=known_at):
        if not history.statuses:
            continue
        try:
            clock = Clock(calendars[history.dimensions.calendar_key], zone)
            measured = measure(history, clock, costs)
        except FAULTS as fault:
            if errors is not None:
                errors[history.ticket_key] = repr(fault)
            continue
        yield _with_later(measured, later, clock)


def _with_later(measured: Measured, later: LaterIndex, clock: Clock) -> Measurement:
    resolution = measured.resolution
    told: LaterFacts = later_facts(
        resolution.first_resolved_at,
        resolution.last_resolved_at,
        later.of(measured),
        clock.business,
    )
    rows = {table: rows_of(table, [measured], {})[measured.ticket_key] for table in TABLES}
    columns = asdict(told)
    fresh = tuple(
        columns.get(name, stored)
        for name, stored in zip(FACTS.columns, rows[FACTS][0], strict=True)
    )
    return Measurement(measured.ticket_key, {**rows, FACTS: (fresh,)})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket counts."""

    figure: Figure
    variant: str
    day: date
    ticket: int


@dataclass(slots=True)
class Recount:
    """Tallies of days, as snapshots have them. `as_of` says of each day when it was computed;
    `taken` when its backlog was; `tickets` who stood where. `unsure` are days and dimensions of
    which nobody can say how a ticket was sorted when the backlog was taken."""

    as_of: Mapping[date, datetime]
    taken: Mapping[date, datetime]
    tallies: Tallies = field(default_factory=new_tallies)
    tickets: dict[tuple[date, str, str], set[int]] = field(default_factory=dict)
    unsure: set[tuple[date, str]] = field(default_factory=set)
    down: list[DownTime] = field(default_factory=list)
    _changes: dict[date, datetime] = field(default_factory=dict)
    _ripening: dict[tuple[datetime, str, str], Test] = field(default_factory=dict)
    _terms: dict[datetime, Terms] = field(default_factory=dict)
    _counters: dict[datetime, dict[tuple[str, str], Counter]] = field(default_factory=dict)

    def add(self, measured: Measurement) -> None:
        """Count a ticket on every day that it counts on; its levels apart (see `add_levels`)."""
        for figure in all_figures():
            if figure.kind == Kind.LEVEL:
                continue
            if figure.is_of_services:
                self.down += _down_times(measured)
                continue
            if figure.source.model is Stay:
                self._add_work(figure, measured)
                continue
            for row in measured.of(figure.source.model):
                day = row[figure.source.day]
                if day in self.as_of:
                    self._add_row(figure, row, day, measured.ticket)

    def add_services(self) -> None:
        """Count the agreed time of services, once every ticket has told of its outages."""
        first = first_day()
        days = sorted(day for day in self.as_of if first is not None and day >= first)
        windows = [window_of(day, self.as_of[day]) for day in days]
        figures = [figure for figure in all_figures() if figure.is_of_services]
        calendars = Terms().calendars if days else {}
        for one in service_days(load_services(), self.down, windows, calendars):
            told = Tally(numerator=one.agreed - one.out, denominator=one.agreed)
            for figure in figures:
                name = (figure.key, figure.variant(""))
                self.tickets.setdefault((one.day, *name), set()).update(one.tickets)
                self.tallies[Group(one.day, "", "")][name].add(told)
                service = Group(one.day, str(one.service_key), Segment.SERVICE)
                self.tallies[service][name].add(told)

    def add_levels(self, measured: Measurement, days: Iterable[date]) -> None:
        """Count a ticket at the end of some days on which the backlog was taken."""
        wanted = set(days)
        if not wanted:
            return
        scope = Scope(start=min(wanted), end=max(wanted))
        for figure in (figure for figure in all_figures() if figure.kind == Kind.LEVEL):
            for row in measured.of(Stay):
                if row["status"] not in OPEN_STATUSES:
                    continue
                stretch = _stretch(figure, row, measured.ticket)
                for day, at in _days_open(stretch, scope):
                    if day in wanted:
                        bucket = bucket_of((at - stretch.received_at).total_seconds())
                        self._add_level(figure, row, day, measured.ticket, bucket=bucket)

    def _add_level(self, figure: Figure, row: Row, day: date, ticket: int, *, bucket: int) -> None:
        for variant in variants_of(figure, row["status"]):
            ages = {bucket: 1} if variant == figure.variant("") else {}
            place = Place(figure, variant, day, ticket)
            self._add(place, row, Tally(count=1, histogram=ages))

    def _terms_of(self, day: date) -> Terms:
        moment = self.as_of[day]
        if moment not in self._terms:
            self._terms[moment] = Terms(as_of=moment)
            self._counters[moment] = {}
        return self._terms[moment]

    def _counter(self, figure: Figure, variant: str, day: date) -> Counter:
        terms = self._terms_of(day)
        counters = self._counters[self.as_of[day]]
        name = (figure.key, variant)
        if name not in counters:
            counters[name] = counter(figure, figure.measures[variant], terms)
        return counters[name]

    def _add_row(self, figure: Figure, row: Row, day: date, ticket: int) -> None:
        for variant in figure.measures:
            tally = self._counter(figure, variant, day)(row)
            if tally is not None:
                self._add(Place(figure, variant, day, ticket), row, tally)
            self._ripen(figure, variant, row, day)

    def _ripen(self, figure: Figure, variant: str, row: Row, day: date) -> None:
        """Note when time alone will decide a row."""
        measure_of = figure.measures[variant]
        ripening = measure_of.maturing if isinstance(measure_of, RateOf) else None
        if ripening is None:
            return
        terms = self._terms_of(day)
        name = (terms.as_of, figure.key, variant)
        if name not in self._ripening:
            self._ripening[name] = compiled(ripening.rows(terms))
        if self._ripening[name](row):
            at = ripening.at(terms, *(row[path] for path in ripening.fields))
            self._changes[day] = min(at, self._changes.get(day, at))

    def next_change(self, day: date) -> datetime | None:
        """The earliest moment after a day was computed at which time alone changes a figure of it;
        None: it is final."""
        found = self._changes.get(day)
        if end_of(day) > self.as_of[day]:
            found = min(end_of(day), found or end_of(day))
        return found

    def _add_work(self, figure: Figure, measured: Measurement) -> None:
        if not self.as_of:
            return
        until = max(self.as_of.values())
        scope = Scope(start=min(self.as_of), end=max(self.as_of), as_of=until)
        for row in measured.of(Stay):
            variants = list(variants_of(figure, row["status"]))
            if not variants:
                continue
            stretch = _stretch(figure, row, measured.ticket)
            for day, start, end in pieces(stretch, scope):
                if day in self.as_of and start < self.as_of[day]:
                    piece = (start, min(end, self.as_of[day]))
                    for variant in variants:
                        seconds = self._length(figure.measures[variant], stretch, day, piece)
                        place = Place(figure, variant, day, measured.ticket)
                        self._add(place, row, Tally(count=1, total=seconds))

    def _length(
        self, measure_of: object, stretch: Stretch, day: date, piece: tuple[datetime, datetime]
    ) -> float:
        if isinstance(measure_of, HeldOf) and measure_of.is_business:
            return self._terms_of(day).calendars[stretch.calendar_key].open_seconds(*piece)
        return (piece[1] - piece[0]).total_seconds()

    def _add(self, place: Place, row: Row, tally: Tally) -> None:
        tally.fold()
        figure, name = place.figure, (place.figure.key, place.variant)
        self.tickets.setdefault((place.day, *name), set()).add(place.ticket)
        for cut in CUTS:
            if cut and cut not in figure.segments:
                continue
            segment = str(row[figure.source.segments[cut]]) if cut else ""
            self.tallies[Group(place.day, segment, cut)][name].add(tally)


def _days_open(stretch: Stretch, scope: Scope) -> Iterator[tuple[date, datetime]]:
    """The days of the scope at whose end the stretch held the ticket, each with that instant."""
    first = max(day_of(stretch.started_at), scope.start)
    last = scope.end
    if stretch.ended_at is not None and stretch.ended_at < scope.as_of:
        last = min(last, day_of(stretch.ended_at) - timedelta(days=1))
    last = min(last, day_of(scope.as_of))
    for day in days_between(first, last):
        yield day, min(end_of(day), scope.as_of)


def _down_times(measured: Measurement) -> Iterator[DownTime]:
    for row in measured.of(OutageFact):
        if row["is_down"]:
            yield DownTime(row["service_key"], row["began_at"], row["ended_at"], measured.ticket)


def _stretch(figure: Figure, row: Row, ticket: int) -> Stretch:
    return Stretch(
        ticket=ticket,
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        status=row["status"],
        received_at=row[f"{figure.source.facts}received_at"],
        calendar_key=row[f"{figure.source.facts}calendar_key"],
        segments=(),
    )


def counter(figure: Figure, measure_of: object, terms: Terms) -> Counter:
    """A function that says what a row adds to a measure; None where nothing."""
    match measure_of:
        case RateOf():
            return _rate_counter(measure_of, terms)
        case IndexOf():
            return _index_counter(measure_of, terms)
        case CountOf():
            is_counted = compiled(measure_of.rows(terms))
            return lambda row: Tally(count=1) if is_counted(row) else None
        case ValueOf():
            return _value_counter(figure, measure_of, terms)
        case _:
            raise TypeError(f"{figure.key} is not counted by rows of a day.")


def _rate_counter(measure_of: RateOf, terms: Terms) -> Counter:
    is_met = compiled(measure_of.numerator(terms))
    is_counted = compiled(measure_of.denominator(terms))
    is_undecided = compiled(measure_of.undecided(terms))
    is_unmeasured = compiled(measure_of.unmeasured(terms))
    events, score = measure_of.events, measure_of.score

    def count(row: Row) -> Tally | None:
        denominator = is_counted(row)
        tally = Tally(
            numerator=is_met(row),
            denominator=denominator,
            undecided=is_undecided(row),
            unmeasured=is_unmeasured(row),
            count=int(row[events]) if events and denominator else 0,
            total=float(row[score]) if score and denominator else 0.0,
        )
        return None if tally == Tally() else tally

    return count


def _index_counter(measure_of: IndexOf, terms: Terms) -> Counter:
    is_promoter = compiled(measure_of.promoters(terms))
    is_detractor = compiled(measure_of.detractors(terms))
    is_counted = compiled(measure_of.denominator(terms))

    def count(row: Row) -> Tally | None:
        if not is_counted(row):
            return None
        score = float(row[measure_of.score])
        return Tally(
            numerator=is_promoter(row), count=is_detractor(row), denominator=1, total=score
        )

    return count


def _value_counter(figure: Figure, measure_of: ValueOf, terms: Terms) -> Counter:
    is_counted = compiled(measure_of.rows(terms))
    waiting = measure_of.waiting
    is_waiting = compiled(waiting.rows(terms)) if waiting else lambda row: False
    expression = measure_of.value(terms)
    is_spread = figure.kind == Kind.DISTRIBUTION

    def count(row: Row) -> Tally | None:
        found = value(expression, row) if is_counted(row) else None
        if found is None:
            return Tally(undecided=1) if is_waiting(row) else None
        return Tally(count=1, total=float(found), values=[float(found)] if is_spread else [])

    return count
