"""A mailbox of the first line."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tickets.models import Mailbox


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    """support@desk.example; its own server checks senders."""
    return Mailbox.objects.create(
        address="support@desk.example",
        name="Acme support",
        team=cast.l1,
        category=cast.category,
        trusted_servers=["mx.desk.example"],
    )
