"""Local times of the hour that clocks go through twice, on 26 October 2025 in Amsterdam: 02:00 to
03:00 is 00:00 to 01:00 UTC, and again 01:00 to 02:00."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.tickets.importing.conftest import MAPPING
from tickets.importing.gathering import gather
from tickets.importing.parsing import load_mapping

WORDS = ("queued", "working", "asked", "working", "solved")


@pytest.fixture
def moments(tmp_path):
    """Read a ticket's rows, each a number and a local time; return status and UTC time of each."""

    def read(*rows, order=True):
        named = 'ticket = "id"\norder = "seq"' if order else 'ticket = "id"'
        mapping = tmp_path / "m.toml"
        mapping.write_text(MAPPING.replace('ticket = "id"', named), encoding="utf-8")
        lines = [
            f"A,{at},{what},1,Ines,Vega,{n}" for (n, at), what in zip(rows, WORDS, strict=True)
        ]
        log = tmp_path / "l.csv"
        log.write_text("\n".join(("id,when,what,line,agent,customer,seq", *lines)))
        found = gather(log, load_mapping(mapping), now=timezone.now(), seen=lambda _: None)
        return [f"{event.status} {event.at:%H:%M}" for event in found.histories["A"]]

    return read


def stamps(*times, start=1):
    return [(n, f"2025-10-26 {time}") for n, time in enumerate(times, start=start)]


def test_the_order_tells_the_second_pass(moments):
    assert moments(*stamps("02:40", "02:50", "02:10", "02:55", "04:00")) == [
        "queued 00:40",
        "working 00:50",
        "asked 01:10",
        "working 01:55",
        "solved 03:00",
    ]


def test_one_time_twice_is_no_second_pass(moments):
    assert moments(*stamps("01:40", "02:10", "02:10", "02:30", "04:00")) == [
        "queued 23:40",
        "working 00:10",
        "asked 00:10",
        "working 00:30",
        "solved 03:00",
    ]


BY_THE_CLOCK = ["asked 00:10", "working 00:20", "queued 00:40", "working 00:50", "solved 03:00"]


def test_without_an_order_the_clock_is_believed(moments):
    rows = stamps("02:40", "02:50", "02:10", "02:20", "04:00")
    assert moments(*rows, order=False) == BY_THE_CLOCK


def test_numbers_that_order_one_time_alone_tell_nothing(moments):
    rows = stamps("02:40", "02:50", "02:10", "02:20", "04:00")
    assert moments(*[(n % 2, at) for n, at in rows]) == BY_THE_CLOCK


def test_numbers_against_the_other_times_tell_nothing(moments):
    rows = stamps("02:40", "02:50", "02:10", "02:20", "04:00")
    rows[0] = (9, rows[0][1])
    rows[4] = (0, rows[4][1])
    rows[1] = (5, "2025-10-26 01:10")
    assert moments(*rows)[0] == "working 23:10"


def test_a_time_with_an_offset_means_one_moment(moments):
    rows = stamps("02:40+02:00", "02:50+02:00", "02:10+02:00", "02:20+02:00", "04:00+01:00")
    assert moments(*rows) == BY_THE_CLOCK


ONE_ROW = """
name = "whole"

[file]
ticket = "id"

[time]
zone = "Europe/Amsterdam"

[[time.moment]]
column = "came"
status = "queued"

[[time.moment]]
column = "went"
status = "solved"

[[status.rule]]
values = ["queued"]
becomes = "new"

[[status.rule]]
values = ["solved"]
becomes = "resolved"

[calendar]
name = "Small hours"
time_zone = "Europe/Amsterdam"
round_the_clock = true
"""


def test_columns_in_order_tell_it_too(tmp_path):
    mapping, log = tmp_path / "m.toml", tmp_path / "l.csv"
    mapping.write_text(ONE_ROW, encoding="utf-8")
    log.write_text("id,came,went\nA,2025-10-26 02:40,2025-10-26 02:10\n")
    found = gather(log, load_mapping(mapping), now=timezone.now(), seen=lambda _: None)
    assert not found.bad_rows
    assert [f"{event.at:%H:%M}" for event in found.histories["A"]] == ["00:40", "01:10"]
