"""What stands on a customer's page of a ticket beside the ticket itself, named briefly, so that a
page that is open can tell whether any of it has changed."""

from __future__ import annotations

from django.db.models import Subquery
from django.db.models.functions import JSONObject

from tickets.choices import SurveyKind
from tickets.models import OutageEvent, Survey, Ticket
from tickets.selectors.due import promised_to_customer


def beside(ticket: Ticket) -> tuple[object, ...]:
    """Return the moment that was promised, the last word on the outages of its major incident, and
    how its survey stands; None for each that there is not. One query, whatever there is."""
    told = OutageEvent.objects.filter(ticket=ticket.parent_id).order_by("-seq")
    surveys = Survey.objects.filter(ticket=ticket, kind=SurveyKind.CSAT).order_by("-pk")
    stands = JSONObject(key="pk", sent="sent_at", gone="withdrawn_at", answer="response")
    row: tuple[object, ...] = (
        Ticket.objects.filter(pk=ticket.pk)
        .values_list(
            Subquery(promised_to_customer(ticket).values("due_at")[:1]),
            Subquery(told.values("seq")[:1]),
            Subquery(surveys.values_list(stands)[:1]),
        )
        .get()
    )
    return row
