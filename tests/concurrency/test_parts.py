"""Workers that take the parts of a cancelled major incident out: each once, none is left."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cast import Cast
from tests.concurrency.conftest import Race
from tests.concurrency.killing import kill_in_the_middle
from tests.tickets.scenes import new_ticket
from tests.tickets.services_of import make_service
from tickets.choices import LinkKind
from tickets.models import Correction, Ticket
from tickets.services.ledger_check import find_differences
from tickets.services.outages import declare_outage
from tickets.services.parts import free_parts
from tickets.services.relating import link
from tickets.services.states import cancel

PARTS = 16


@pytest.fixture
def parts(cast: Cast, now: datetime) -> list[Ticket]:
    """Of an incident that is cancelled, and they hang on it still."""
    incident = new_ticket(cast, at=now)
    declare_outage(incident, services=[make_service()], actor=cast.agent)
    found = [new_ticket(cast, at=now) for _ in range(PARTS)]
    for part in found:
        link(part, other=incident, kind=LinkKind.CHILD_OF, actor=cast.agent)
    cancel(incident, reason="mistake", outages="voided", actor=cast.agent)
    return found


def assert_out_once(parts: list[Ticket]) -> None:
    assert not Ticket.objects.filter(parent__isnull=False).exists()
    freed = Correction.objects.order_by("ticket").values_list("ticket", flat=True)
    assert list(freed) == [part.pk for part in parts]
    assert list(find_differences(Ticket.objects.all())) == []


def test_three_workers_at_once(parts: list[Ticket], race: Race) -> None:
    assert sum(int(str(result)) for result in race(*[free_parts] * 3)) == PARTS
    assert_out_once(parts)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2])
def test_a_killed_worker_loses_and_doubles_nothing(parts: list[Ticket], seconds: float) -> None:
    kill_in_the_middle(
        imports="from tickets.services.parts import free_parts",
        act="free_parts()",
        has_begun=Correction.objects.exists,
        after=seconds,
    )
    free_parts()
    assert_out_once(parts)
