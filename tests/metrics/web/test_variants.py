"""Every variant of a figure can be drawn: a promise of one kind, gross instead of net."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from metrics.registry import all_figures, get_figure
from metrics.web import wording
from metrics.web.pairs import PAIRS
from metrics.web.shown import CLOCKS, Shown, kinds_of, read_shown, shown_as
from tests.cast import Cast, make_cast
from tests.kept import kept
from tests.metrics.policies import promise
from tests.metrics.web.conftest import WEEK, Desk, fill
from tests.tickets.scenes import new_ticket
from tickets.errors import InvalidInput
from tickets.services.escalating import accept_escalation, escalate
from tickets.services.states import resolve

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def delayed_by_l1(db: None) -> Cast:
    """L1 hands over two hours late; L2 accepts after 10 of its 60 minutes, and resolves in time."""
    return kept(_delayed)


def _delayed() -> Cast:
    cast = make_cast()
    promise(hand_over=(60, 1), accept=(60, 2), level_resolution=(120, 2))
    with time_machine.travel(MONDAY, tick=False):
        ticket = new_ticket(cast)
    with time_machine.travel(MONDAY + 3 * HOUR, tick=False):
        words = {"reason": "knowledge", "tried": "a", "known": "b"}
        escalate(ticket, actor=cast.agent, to_team=cast.l2, **words)  # type: ignore[arg-type]
    with time_machine.travel(MONDAY + 3 * HOUR + timedelta(minutes=10), tick=False):
        accept_escalation(ticket, actor=cast.l2_agent)
    with time_machine.travel(MONDAY + 4 * HOUR, tick=False):
        resolve(ticket, resolution_code="solved", actor=cast.l2_agent, is_l1_capable=False)
    fill()
    return cast


def rows(client: Client, card: str, **params: str) -> list[list[str]]:
    response = client.get(f"/metrics/charts/{card}.csv", WEEK | params)
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.getvalue().decode("utf-8-sig"))))[1:]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("show", "by_level"),
    [
        ("sla:hand_over", [["L1", "0.0", "1"]]),
        ("sla:accept", [["L2", "100.0", "1"]]),
        ("sla:level_resolution", [["L2", "100.0", "1"]]),
        ("sla_left:accept", [["L2", "3000.0", "1"]]),
        ("sla_over:hand_over", [["L1", "7200.0", "1"]]),
        ("sla", []),
    ],
)
def test_l2_is_not_blamed_for_the_delay_of_l1(
    client: Client, delayed_by_l1: Cast, show: str, by_level: list[list[str]]
) -> None:
    client.force_login(delayed_by_l1.manager)
    assert rows(client, "segments", show=show, by="level") == by_level


@pytest.mark.django_db
def test_internal_promises_have_tiles_that_lead_to_their_chart_by_level(
    client: Client, delayed_by_l1: Cast
) -> None:
    client.force_login(delayed_by_l1.manager)
    html = client.get("/metrics/", WEEK).content.decode()
    tile = next(each for each in html.split("<article") if "Accepted in time" in each)
    text = re.sub(r"<[^>]+>", "", tile)
    assert "Level in time" in text
    assert text.count("1 of 1") == 2
    assert "Hand-over: 0.0\u202f%, 0 of 1" in text
    to_chart = [unescape(href) for href in re.findall(r'class="to-chart" href="([^"]+)"', tile)]
    assert [href.split("show=")[1] for href in to_chart] == [
        "sla%3Aaccept&by=level#behind",
        "sla%3Alevel_resolution&by=level#behind",
    ]
    page = client.get(to_chart[0]).content.decode()
    assert "SLA compliance: acceptance, by level" in page


@pytest.mark.django_db
def test_a_mark_opens_the_tickets_of_its_variant(client: Client, delayed_by_l1: Cast) -> None:
    client.force_login(delayed_by_l1.manager)
    html = client.get("/metrics/", WEEK | {"show": "sla:accept", "by": "level"}).content.decode()
    chart = html[html.index('id="segments"') : html.index('id="levels"')]
    href = re.search(r'<a href="([^"]+)" aria-label="L2: 100', chart)
    assert href is not None
    assert "variant=accept" in unescape(href[1])
    assert "Acceptance" in client.get(unescape(href[1])).content.decode()


@pytest.mark.django_db
def test_the_menu_offers_every_kind_of_a_figure_and_keeps_the_clock_apart(
    client: Client, desk: Desk
) -> None:
    client.force_login(desk.cast.manager)
    params = WEEK | {"show": "ttr:gross", "clock": "calendar"}
    html = client.get("/metrics/", params).content.decode()
    menu = next(each for each in html.split("<details") if "Of it <b" in each)
    assert re.findall(r">(\w+, \w+ time)</a>", menu) == [
        "Net, calendar time",
        "Gross, calendar time",
    ]
    assert 'aria-current="true">Gross, calendar time' in menu
    assert "Time to resolution: gross, calendar time" in html


@pytest.mark.django_db
def test_a_figure_of_one_kind_has_no_menu_for_it(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    assert "Of it <b" not in client.get("/metrics/", WEEK | {"show": "ttfr"}).content.decode()


@pytest.mark.django_db
def test_a_segment_that_a_figure_lacks_is_not_offered(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    html = client.get("/metrics/", WEEK | {"show": "fcr", "by": "service"}).content.decode()
    menu = next(each for each in html.split("<details") if ">By <b>" in each)
    assert "Service" not in menu
    assert "By <b>level</b>" in menu
    assert "First contact resolution, by level" in html


@pytest.mark.django_db
def test_a_kind_that_a_figure_lacks_is_refused(client: Client, desk: Desk) -> None:
    client.force_login(desk.cast.manager)
    response = client.get("/metrics/", WEEK | {"show": "sla:lunch"})
    assert response.status_code == 400
    assert "“sla” is not told by “lunch”" in unescape(response.content.decode())


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_variant_can_be_named(clock: str) -> None:
    for figure in all_figures():
        drawn = {read_shown(Shown(figure, kind).text).variant(clock) for kind in kinds_of(figure)}
        of_clock = {name for name in figure.measures if name.rpartition(".")[2] not in CLOCKS}
        of_clock |= {name for name in figure.measures if name.rpartition(".")[2] == clock}
        assert drawn == of_clock, figure.key


def test_the_main_kind_goes_without_saying() -> None:
    assert shown_as(get_figure("ttr"), "net.calendar").text == "ttr"
    assert shown_as(get_figure("ttr"), "gross.calendar").text == "ttr:gross"
    assert shown_as(get_figure("escalation_rate"), "from_l1").text == "escalation_rate"
    with pytest.raises(InvalidInput):
        read_shown("fcr:never")


def test_every_promise_is_on_a_tile_or_in_its_foot() -> None:
    specs = [spec for pair in PAIRS for spec in pair if spec.key == "sla"]
    told = {spec.variant for spec in specs} | {spec.beside for spec in specs}
    assert told == set(get_figure("sla").measures)


@pytest.mark.parametrize(
    ("name", "within"),
    [("Acceptance", "acceptance"), ("From L1", "from L1"), ("CSAT answered", "CSAT answered")],
)
def test_names_within_a_sentence_keep_their_capitals(name: str, within: str) -> None:
    assert wording.within(name) == within
