"""Every number and mark of the page opens exactly its tickets: the whole page is walked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from metrics.web.drill import read_drill
from metrics.web.links import drill_params
from tests.cast import make_cast
from tests.kept import kept
from tests.metrics.desk import RandomDesk

LIST: Final = "/metrics/tickets/"

SILENT: Final = frozenset(
    (
        *("h2", "h3", "th", "header", "to-chart"),  # names and headings: "L1", "4–24 hours"
        *("legend", "tick", "row-name"),  # what colours and axes mean
        *("delta", "side-change"),  # what two numbers differ by that both open
        "pins",  # what a rule is, how many rows are left out
    )
)
"""Elements and classes whose numbers count no tickets."""
PLAIN: Final = re.compile(
    r"(n\u00a0)?0|p90|≈ (within )?0\.5\u202f%"  # nothing, a name, how exact
    r"|now, \d\d:\d\d|State (now, \d\d:\d\d|at the end of .*)"  # when
)
COUNTS: Final = re.compile(
    r"(?:.*: )?(?:n )?([\d,]+)(?: (?:undecided|unmeasured|tickets?|still|unanswered)\b.*)?"
)


@dataclass
class Element:
    """An open tag: what it is, where it leads, what is said in it."""

    tag: str
    names: frozenset[str]
    href: str = ""
    label: str = ""
    is_hidden: bool = False
    text: list[str] = field(default_factory=list)


class Walk(HTMLParser):
    """Reads the tiles and the charts: the links to lists, and the numbers outside of any."""

    VOID: Final = ("meta", "link", "input", "img", "br")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[Element] = []
        self.loose: list[str] = []
        self.links: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        classes = frozenset((tag, *found.get("class", "").split()))
        hidden = found.get("aria-hidden") == "true"
        element = Element(tag, classes, found.get("href", ""), found.get("aria-label", ""), hidden)
        if tag not in self.VOID:
            self.open.append(element)
        if element.href.startswith(LIST):
            self.links.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        link = next((one for one in self.open if one.href.startswith(LIST)), None)
        if link:
            link.text.append(data)
        elif self._is_shown() and re.search(r"\d", data):
            self.loose += [one for one in _pieces(data) if not PLAIN.fullmatch(one)]

    def _is_shown(self) -> bool:
        names = frozenset(name for one in self.open for name in one.names)
        is_figure = not names.isdisjoint({"tiles", "charts"})
        return is_figure and not names & SILENT and not any(one.is_hidden for one in self.open)


def _pieces(text: str) -> Iterable[str]:
    return (one for one in (part.strip() for part in text.split(" · ")) if re.search(r"\d", one))


def rich_desk() -> tuple[User, datetime]:
    """A month of everything, all of it filled: who may open it all, and when that was."""
    cast = make_cast()
    desk = RandomDesk(cast, seed=11, start=datetime(2026, 3, 2, 9, tzinfo=UTC))
    desk.play(120)
    desk.fill()
    return cast.manager, desk.now


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        {"show": "fcr", "and": "channel", "beside_window": "24h"},
        {"show": "ttr", "by": "team", "clock": "calendar", "beside_ttr_stops": "none"},
        {"show": "nps", "by": "level", "and": "priority"},
        {"show": "availability", "by": "service"},
        {"show": "backlog", "by": "priority", "and": "level"},
    ],
)
def test_every_number_opens_its_tickets(client: Client, asked: dict[str, str]) -> None:
    manager, now = kept(rich_desk)
    last = now.date()
    days = {"from": f"{last - timedelta(days=20)}", "to": f"{last}"}
    client.force_login(manager)
    with time_machine.travel(now, tick=False):
        response = client.get("/metrics/", days | asked)
        assert response.status_code == 200, response
        page = Walk(response.content.decode())
        assert page.loose == []
        counted = {
            (one.href, number) for one in page.links if (number := number_of(one)) is not None
        }
        assert [told for told in counted if not opens(*told, reader=manager)] == []
    assert len(counted) > 100


def number_of(link: Element) -> int | None:
    """How many it says that it opens; None where it says something else, as a time or a share."""
    said = " ".join("".join(link.text).split()) or link.label
    found = COUNTS.fullmatch(said) or re.fullmatch(r".*: ([\d,]+) tickets?\b.*", link.label)
    return int(found[1].replace(",", "")) if found else None


def opens(href: str, number: int, *, reader: User) -> bool:
    """Whether the list has so many; of what a ticket can have several of, so many at most."""
    query = parse_qs(urlsplit(href).query)
    drill = read_drill(drill_params(query), reader=reader, now=timezone.now())
    if drill.figure.source.noun == "tickets" and drill.figure.key != "touch_time":
        return drill.number == number
    return drill.number <= number and bool(drill.number) == bool(number)
