"""The metrics page: who sees it, what it keeps in its address, its states."""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics.query import Segment
from metrics.registry import all_figures
from metrics.web.pairs import PAIRS
from tests.cast import Cast
from tests.metrics.web.conftest import WEEK, Desk, escalated_mail, fill, solved_call

pytestmark = pytest.mark.django_db

PAGE = "/metrics/"
# Both periods are counted at once, a query per kind of row, whatever the size of the desk. Backlogs
# of days that are over are told as known then; two filters leave no snapshots to ask. Who waits is
# a query for each figure that has such: pick-ups, answers, promises.
QUERIES: list[tuple[dict[str, str], int]] = [
    ({}, 46),
    (WEEK, 48),
    ({**WEEK, "level": "1"}, 46),
    ({**WEEK, "level": "1", "tier": "premier"}, 43),
]


def html_of(client: Client, path: str = PAGE, **params: str | list[str]) -> str:
    response = client.get(path, params)
    assert response.status_code == 200, response
    return response.content.decode()


@pytest.mark.parametrize("role", ["agent", "l3_agent", "lead", "manager", "administrator"])
def test_staff_see_the_page(client: Client, desk: Desk, role: str) -> None:
    client.force_login(getattr(desk.cast, role))
    html = html_of(client, **WEEK)
    assert "First contact" in html
    assert html.count('class="card tile"') == len(PAIRS)
    assert html.count('class="card chart') == 7


@pytest.mark.parametrize(
    "path", [PAGE, "/metrics/tickets/?figure=fcr", "/metrics/export.csv?figure=fcr"]
)
def test_customers_do_not(client: Client, desk: Desk, path: str) -> None:
    client.force_login(desk.cast.customer)
    response = client.get(path)
    assert response.status_code == 302
    assert "/portal/" in client.get(path, follow=True).redirect_chain[-1][0]


def test_strangers_are_asked_to_sign_in(client: Client, db: None) -> None:
    assert "login" in client.get(PAGE)["Location"]


def test_an_empty_desk_says_what_comes_next(client: Client, cast: Cast) -> None:
    client.force_login(cast.agent)
    html = html_of(client)
    assert "Nothing to count yet" in html
    assert "Log the first ticket" in html


def test_a_period_without_tickets_has_dashes_and_reasons(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = html_of(client, **{"from": "2025-01-06", "to": "2025-01-12"})
    assert html.count("value--none") > 5
    assert "no tickets to count" in html
    assert "No ticket was resolved in this period." in html


def test_figures_are_shown_with_their_n(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    text = re.sub(r"<[^>]+>", "", html_of(client, **WEEK))
    # Two of four decided: the call and, although reopened, no: it was followed up.
    assert "1 of 4" in text
    assert "1 undecided, 20.0" in text
    # Two of three resolved tickets of L1 never left it; two of five moved up.
    assert "2 of 3" in text
    assert "2 of 5" in text
    assert "1 still waits" in text


def test_what_is_waiting_to_be_counted_is_said(client: Client, desk: Desk, now: datetime) -> None:
    solved_call(desk.cast, at=now)
    client.force_login(desk.cast.manager)
    assert "1 changed ticket is being counted" in html_of(client, **WEEK)


def test_the_address_is_kept_by_every_form_and_link(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = html_of(client, **WEEK, tier="premier", window="48h", show="flr", level=["1", "2"])
    bar = html[html.index("metrics-bar") : html.index('class="asof"')]
    forms = re.findall(r"<form.*?</form>", bar, re.DOTALL)
    assert len(forms) == 4
    for form in forms:
        for name, value in (("show", "flr"), ("window", "48h"), ("tier", "premier")):
            hidden = f'name="{name}" value="{value}"'
            chosen = f'value="{value}" selected' if name == "window" else f'value="{value}" checked'
            assert hidden in form or chosen in form, (name, form)
    for href in re.findall(r'href="(/metrics/\?[^"]+)"', bar):
        assert "show=flr" in unescape(href)
    assert "Level <b" in bar
    assert "L1, L2" in bar


def test_what_is_printed_says_what_was_asked(client: Client, desk: Desk) -> None:
    """The bar of filters is no use on paper; what it says is."""
    client.force_login(desk.cast.manager)
    html = html_of(client, **WEEK, tier="premier", window="48h", level=["1", "2"])
    printed = re.search(r'<p class="printed">([^<]+)</p>', html)
    assert printed is not None
    assert " ".join(unescape(printed[1]).split()) == (
        "Against 23 Feb – 1 Mar 2026 · FCR rule: 48 hours, first contact · Level: L1, L2 "
        "· Customer tier: Premier"
    )


def test_a_chip_leads_to_the_page_without_it(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = html_of(client, **WEEK, tier="premier", channel="email")
    chip = re.search(r'<a class="filter filter--on" href="([^"]+)">Customer tier', html)
    assert chip is not None
    assert "tier" not in chip[1]
    assert "channel=email" in chip[1]


def test_an_untidy_address_becomes_a_tidy_one(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    response = client.get("/metrics/?level=2&period=90d&tier=&level=2&utm=x&compare=none")
    assert response.status_code == 302
    assert response["Location"] == "/metrics/?compare=none&level=2"
    assert client.get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-03-09&to=2026-03-02", "The period ends before it starts."),
        ("from=soon&to=2026-03-02", "Write both dates"),
        ("from=2026-03-02", "Write both dates"),
        ("from=0001-01-01&to=2026-03-02", "Choose days from 1971 on."),
        ("from=1990-01-01&to=2026-03-02", "Choose ten years at most."),
        ("level=high", "are numbers"),
        ("level=99999999999999999999999", "longer than any"),
        ("team=99999999999999999999999", "longer than any"),
        ("service=99999999999999999999999", "longer than any"),
        ("service=high", "are numbers"),
        ("window=soon", "is no value of the policy"),
        ("show=happiness", "is no figure"),
        ("by=mood", "is no by"),
        ("period=age", "is no period"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(
    client: Client, desk: Desk, query: str, sentence: str
) -> None:
    client.force_login(desk.cast.manager)
    response = client.get(f"/metrics/?{query}")
    assert response.status_code == 400
    assert sentence in unescape(response.content.decode())


def test_every_figure_can_be_drawn_by_every_segment(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    for figure, by in zip(all_figures(), itertools.cycle(Segment.values), strict=False):
        for card in ("trend", "segments"):
            query = urlencode({**WEEK, "show": figure.key, "by": by, "clock": "calendar"})
            assert client.get(f"/metrics/charts/{card}.csv?{query}").status_code == 200


def test_dates_that_cannot_be_shown_stay_as_they_were_typed(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = client.get("/metrics/?from=2026-03-09&to=2026-03-02").content.decode()
    assert 'name="from" required value="2026-03-09"' in html
    assert 'name="to" required value="2026-03-02"' in html


def test_there_is_nothing_inline(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = html_of(client, **WEEK)
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\son[a-z]+=", html)


def test_the_number_of_queries_does_not_grow(client: Client, desk: Desk, now: datetime) -> None:
    client.force_login(desk.cast.manager)
    html_of(client)  # what is kept per process is looked up
    assert _queries(client) == QUERIES
    for hours in range(5):
        solved_call(desk.cast, at=now + timedelta(hours=hours))
        escalated_mail(desk.cast, at=now)
    fill()
    assert _queries(client) == QUERIES


def _queries(client: Client) -> list[tuple[dict[str, str], int]]:
    """How many each of the addresses takes."""
    found = []
    for params, _ in QUERIES:
        with CaptureQueriesContext(connection) as context:
            html_of(client, **params)
        found.append((params, len(context)))
    return found
