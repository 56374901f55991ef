"""What a figure says of its own sureness: what can still change, and what is not exact."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client

from metrics.fill.rollup import fill_days
from metrics.query import Distribution, Level, payload
from metrics.query.values import FigureValue
from metrics.web import wording
from metrics.web.tiles import make_cell
from tests.metrics.web.conftest import WEEK, Desk
from tests.metrics.web.test_words import lines, reading

WEEKS_LATER = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """The desk with every day of its week filled, looked at two months later."""
    with time_machine.travel(WEEKS_LATER, tick=False):
        while fill_days():
            pass
    return desk


def page(client: Client, **params: str) -> str:
    return unescape(client.get("/metrics/", WEEK | params).content.decode())


def tile(html: str, title: str) -> str:
    return next(each for each in html.split("<article") if f">{title}</a></h3>" in each)


def rows(client: Client, name: str, **params: str) -> list[dict[str, str]]:
    response = client.get(f"/metrics/{name}.csv", WEEK | params)
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


@pytest.mark.django_db
def test_times_from_histograms_are_marked_and_explained(client: Client, filled: Desk) -> None:
    client.force_login(filled.cast.manager)
    with time_machine.travel(WEEKS_LATER, tick=False):
        html, drawn = page(client), rows(client, "charts/trend", show="ttfr")
        exact, told = page(client, level="1", tier="premier"), rows(client, "figures")
    assert '<small class="rough">≈</small>' in tile(html, "Gross")
    assert '<small class="rough">≈</small>' not in tile(html, "First contact")
    assert "Times within 0.5\u202f%" in html
    foot = r"Counted on the day received · [\w/]+ · n\u00a0\d+ · ≈ within 0.5\u202f%"
    assert re.search(foot, re.sub(r"<[^>]+>", "", html))
    assert {row["percentiles"] for row in drawn if row["n"] != "0"} == {"within 0.5\u202f%"}
    by_figure = {(row["figure"], row["variant"]): row["is_exact"] for row in told}
    assert (by_figure["ttr", "net.business"], by_figure["fcr", ""]) == ("false", "")
    # Two filters leave no snapshots to add up: every value is counted.
    assert "≈" not in tile(exact, "Gross")


@pytest.mark.django_db
def test_times_from_every_value_say_nothing(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    assert "≈" not in tile(page(client), "Gross")
    assert {row["percentiles"] for row in rows(client, "charts/trend", show="ttfr")} == {"exact"}


@pytest.mark.django_db
def test_the_file_of_a_chart_says_what_can_still_change(client: Client, desk: Desk) -> None:
    """The portal's ticket of Wednesday lies in its first contact; it is undecided."""
    client.force_login(desk.cast.manager)
    with time_machine.travel(WEEKS_LATER, tick=False):
        drawn = rows(client, "charts/trend", show="fcr", step="day")
        html = page(client, show="fcr", step="day")
    states = {row["From"]: row["state"] for row in drawn}
    assert states["2026-03-02"] == "final"
    assert states["2026-03-04"] == "provisional"
    assert '<i class="hatch"></i>can still change' in html


def test_a_time_that_is_not_exact_is_marked() -> None:
    value = Distribution(n=9, mean=60, median=3_060, p90=23_000, p95=24_000, is_exact=False)
    cell = make_cell(reading("ttfr", value))
    assert cell.amount.text == "≈\u202f51 min"
    assert lines(cell) == ["p90 ≈\u202f6.4 h · n\u00a09"]


def test_of_a_level_only_the_age_is_not_exact() -> None:
    value = Level(41, WEEKS_LATER, median_age_s=3_600.0, oldest_age_s=7_200.0)
    assert not make_cell(reading("backlog", value)).amount.is_rough


def test_no_time_at_all_is_exact() -> None:
    value = Distribution(n=3, mean=0, median=0, p90=0, p95=0, is_exact=False)
    assert make_cell(reading("ttfr", value)).amount.text == "0 s"


def test_an_answer_says_where_it_is_not_exact() -> None:
    told = {
        is_exact: payload(
            FigureValue("restore_time", {"": Distribution(n=1, median=60, is_exact=is_exact)})
        )["total"]
        for is_exact in (True, False)
    }
    assert told[False]["is_exact"] is False
    assert "is_exact" not in told[True]


def test_the_accuracy_is_that_of_the_histograms() -> None:
    assert wording.ACCURACY_WORDS == "within 0.5\u202f%"
