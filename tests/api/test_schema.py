"""The schema tells the truth: every operation, fuzzed, answers as it says and never with 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from hypothesis import settings as effort
from knox.models import AuthToken
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.models import User
from helpdesk.errors import STATUS_OF
from helpdesk.wsgi import application
from metrics.policy import Match
from tests.architecture.sources import ROOT
from tests.cast import Cast
from tests.effort import examples
from tickets import errors
from tickets.choices import Channel
from tickets.services.opening import open_ticket
from tickets.services.talking import add_note, reply

for_staff = schemathesis.pytest.from_fixture("schema_for_staff")
for_customers = schemathesis.pytest.from_fixture("schema_for_customers")
EFFORT = effort(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's own transaction: the site would close its connection after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema_for_staff(cast: Cast) -> Any:
    """What is wrong or at an edge, field by field, as well: the errors are the same for all."""
    return _read_schema(cast, has_coverage=True)


@pytest.fixture
def schema_for_customers(cast: Cast) -> Any:
    return _read_schema(cast, has_coverage=False)


def _read_schema(cast: Cast, *, has_coverage: bool) -> Any:
    """The document as served, on a desk with a few tickets."""
    for customer in (cast.customer, cast.viewer, cast.other_customer):
        ticket = open_ticket(
            customer=customer, actor=customer, subject="A", description="B", channel="portal"
        )
        reply(ticket, actor=cast.agent, body="Hello.")
        add_note(ticket, actor=cast.agent, body="For us.")
    config = schemathesis.Config.from_dict(
        {
            # One call at a time: what calls do together is told by tests of their own.
            "phases": {"coverage": {"enabled": has_coverage}, "stateful": {"enabled": False}},
            "generation": {"max-examples": examples(3)},
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, config=config)
    schema.hook("filter_case")(_is_of_this_run)
    return schema


def _is_of_this_run(context: Any, case: Any) -> bool:
    """Whether a case is tried: of the thousands of the coverage phase one in ten, always the same,
    and all with TEST_EFFORT=10."""
    if case.meta.phase.name != TestPhase.COVERAGE:
        return True
    sent = (case.operation.label, case.path_parameters, case.query, case.headers, case.body)
    return crc32(repr(sent).encode()) % 10 < examples(1)


def _call(case: Any, user: User) -> None:
    # A token for each call, since one of them takes tokens back. Signing in looks at all tokens of
    # a user, so that those of earlier calls would make each slower than the last.
    AuthToken.objects.filter(user=user).delete()
    _, token = AuthToken.objects.create(user=user)
    case.call_and_validate(
        headers={"Authorization": f"Token {token}", "Host": "localhost"},
        excluded_checks=[] if _is_whole(case, user) else [positive_data_acceptance],
    )


def _is_whole(case: Any, user: User) -> bool:
    """Whether what the schema allows is never refused. It cannot say which customers or tickets
    there are for what is sent, which filters are the staff's, which end of a period comes after
    which beginning, nor which figure has which variant, part and segment."""
    asks_of_one = re.search("/metrics/figures/{key}/.", case.path)
    has_period = bool({"from", "to"} & (case.query or {}).keys())
    return case.method == "GET" and user.is_agent and not asks_of_one and not has_period


@pytest.fixture
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_: True
    )


@for_staff.parametrize()
@EFFORT
@pytest.mark.usefixtures("_no_limits")
def test_the_api_answers_staff_as_its_schema_says(case: Any, cast: Cast) -> None:
    _call(case, cast.administrator)


@for_customers.parametrize()
@EFFORT
@pytest.mark.usefixtures("_no_limits")
def test_the_api_answers_customers_as_its_schema_says(case: Any, cast: Cast) -> None:
    _call(case, cast.customer)


def test_the_schema_says_what_figures_are_asked_by() -> None:
    """To the letter: a program can offer each choice, and check what is written."""
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    asked = paths["/api/v1/metrics/figures/{key}/tickets/"]["get"]["parameters"]
    takes = {each["name"]: each["schema"] for each in asked}
    assert {"fcr", "backlog"} <= set(takes["key"]["enum"])
    assert {"numerator", "promoters", "waiting"} <= set(takes["part"]["enum"])
    assert {"accept", "first_reply"} <= set(takes["variant"]["enum"])
    assert takes["from"]["format"] == takes["to"]["format"] == "date"
    assert set(takes["channel"]["items"]["enum"]) == {*Channel.values, "0"}
    assert re.fullmatch(takes["team"]["items"]["pattern"], "12")
    assert takes["match"]["enum"] == Match.values
    for key, good, bad in (("window", "5bd", "week"), ("ttr_stops", "on_hold,resolved", "noon")):
        assert re.match(takes[key]["pattern"], good)
        assert not re.match(takes[key]["pattern"], bad)
    assert {"status", "is_open", "received_after"} <= takes.keys()
    of_ticket = paths["/api/v1/tickets/{number}/contacts/"]["get"]["parameters"]
    assert {"channel", "is_live", "is_by_customer"} <= {each["name"] for each in of_ticket}


def test_the_schema_is_complete_and_without_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    document = SchemaGenerator().get_schema(public=True)
    assert document["openapi"].startswith("3.")
    assert settings.SPECTACULAR_SETTINGS["TITLE"] == document["info"]["title"]
    operations = [
        (path, method, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    assert len(operations) > 50
    always, on_write = (
        {"400", "401", "403", "404", "405", "406", "429"},
        {"409", "413", "415", "503"},
    )
    for path, method, operation in operations:
        listed = always if method == "get" else always | on_write
        assert listed <= operation["responses"].keys(), (path, method)
    assert "Warning" not in capsys.readouterr().err


def test_the_schema_lists_every_code_that_a_program_can_meet() -> None:
    schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    code = schemas["Error"]["properties"]["error"]["properties"]["code"]
    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "api.md").read_text(), re.MULTILINE)
    assert set(code["enum"]) == set(told)
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    raised = {each.code for each in kinds if issubclass(each, errors.DeskError)}
    assert {"wrong_state", "dated_back", "unavailable"} <= raised <= set(code["enum"])
    assert raised == STATUS_OF.keys()
