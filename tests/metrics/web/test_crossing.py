"""Two segments crossed: each cell says its n and opens exactly its tickets."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics.charts.crossing import Crossed, draw_crossing, shade_of
from metrics.charts.parts import Link
from metrics.registry import all_figures
from metrics.segments import Segment
from tests.metrics.web.conftest import WEEK, Desk, escalated_mail, fill

# By channel and resolving level: two calls at L1, a mail at L2.
CROSSED = {"show": "resolved", "by": "channel", "and": "level"}


def page(client: Client, **params: str) -> str:
    response = client.get("/metrics/", WEEK | params)
    assert response.status_code == 200
    return response.content.decode()


def card(client: Client, **params: str) -> str:
    html = page(client, **params)
    return html[html.index('id="crossed"') : html.index('id="levels"')]


def cells(client: Client, **params: str) -> dict[str, str]:
    """Name of each cell and its address."""
    found = re.findall(r'<a href="([^"]+)" aria-label="([^"]+)"', card(client, **params))
    return {unescape(name): unescape(href) for href, name in found}


def listed(client: Client, href: str) -> int:
    found = re.search(r'role="status"><b>([\d,]+)</b>', client.get(href).content.decode())
    assert found is not None
    return int(found[1])


@pytest.mark.django_db
def test_each_cell_counts_and_opens_its_own(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    found = cells(client, **CROSSED)
    assert {name: listed(client, href) for name, href in found.items()} == {
        "Phone, L1: 2, n 2": 2,
        "E-mail, L2: 1, n 1": 1,
    }


@pytest.mark.django_db
def test_a_rate_says_n_and_few_are_not_shaded(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = card(client, show="fcr", by="channel", **{"and": "level"})
    assert "First contact resolution, by channel and level" in html
    # One of the two calls; of the two mails none. All of them are few.
    text = unescape(re.sub(r"<[^>]+>", " ", html))
    assert re.search(r"50\.0\u202f%\s+n\u00a02", text)
    assert re.search(r"0\.0\u202f%\s+n\u00a02", text)
    assert 'class="x' not in re.sub(r'class="x-none"', "", html)


@pytest.mark.django_db
@pytest.mark.parametrize("by", ["complexity", "product", "organization"])
def test_none_of_a_segment_opens_those_without(client: Client, desk: Desk, by: str) -> None:
    client.force_login(desk.cast.manager)
    found = cells(client, **(CROSSED | {"show": "created", "by": by, "and": "channel"}))
    for name, href in found.items():
        assert listed(client, href) == int(name.rpartition("n ")[2]), name
        assert f"{by}=" in href
    assert len(found) == 3


@pytest.mark.django_db
def test_the_file_has_a_line_for_each_pair(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    response = client.get("/metrics/charts/crossed.csv", WEEK | CROSSED)
    assert list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig")))) == [
        ["Channel", "Level", "Resolved", "n"],
        ["Phone", "L1", "2", "2"],
        ["E-mail", "L2", "1", "1"],
    ]


@pytest.mark.django_db
def test_nothing_is_crossed_with_itself_or_what_a_figure_lacks(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    for across in ("channel", "service"):
        assert 'id="crossed"' not in page(client, **(CROSSED | {"and": across}))
    assert client.get("/metrics/", WEEK | {"and": "mood"}).status_code == 400
    assert client.get("/metrics/charts/crossed.csv", WEEK).status_code == 404
    menu = next(each for each in page(client, **CROSSED).split("<details") if "And by <b" in each)
    offered = re.findall(r">([^<>]+)</a></li>", menu.partition("</details>")[0])
    assert offered[0] == "Nothing"
    assert "Customer tier" in offered
    assert not {"Channel", "Service"}.intersection(offered)


@pytest.mark.django_db
def test_every_figure_can_be_crossed(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    for figure in all_figures():
        if len(figure.segments) > 1:
            asked = {"show": figure.key, "by": Segment.AGENT, "and": Segment.PRIORITY}
            assert client.get("/metrics/charts/crossed.csv", WEEK | asked).status_code == 200


@pytest.mark.django_db
def test_the_crossing_costs_as_many_queries_on_a_larger_desk(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    page(client, **CROSSED)  # what is kept per process is looked up
    few = queries(client)
    for _ in range(4):
        escalated_mail(desk.cast, at=desk.solved_call.received_at)
    fill()
    assert queries(client) == few


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as context:
        page(client, **(CROSSED | {"by": "team", "and": "agent"}))
    return len(context)


class TestDrawing:
    @staticmethod
    def crossed(value: float | None, n: int | None) -> Crossed:
        return Crossed(value, f"{value}", Link("/x", "x", ""), Link("/n", "n", ""), n)

    def test_shades_run_from_the_lowest_to_the_highest_of_those_with_enough(self) -> None:
        found = {
            ("a", "x"): self.crossed(10, 50),
            ("a", "y"): self.crossed(90, 5),
            ("b", "x"): self.crossed(100, 4),
            ("c", "x"): self.crossed(1_000, 99),  # a row that is not shown
        }
        plot = draw_crossing(
            found, rows={"a": "A", "b": "B"}, columns={"x": "X", "y": "Y"}, name="", corner=""
        )
        assert [[cell.shade for cell in row.cells] for row in plot.rows] == [[0, 3], [None, None]]
        assert (plot.low, plot.high) == ("10", "90")
        assert plot.rows[1].cells[1].link is None

    def test_a_cell_without_a_value_opens_nothing(self) -> None:
        found = {("a", "x"): self.crossed(None, 0)}
        plot = draw_crossing(found, rows={"a": "A"}, columns={"x": "X"}, name="", corner="")
        assert plot.is_empty

    @pytest.mark.parametrize(
        ("value", "shade"), [(0, 0), (24, 0), (25, 1), (50, 2), (75, 3), (100, 3)]
    )
    def test_four_even_shades(self, value: float, shade: int) -> None:
        assert shade_of(value, [0, 100]) == shade

    def test_all_alike_are_shaded_alike(self) -> None:
        assert shade_of(7, [7, 7]) == 1
