"""From a number to its tickets: tile, mark, list, file and query service agree, within rights."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client

from metrics.query import Scope, figures, parts_of
from metrics.query import tickets as tickets_of
from metrics.registry import all_figures
from metrics.web.cards import CARDS
from tests.cast import Cast
from tests.metrics.web.conftest import WEEK, Desk, fill
from tests.tickets.scenes import new_ticket

pytestmark = pytest.mark.django_db

LIST, FILE = "/metrics/tickets/", "/metrics/export.csv"
SCOPE = Scope(start=date(2026, 3, 2), end=date(2026, 3, 8), as_of=datetime(2026, 11, 1, tzinfo=UTC))


def listed(client: Client, href: str) -> int:
    """How many tickets a list says that it has."""
    html = client.get(href).content.decode()
    found = re.search(r'role="status"><b>([\d,]+)</b>', html)
    assert found is not None, href
    return int(found[1].replace(",", ""))


def file_rows(client: Client, href: str) -> list[list[str]]:
    """The rows of a file, without its head."""
    response = client.get(href)
    assert response["Content-Type"].startswith("text/csv")
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


EVERY_PART = [
    (figure.key, variant, part)
    for figure in all_figures()
    for variant in figure.measures
    for part in parts_of(figure)
]


def test_list_and_file_are_what_the_service_gives(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    for key, variant, part in EVERY_PART:
        query = f"?from=2026-03-02&to=2026-03-08&figure={key}&variant={variant}&part={part}"
        wanted = tickets_of(key, SCOPE, part=part, variant=variant, user=desk.cast.manager)
        assert listed(client, LIST + query) == wanted.count(), query
        numbers = {int(row[0]) for row in file_rows(client, FILE + query)}
        assert numbers == set(wanted.values_list("pk", flat=True)), query


def test_a_tile_opens_as_many_tickets_as_it_counts(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = client.get("/metrics/", WEEK).content.decode()
    answers = figures([f.key for f in all_figures() if f.source.noun == "tickets"], SCOPE)
    opened = 0
    for key, answer in answers.items():
        for part in ("numerator", "denominator", "undecided", "unmeasured"):
            # The tile of next issues in any category asks under a policy of its own.
            address = rf'href="([^"]*figure={key}&amp;part={part}(?![^"]*nia_match)[^"]*)"'
            href = re.search(address, html)
            if href:
                opened += 1
                assert listed(client, unescape(href[1])) == getattr(answer.main, part), (key, part)
    assert opened > 10


def test_a_cell_without_tickets_lists_none(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    href = f"{LIST}?from=2026-03-02&to=2026-03-08&figure=created&part=count&weekday=6&hour=3"
    assert listed(client, href) == 0
    assert "No ticket here" in client.get(href).content.decode()


def test_a_reader_sees_only_what_they_may_open(client: Client, desk: Desk) -> None:
    query = "?from=2026-03-02&to=2026-03-08&figure=created&part=count"
    client.force_login(desk.cast.agent)
    html = client.get(LIST + query).content.decode()
    assert listed(client, LIST + query) == 4
    assert "1 more counts that you may not open" in html
    assert f"/tickets/{desk.confidential.pk}/" not in html
    assert str(desk.confidential.pk) not in [row[0] for row in file_rows(client, FILE + query)]
    client.force_login(desk.cast.insider)
    assert listed(client, LIST + query) == 5
    assert "may not open" not in client.get(LIST + query).content.decode()


def test_a_figure_of_events_says_both_numbers(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = client.get(f"{LIST}?from=2026-03-02&to=2026-03-08&figure=bounce_rate&part=denominator")
    assert html.status_code == 200


def test_filters_and_policies_narrow_the_list(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    base = f"{LIST}?from=2026-03-02&to=2026-03-08&figure=created&part=count"
    assert listed(client, f"{base}&channel=phone") == 2
    assert listed(client, f"{base}&channel=phone&channel=email") == 4
    html = client.get(f"{base}&channel=phone").content.decode()
    assert "Channel Phone" in html


def test_pages_are_by_key_and_hold_every_ticket_once(
    client: Client, cast: Cast, now: datetime
) -> None:
    made = {new_ticket(cast, at=now).pk for _ in range(60)}
    fill()
    client.force_login(cast.agent)
    href = f"{LIST}?from=2026-03-02&to=2026-03-08&figure=created&part=count"
    first = client.get(href).content.decode()
    older = re.search(r'href="([^"]+after=[^"]+)"', first)
    assert older is not None
    second = client.get(unescape(older[1])).content.decode()
    numbers = [
        set(map(int, re.findall(r'href="/tickets/(\d+)/"', html))) for html in (first, second)
    ]
    assert [len(page) for page in numbers] == [50, 10]
    assert numbers[0] | numbers[1] == made
    assert "Older ones" not in second


def test_a_file_is_safe_to_open_in_a_spreadsheet(client: Client, cast: Cast, now: datetime) -> None:
    new_ticket(cast, at=now, subject='=HYPERLINK("http://x")')
    fill()
    client.force_login(cast.agent)
    rows = file_rows(client, f"{FILE}?from=2026-03-02&to=2026-03-08&figure=created&part=count")
    assert rows[0][1] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    "query",
    [
        "figure=happiness",
        "figure=fcr&part=best",
        "figure=ttr&variant=raw",
        "figure=created&hour=25",
        "figure=created&weekday=x",
        "figure=created&older=-3",
        "",
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(client: Client, desk: Desk, query: str) -> None:
    client.force_login(desk.cast.agent)
    for path in (LIST, FILE):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 400
        assert "That cannot be shown" in response.content.decode()


@pytest.mark.parametrize("card", [card for card in CARDS if card not in ("policies", "crossed")])
def test_every_chart_is_a_file_of_its_table(client: Client, desk: Desk, card: str) -> None:
    client.force_login(desk.cast.agent)
    assert file_rows(client, f"/metrics/charts/{card}.csv?from=2026-03-02&to=2026-03-08")
    assert client.get("/metrics/charts/none.csv").status_code == 404


def test_all_figures_are_a_file(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.agent)
    rows = file_rows(client, "/metrics/figures.csv?from=2026-03-02&to=2026-03-08")
    by_name = {(row[2], row[3]): row for row in rows}
    assert {figure.key for figure in all_figures()} == {key for key, _ in by_name}
    assert by_name["created", ""][5] == "5"
    assert by_name["flr", ""][5:8] == [str(200 / 3), "2", "3"]


def test_a_list_says_as_of_when_it_is_counted(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.agent)
    asked = f"{LIST}?from=2026-03-02&to=2026-03-08&figure=created&part=count"
    before = client.get(asked).content.decode()
    assert "As of " in before
    assert "being counted" not in before
    new_ticket(desk.cast)
    assert "1 changed ticket is being counted" in client.get(asked).content.decode()


def test_the_number_of_queries_of_a_list_does_not_grow(
    client: Client, desk: Desk, now: datetime, django_assert_max_num_queries
) -> None:
    client.force_login(desk.cast.agent)
    for _ in range(55):
        new_ticket(desk.cast, at=now)
    fill()
    with django_assert_max_num_queries(20):
        client.get(f"{LIST}?from=2026-03-02&to=2026-03-08&figure=created&part=count")
