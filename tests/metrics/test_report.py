"""metrics_report: the JSON that others read, the last day included, under any policy; and docs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
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


def _report(*options: str, stderr: io.StringIO | None = None) -> dict[str, Any]:
    out = io.StringIO()
    call_command("metrics_report", *options, "--format", "json", stdout=out, stderr=stderr)
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
    assert set(answers["cancelled_by_reason"].values()) == {0}
    assert len(answers["backlog"]) == 31
    assert answers["backlog"]["2026-03-30"] == 0
    assert answers["backlog"]["2026-03-31"] == 1
    assert set(answers) >= {figure.key for figure in all_figures()}
    assert set(answers["nia_any"]) == RATE
    # The solved ticket has no category: whether its customer came again in the same one, nobody
    # can know. In any they did, on the 29th day after.
    assert (answers["nia"]["unmeasured"], answers["nia_any"]["value"]) == (1, 0)


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
    assert (email["figures"]["nia"]["unmeasured"], email["figures"]["nia_any"]["value"]) == (1, 0)
    assert portal["nia_any"]["value"] is None


@pytest.mark.django_db
@pytest.mark.usefixtures("_two")
def test_two_segments_are_crossed(cast: Cast, client: Client) -> None:
    """The solved mail is Anna's, the waiting ticket came by the portal and is nobody's; every pair
    opens to its tickets by both as filters."""
    mail, waits = f"email,{cast.agent.pk}", "portal,0"
    found = _report(*MARCH, "--by", "channel,agent")
    assert (found["by"], set(found["segments"])) == ("channel,agent", {mail, waits})
    solved = found["segments"][mail]
    assert solved["label"] == "E-mail · Anna Staff"
    assert (solved["figures"]["resolved"], solved["figures"]["ttfr"]["calendar"]["n"]) == (1, 1)
    open_one = found["segments"][waits]["figures"]
    assert (open_one["created"], open_one["ttfr"]["waiting"]["n"]) == (1, 1)
    assert open_one["backlog"]["2026-03-31"] == 1
    client.force_login(cast.manager)
    frame, period = "/api/v1/metrics/figures/created/", "from=2026-03-01&to=2026-03-31"
    answers = [
        client.get(f"{frame}breakdown/?{period}&{by}").json()
        for by in ("by=channel&by=agent", "by=channel,agent")
    ]
    assert answers[0] == answers[1]
    assert {one["value"]: one["figure"] for one in answers[0]["segments"]} == {mail: 1, waits: 1}
    opened = client.get(
        f"{frame}tickets/?{period}&part=count&channel=email&agent={cast.agent.pk}"
    ).json()
    assert len(opened["results"]) == 1
    for asked, count in (("status=new", 1), ("status=resolved&is_open=false", 1), ("tag=x", 0)):
        rows = client.get(f"{frame}tickets/?{period}&part=count&{asked}").json()["results"]
        assert len(rows) == count, asked
    for wrong, name in (("status=lost", "status"), ("channel=pigeon", "channel.0")):
        refused = client.get(f"{frame}tickets/?{period}&part=count&{wrong}")
        assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [name])
    for by in ("", "by=shoe", "by=agent&by=agent", "by=agent,team,tier"):
        refused = client.get(f"{frame}breakdown/?{period}&{by}")
        assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["by"])


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
        ("--by", "shoe"),
        ("--by", "agent,agent"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_sentence(options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("metrics_report", *MARCH, *options, stdout=io.StringIO())


@pytest.mark.django_db
@pytest.mark.usefixtures("_two")
def test_as_of_is_up_to_when_everything_is_counted(cast: Cast, client: Client) -> None:
    """A ticket of ten past is not measured yet: the figures are those of before, and say so."""
    now = datetime(2026, 4, 2, 9, tzinfo=UTC)
    address = "/api/v1/metrics/figures/created/?from=2026-03-01&to=2026-04-02"
    client.force_login(cast.manager)
    with time_machine.travel(now, tick=False):
        assert _report(*MARCH)["as_of"] == now.isoformat()
    late = now + timedelta(minutes=10)
    with time_machine.travel(late, tick=False):
        new_ticket(cast)
    with time_machine.travel(late + timedelta(hours=1), tick=False):
        told = io.StringIO()
        found = _report(*MARCH, stderr=told)
        assert datetime.fromisoformat(found["as_of"]) == late - timedelta(microseconds=1)
        assert "not counted yet: 1." in told.getvalue()
        frame = client.get(address).json()
        assert datetime.fromisoformat(frame["as_of"]) == late - timedelta(microseconds=1)
        fill_touched()
        told = io.StringIO()
        assert datetime.fromisoformat(_report(*MARCH, stderr=told)["as_of"]) > late
        assert told.getvalue() == ""


@pytest.mark.django_db
def test_a_file_is_safe_to_open_and_tells_namesakes_apart(cast: Cast) -> None:
    """Two agents of one name that a spreadsheet would run as a formula."""
    for agent in (cast.agent, cast.second_agent):
        User.objects.filter(pk=agent.pk).update(name="=1+1")
        pick_up(new_ticket(cast, at=MONDAY), actor=agent, at=MONDAY)
    fill_touched()
    out = io.StringIO()
    call_command("metrics_report", *MARCH, "--by", "agent", "--format", "csv", stdout=out)
    rows = [
        row for row in csv.DictReader(out.getvalue().splitlines()) if row["figure"] == "created"
    ]
    assert list(rows[0]) == ["segment", "figure", "part", "value", "segment_value"]
    assert [(row["segment"], row["segment_value"], row["value"]) for row in rows] == [
        ("'=1+1", str(cast.agent.pk), "1"),
        ("'=1+1", str(cast.second_agent.pk), "1"),
        ("Nobody", "0", "0"),
    ]
    out = io.StringIO()
    call_command("metrics_report", *MARCH, "--by", "agent", stdout=out)
    assert f"=1+1 ({cast.agent.pk})" in out.getvalue()


def test_the_documentation_is_what_the_registry_says() -> None:
    assert docs.PATH.read_text(encoding="utf-8") == docs.text()
    for figure in all_figures():
        assert f"(`{figure.key}`)" in docs.text()
