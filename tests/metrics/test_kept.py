"""A story's rows are put back as they were stored, and go on from there (see tests/kept.py)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from tests.cast import Cast, make_cast
from tests.kept import kept, stored
from tests.tickets.scenes import live_ticket, new_ticket
from tickets.models import Ticket
from tickets.search.tickets import search_tickets
from tickets.services.talking import reply

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
PLAYED: list[int] = []


def _story() -> Cast:
    cast = make_cast()
    ticket = live_ticket(cast, at=MONDAY, subject="Tab\tand back\\slash,\nin two lines")
    reply(ticket, actor=cast.agent, body="Restart the gateway: “ja”, 100 %.", at=MONDAY)
    PLAYED.append(ticket.pk)
    return cast


def _all_rows() -> dict[str, set[object]]:
    return {name: set(rows) for name, rows in stored().items()}


def test_rows_are_put_back_as_they_were() -> None:
    with transaction.atomic():
        first, rows = kept(_story), _all_rows()
        transaction.set_rollback(True)
    assert not Ticket.objects.exists()
    again = kept(_story)
    assert _all_rows() == rows
    assert (again, len(PLAYED)) == (first, 1)
    assert again.agent is not first.agent, "each has a copy of its own"


def test_they_are_found_and_gone_on_from() -> None:
    cast = kept(_story)
    ticket = Ticket.objects.get()
    for text in ("gateway", "carla", "slash"):
        found = search_tickets(Ticket.objects.all(), text, reader=cast.agent)
        assert list(found) == [ticket], text
    reply(ticket, actor=cast.agent, body="So?")
    assert new_ticket(cast).pk > ticket.pk


def test_what_a_story_finds_must_stay_as_it_is() -> None:
    cast = make_cast()

    def story() -> None:
        cast.agent.name = "Another"
        cast.agent.save()

    with pytest.raises(AssertionError, match="leaves alone"):
        kept(story)
