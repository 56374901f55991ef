"""The progress bar: a line per tenth where nobody watches, redrawn on a terminal."""

from __future__ import annotations

import io

from django.core.management.base import OutputWrapper

from tickets.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_per_tenth_elsewhere():
    out = io.StringIO()
    bar = ProgressBar("Storing", 1_000, out)
    for done in range(1_001):
        bar.reach(done)
    bar.finish()
    lines = out.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1].endswith("100 % (1,000 of 1,000)")


def test_redrawn_in_place_on_a_terminal():
    terminal = Terminal()
    bar = ProgressBar("Storing", 200, OutputWrapper(terminal))
    bar.reach(100)
    bar.finish()
    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().count("\r") == 2


def test_quiet_where_there_is_nothing_to_do():
    out = io.StringIO()
    ProgressBar("Storing", 0, out).finish()
    assert out.getvalue() == ""
