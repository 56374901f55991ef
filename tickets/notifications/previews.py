"""What a mail would say: what is typed, with the values of a real ticket or with examples."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone, translation

from accounts.languages import locale_of
from accounts.zones import zone_of
from tickets.choices import Visibility
from tickets.models import ASKING, Notice, Survey, Ticket
from tickets.notifications.values import values_of
from tickets.wording.names import examples, names
from tickets.wording.parts import Value, Wording, Written, parse_wording, write


@dataclass(frozen=True, slots=True)
class Preview:
    """A mail as it would go out. `ticket` is None with examples alone."""

    written: Written
    ticket: Ticket | None


def preview(kind: str, language: str, wording: Wording, *, number: int | None) -> Preview:
    """Write a mail and send nothing. What the ticket `number` has no value for keeps its example.
    Raises WordingError."""
    parsed = parse_wording(wording, names=names(kind))
    around = ("customer", "assignee", "team")
    ticket = Ticket.objects.select_related(*around).filter(pk=number or 0).first()
    with translation.override(locale_of(language)):
        values = examples(kind) | (_values(kind, ticket) if ticket else {})
    return Preview(write(parsed, values), ticket)


def _values(kind: str, ticket: Ticket) -> dict[str, Value]:
    """The values of a notice that is not stored: to its customer, with its last public words. Links
    in it are examples: whoever looks at a preview need not hold the customer's key."""
    notice = Notice(
        kind=kind,
        ticket=ticket,
        recipient=ticket.customer,
        message=ticket.messages.filter(visibility=Visibility.PUBLIC, is_machine=False)
        .select_related("author")
        .order_by("-seq")
        .first(),
        survey=_survey(ticket) if kind in ASKING else None,
    )
    with timezone.override(zone_of(ticket.customer)):
        found = values_of(notice)
    return {name: value for name, value in found.items() if not name.endswith(("url", "scores"))}


def _survey(ticket: Ticket) -> Survey | None:
    return Survey.objects.filter(ticket=ticket).order_by("-pk").first()
