"""Outside the desk's hours: what customers are told, on tickets and on the forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from tests.cast import Cast
from tests.metrics.policies import promise
from tests.portal.conftest import SignIn
from tests.tickets.scenes import new_ticket
from tickets.models import BusinessCalendar

CLOSED = "The desk is closed now and opens again"
SATURDAY = datetime(2026, 3, 7, 11, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.fixture
def _on_saturday() -> Iterator[None]:
    with time_machine.travel(SATURDAY, tick=False):
        yield


@pytest.mark.usefixtures("_on_saturday")
def test_a_promised_time_does_not_hide_that_the_desk_is_closed(cast: Cast, sign_in: SignIn) -> None:
    promise(first_response=240)
    ticket = new_ticket(cast)
    page = sign_in(cast.customer).get(f"/portal/{ticket.pk}/").content.decode()
    assert "Somebody begins with it by" in page
    assert page.count(CLOSED) == 1


@pytest.mark.usefixtures("_on_saturday")
def test_the_forms_say_it_before_somebody_writes(cast: Cast, sign_in: SignIn) -> None:
    for page in (sign_in(cast.customer).get("/portal/new/"), Client().get("/ask/")):
        words = page.content.decode()
        assert CLOSED in words
        assert re.search(r"<b class=\"nowrap\"><time[^>]*>[^<]*09:00", words)
        assert "Write all the same" in words


def test_open_or_without_hours_they_say_nothing(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(MONDAY, tick=False):
        assert CLOSED not in sign_in(cast.customer).get("/portal/new/").content.decode()
        assert CLOSED not in Client().get("/ask/").content.decode()
    BusinessCalendar.objects.update(is_default=False)
    with time_machine.travel(SATURDAY, tick=False):
        assert CLOSED not in Client().get("/ask/").content.decode()
