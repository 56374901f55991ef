"""How times, ages and sizes are written."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tickets import formats

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (-3, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (1100, "18 min 20 s"),
        (7800, "2 h 10 min"),
        (86400, "1 d"),
        (97200, "1 d 3 h"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float | None, words: str) -> None:
    assert formats.duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "under 1 min"),
        (9 * 60 + 59, "9 min"),
        (6 * 3600, "6 h"),
        (27 * 3600, "1 d 3 h"),
        (24 * 3600, "1 d"),
        (7 * 86400 + 3600, "7 d"),
    ],
)
def test_an_age_is_coarse(seconds: float, words: str) -> None:
    assert formats.age(seconds) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 21, 8, 5, tzinfo=UTC), "09:05"),
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "00:30"),  # today over there
        (datetime(2026, 11, 19, 13, 30, tzinfo=UTC), "Thu 19 Nov, 14:30"),
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), "Wed 31 Dec 2025, 23:59"),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), "Thu 1 Jan, 00:00"),
    ],
)
def test_a_moment_says_as_much_as_is_needed(at: datetime, words: str) -> None:
    assert formats.moment(at, now=NOW, zone=AMSTERDAM) == words


@pytest.mark.parametrize(
    ("size", "words"), [(999, "999 B"), (84_200, "84 kB"), (1_240_000, "1.2 MB")]
)
def test_a_file_size_is_short(size: int, words: str) -> None:
    assert formats.file_size(size) == words
