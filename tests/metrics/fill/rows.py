"""What is stored as facts, as plain values that can be compared."""

from __future__ import annotations

from typing import Any

from metrics.models import (
    EscalationFact,
    ResolutionCycle,
    ResponseTurn,
    Stay,
    SurveyFact,
    TargetFact,
    TicketFacts,
)
from tickets.models import LedgerTouch, Ticket

MODELS = (TicketFacts, ResponseTurn, ResolutionCycle, Stay, EscalationFact, SurveyFact, TargetFact)
# When it was computed and under which id is no part of what is so.
NOT_FACTS = ("id", "computed_at")


def all_facts() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of facts."""
    found = {}
    for model in MODELS:
        columns = [f.attname for f in model._meta.concrete_fields if f.name not in NOT_FACTS]
        rows = model._default_manager.order_by("ticket_id", "pk").values_list(*columns)
        found[model.__name__] = list(rows)
    return found


def forget_facts() -> None:
    """Throw all facts away and ask for them anew."""
    for model in MODELS:
        model._default_manager.all().delete()
    LedgerTouch.objects.all().delete()
    LedgerTouch.objects.bulk_create(
        LedgerTouch(ticket=ticket, touched_at=ticket.recorded_at)
        for ticket in Ticket.objects.order_by("pk")
    )
