"""The schema tells the truth: every operation, fuzzed, answers as it says and never with 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from hypothesis import settings as effort
from knox.models import AuthToken
from schemathesis.specs.openapi.checks import positive_data_acceptance

from accounts.models import User
from helpdesk.wsgi import application
from tests.cast import Cast
from tickets.services.opening import open_ticket
from tickets.services.talking import add_note, reply

schema = schemathesis.pytest.from_fixture("api_schema")
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
def api_schema(cast: Cast) -> Any:
    """The document as served, on a desk with a few tickets."""
    for customer in (cast.customer, cast.viewer, cast.other_customer):
        ticket = open_ticket(
            customer=customer, actor=customer, subject="A", description="B", channel="portal"
        )
        reply(ticket, actor=cast.agent, body="Hello.")
        add_note(ticket, actor=cast.agent, body="For us.")
    config = schemathesis.Config.from_dict(
        {
            "phases": {"coverage": {"enabled": False}, "stateful": {"enabled": False}},
            "generation": {"max-examples": 6},
        }
    )
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, config=config)


def _call(case: Any, user: User) -> None:
    _, token = AuthToken.objects.create(user=user)
    # A schema cannot say which customers or tickets there are: a refusal of others is right.
    case.call_and_validate(
        headers={"Authorization": f"Token {token}", "Host": "localhost"},
        excluded_checks=[positive_data_acceptance],
    )


@pytest.fixture
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_: True
    )


@schema.parametrize()
@EFFORT
@pytest.mark.usefixtures("_no_limits")
def test_the_api_answers_staff_as_its_schema_says(case: Any, cast: Cast) -> None:
    _call(case, cast.administrator)


@schema.parametrize()
@EFFORT
@pytest.mark.usefixtures("_no_limits")
def test_the_api_answers_customers_as_its_schema_says(case: Any, cast: Cast) -> None:
    _call(case, cast.customer)


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
    for path, method, operation in operations:
        assert {"400", "401", "403", "404", "429"} <= operation["responses"].keys(), (path, method)
    assert "Warning" not in capsys.readouterr().err
