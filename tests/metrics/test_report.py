"""metrics_report: the JSON that others read, the last day included, under any policy; and docs."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from metrics import docs
from metrics.fill import fill_touched
from metrics.registry import all_figures
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.choices import Channel
from tickets.services.picking import pick_up
from tickets.services.states import resolve

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")
RATE = {"numerator", "denominator", "value", "undecided", "unmeasured"}
SPREAD = {"n", "mean", "median", "p90", "p95"}


def _report(*options: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("metrics_report", *options, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.fixture
def _two(cast: Cast) -> None:
    """One solved by mail, one waiting."""
    ticket = new_ticket(cast, at=MONDAY, channel=Channel.EMAIL)
    pick_up(ticket, actor=cast.agent, at=MONDAY + timedelta(minutes=10))
    resolve(
        ticket,
        resolution_code="solved",
        reply="Do this.",
        actor=cast.agent,
        at=MONDAY + timedelta(hours=1),
    )
    new_ticket(cast, at=datetime(2026, 3, 31, 21, 59, tzinfo=UTC))
    fill_touched()


@pytest.mark.django_db
@pytest.mark.usefixtures("_two")
def test_its_json_has_the_promised_shape() -> None:
    found = _report(*MARCH)
    assert list(found) == ["from", "to", "zone", "as_of", "policy", "figures"]
    answers = found["figures"]
    for key in ("fcr", "flr", "bounce_rate", "l1_capable", "nia"):
        assert set(answers[key]) == RATE
    assert set(answers["reopen_rate"]) == RATE | {"events"}
    assert set(answers["escalation_rate"]) == {"from_l1", "from_l2"}
    assert set(answers["escalation_rate"]["from_l1"]) == RATE
    assert set(answers["ttr"]) == {"unit", "net", "gross"}
    assert set(answers["ttr"]["net"]) == {"calendar", "business"}
    assert set(answers["ttfr"]["calendar"]) == SPREAD
    assert answers["ttfr"]["calendar"]["mean"] == 600
    assert answers["ttfr"]["waiting"]["n"] == 1
    assert answers["fcr"]["value"] == 100
    assert answers["bounce_rate"]["value"] is None
    assert (answers["created"], answers["resolved"], answers["cancelled"]) == (2, 1, 0)
    assert len(answers["backlog"]) == 31
    assert answers["backlog"]["2026-03-30"] == 0
    assert answers["backlog"]["2026-03-31"] == 1
    assert set(answers) >= {figure.key for figure in all_figures()}


@pytest.mark.django_db
@pytest.mark.usefixtures("_two")
def test_by_segment_and_policy(cast: Cast) -> None:
    found = _report(*MARCH, "--by", "channel", "--policy", "window=48h", "confirmation=customer")
    assert found["policy"]["window"] == "48h"
    assert set(found["segments"]) == {"email", "portal"}
    email = found["segments"]["email"]
    assert email["label"] == "E-mail"
    assert (email["figures"]["created"], email["figures"]["fcr"]["value"]) == (1, 0)
    assert set(email["figures"]["backlog"].values()) == {0}
    portal = found["segments"]["portal"]["figures"]
    assert portal["backlog"]["2026-03-31"] == 1
    assert portal["ttfr"]["calendar"]["n"] == 0
    assert portal["ttfr"]["waiting"]["n"] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_two")
def test_the_table_is_for_people() -> None:
    out = io.StringIO()
    call_command("metrics_report", *MARCH, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("2026-03-01 to 2026-03-31, Europe/Amsterdam")
    assert any(line.split() == ["fcr", "value", "100.000"] for line in lines)
    assert any(line.split() == ["bounce_rate", "value", "–"] for line in lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        ("--policy", "window=week"),
        ("--policy", "window"),
        ("--policy", "colour=blue"),
        ("--from", "2026-04-02"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("metrics_report", *MARCH, *options, stdout=io.StringIO())


def test_the_documentation_is_what_the_registry_says() -> None:
    assert docs.PATH.read_text(encoding="utf-8") == docs.text()
    for figure in all_figures():
        assert f"(`{figure.key}`)" in docs.text()
