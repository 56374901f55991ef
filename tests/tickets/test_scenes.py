"""The scenes that other tests begin with end where they say, and their ledger agrees."""

from datetime import datetime

import pytest

from tests.cast import Cast
from tests.tickets.scenes import ticket_in
from tickets.choices import Status


@pytest.mark.parametrize("status", Status.values)
def test_scene_ends_in_its_status(cast: Cast, now: datetime, status: str) -> None:
    ticket = ticket_in(cast, status, at=now)
    ticket.refresh_from_db()
    assert ticket.status == status
    assert ticket.received_at == now
