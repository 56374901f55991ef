"""Admin of the facts: what was measured of each ticket, for nobody to change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Team, User
from metrics.models import (
    EscalationFact,
    OutageFact,
    ResolutionCycle,
    ResponseTurn,
    Stay,
    SurveyFact,
    TargetFact,
    TicketFacts,
    UnmeasuredTicket,
)
from metrics.query.labels import labels
from metrics.segments import Segment
from tickets.admin.base import LookOnlyAdmin
from tickets.admin.typed import by_name
from tickets.choices import Priority
from tickets.formats import duration
from tickets.models import Category, Service


class PriorityFilter(admin.SimpleListFilter):
    """One priority."""

    title = "priority"
    parameter_name = "priority"
    column = "priority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """All priorities."""
        return [(value, str(label)) for value, label in Priority.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only its rows."""
        if str(self.value()) not in map(str, Priority.values):
            return queryset
        return queryset.filter(**{self.column: self.value()})


class OfItsTicketPriority(PriorityFilter):
    """One priority, where rows do not hold it themselves."""

    column = "ticket__facts__priority"


class FactsAdmin(LookOnlyAdmin):
    """What all tables of facts share: found by the ticket's number, with the ticket at hand."""

    list_select_related = ("ticket",)
    search_fields = ("=ticket__id", "=ticket__external_id")
    search_help_text = "A ticket's number, or its id in the log that it was imported from."
    narrowed_by: tuple[type[admin.ListFilter], ...] = (
        by_name("team", Team, "team_key"),
        by_name("agent", User, "agent_key"),
        by_name("category", Category, "ticket__facts__category_key"),
        OfItsTicketPriority,
    )

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Put who and what the rows are counted for before what they hold."""
        return (*self.narrowed_by, *super().get_list_filter(request))


@admin.register(TicketFacts)
class TicketFactsAdmin(FactsAdmin):
    """One row per ticket."""

    narrowed_by = (
        by_name("team", Team, "entry_team_key", "pickup_team_key", "resolving_team_key"),
        by_name("agent", User, "pickup_agent_key", "resolving_agent_key"),
        by_name("category", Category, "category_key"),
        PriorityFilter,
    )
    date_hierarchy = "received_on"
    ordering = ("-received_on", "-ticket")
    list_display = (
        "ticket",
        "received_at",
        "entry_level",
        "highest_level",
        "resolving_level",
        "pick_up",
        "resolution_net",
        "contacts",
        "escalations",
        "reopens",
        "is_resolved_in_first_contact",
    )
    list_filter = (
        "entry_level",
        "resolving_level",
        "status",
        "channel",
        "tier",
        "is_resolved_in_first_contact",
        "is_l1_capable",
        "is_l1_capable_by_audit",
        "has_live_hand_over",
        "has_contact_record",
        "last_resolved_on",
    )

    @admin.display(description="pick-up, open hours", ordering="ttfr_business_seconds")
    def pick_up(self, facts: TicketFacts) -> str:
        """Receipt to pick-up."""
        return _hours(facts.ttfr_business_seconds)

    @admin.display(description="resolution net, open hours", ordering="ttr_net_business_seconds")
    def resolution_net(self, facts: TicketFacts) -> str:
        """Receipt to the last resolution, less what stops the clock."""
        return _hours(facts.ttr_net_business_seconds)


@admin.register(ResponseTurn)
class ResponseTurnAdmin(FactsAdmin):
    """Customers' turns and their answers."""

    date_hierarchy = "asked_on"
    ordering = ("-asked_on", "-pk")
    list_display = ("ticket", "asked_at", "answered_at", "response", "level")
    list_filter = ("level", ("answered_at", admin.EmptyFieldListFilter))

    @admin.display(description="response, open hours", ordering="response_business_seconds")
    def response(self, turn: ResponseTurn) -> str:
        """The turn to its answer."""
        return _hours(turn.response_business_seconds)


@admin.register(ResolutionCycle)
class ResolutionCycleAdmin(FactsAdmin):
    """From receipt or reopen to a resolution."""

    date_hierarchy = "resolved_on"
    ordering = ("-resolved_on", "-pk")
    list_display = ("ticket", "number", "opened_at", "resolved_at", "reopened_at", "level")
    list_filter = ("level", ("reopened_at", admin.EmptyFieldListFilter))


@admin.register(Stay)
class StayAdmin(FactsAdmin):
    """Stretches of one status, level, team and assignee."""

    date_hierarchy = "started_at"
    ordering = ("-started_at", "-pk")
    list_display = ("ticket", "started_at", "ended_at", "status", "level", "length")
    list_filter = ("status", "level", ("ended_at", admin.EmptyFieldListFilter))

    @admin.display(description="length", ordering="seconds")
    def length(self, stay: Stay) -> str:
        """Calendar time; none while it lasts."""
        return duration(stay.seconds)


@admin.register(EscalationFact)
class EscalationFactAdmin(FactsAdmin):
    """Escalations upwards, and whether they came back."""

    date_hierarchy = "escalated_on"
    ordering = ("-escalated_on", "-pk")
    list_display = (
        "ticket",
        "escalated_at",
        "from_level",
        "to_level",
        "is_warm",
        "is_bounced",
        "reason",
    )
    list_filter = ("from_level", "to_level", "is_warm", "is_bounced", "reason")


@admin.register(TargetFact)
class TargetFactAdmin(FactsAdmin):
    """Promises about time, and how they ended."""

    date_hierarchy = "counted_on"
    ordering = ("-counted_on", "-pk")
    list_display = (
        "ticket",
        "kind",
        "target_level",
        "cycle",
        "state",
        "due_at",
        "ended_at",
        "left",
    )
    list_filter = ("kind", "state", "target_level", "level")

    @admin.display(description="left, or over", ordering="left_seconds")
    def left(self, target: TargetFact) -> str:
        """On the promise's own clock; over with a minus."""
        if target.over_seconds is not None:
            return f"\N{MINUS SIGN}{duration(target.over_seconds)}"
        return duration(target.left_seconds)


@admin.register(OutageFact)
class OutageFactAdmin(FactsAdmin):
    """Outages of services, as their major incidents tell of them."""

    narrowed_by = (by_name("service", Service, "service_key"),)
    date_hierarchy = "began_at"
    ordering = ("-began_at", "-pk")
    list_display = ("ticket", "service", "impact", "is_down", "began_at", "ended_at")
    list_filter = ("impact", "is_down")

    @admin.display(description="service", ordering="service_key")
    def service(self, outage: OutageFact) -> str:
        """Which service, by its key where it is gone."""
        key = str(outage.service_key)
        return labels(Segment.SERVICE, [key])[key]


@admin.register(SurveyFact)
class SurveyFactAdmin(FactsAdmin):
    """Surveys that were sent, and the answers that count."""

    date_hierarchy = "sent_on"
    ordering = ("-sent_on", "-pk")
    list_display = ("ticket", "kind", "sent_at", "answered_at", "score", "has_comment", "level")
    list_filter = ("kind", "score", "has_comment", "level")


def _hours(seconds: float | None) -> str:
    """Open hours, which have no days."""
    if seconds is None or seconds < 3600:
        return duration(seconds)
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours} h {rest // 60} min"


@admin.register(UnmeasuredTicket)
class UnmeasuredTicketAdmin(FactsAdmin):
    """Tickets that could not be measured, and why. Empty means: figures know every ticket."""

    narrowed_by = ()
    list_display = ("ticket", "failed_since", "error")
    list_filter = ("failed_since",)
