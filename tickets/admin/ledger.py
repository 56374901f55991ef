"""Admin of the ledger: to read and search, for nobody to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from tickets.admin.base import LookOnlyAdmin
from tickets.admin.typed import DayFilter
from tickets.models import (
    Assignment,
    Contact,
    ContactLeg,
    Correction,
    Escalation,
    Link,
    Message,
    OutageEvent,
    PolicyChoice,
    PropertyChange,
    SurveyResponse,
    TargetAlarm,
    Transition,
)

FIRST_COLUMNS = ("occurred_at", "ticket", "seq")
LAST_COLUMNS = ("actor", "capacity", "level", "team", "source")
ALWAYS_RELATED = ("ticket", "actor", "team")


class LedgerAdmin(LookOnlyAdmin):
    """What every ledger table shows: when, which ticket, what, who in which capacity, where."""

    what: tuple[str, ...] = ()
    also_related: tuple[str, ...] = ()
    also_filter: tuple[str, ...] = ()
    ordering = ("-pk",)
    search_fields = ("=ticket__id", "actor__name", "actor__email")
    search_help_text = "A ticket's number, or who acted."

    def get_list_display(self, request: Any) -> tuple[str, ...]:
        """Put the columns of the table between those that all have."""
        return (*FIRST_COLUMNS, *self.what, *LAST_COLUMNS)

    def get_list_select_related(self, request: Any) -> tuple[str, ...]:
        """Fetch in one query whatever the columns name."""
        return (*ALWAYS_RELATED, *self.also_related)

    def get_list_filter(self, request: Any) -> tuple[Any, ...]:
        """Filter by when, by what the table holds, by who and where."""
        return (DayFilter, "occurred_at", *self.also_filter, "capacity", "source", "level", "team")


@admin.register(Transition)
class TransitionAdmin(LedgerAdmin):
    """Changes of status."""

    what = ("from_status", "to_status", "reason")
    also_filter = ("to_status", "reason", "resolution_code", "is_l1_capable")


@admin.register(Escalation)
class EscalationAdmin(LedgerAdmin):
    """Moves between levels, and their answers."""

    what = ("kind", "from_level", "to_level", "from_team", "to_team", "is_warm", "reason")
    also_related = ("from_team", "to_team")
    also_filter = ("kind", "reason", "is_warm", "from_level", "to_level")


@admin.register(Assignment)
class AssignmentAdmin(LedgerAdmin):
    """Changes of hands."""

    what = ("from_assignee", "to_assignee", "from_team", "to_team", "reason")
    also_related = ("from_assignee", "to_assignee", "from_team", "to_team")
    also_filter = ("reason",)


@admin.register(Contact)
class ContactAdmin(LedgerAdmin):
    """Live contacts."""

    what = ("channel", "direction")
    also_filter = ("channel", "direction")


@admin.register(ContactLeg)
class ContactLegAdmin(LedgerAdmin):
    """What happened inside live contacts."""

    what = ("contact", "kind", "agent")
    also_related = ("contact", "agent")
    also_filter = ("kind",)


@admin.register(Message)
class MessageAdmin(LedgerAdmin):
    """What was written."""

    what = ("visibility", "author", "author_capacity", "channel", "is_machine")
    also_related = ("author",)
    also_filter = ("visibility", "author_capacity", "channel", "is_machine", "is_acknowledgement")


@admin.register(PropertyChange)
class PropertyChangeAdmin(LedgerAdmin):
    """Changes of category, priority and the like."""

    what = ("field", "old_value", "new_value")
    also_filter = ("field",)


@admin.register(Link)
class LinkAdmin(LedgerAdmin):
    """Relations between tickets."""

    what = ("kind", "other")
    also_related = ("other",)
    also_filter = ("kind",)


@admin.register(Correction)
class CorrectionAdmin(LedgerAdmin):
    """What was taken back, and what audits found."""

    what = ("kind", "message", "contact", "transition", "link", "is_l1_capable")
    also_related = ("message", "contact", "transition", "link")
    also_filter = ("kind", "is_l1_capable")


@admin.register(PolicyChoice)
class PolicyChoiceAdmin(LedgerAdmin):
    """Which service level policy held from when on."""

    what = ("version",)
    also_related = ("version",)


@admin.register(TargetAlarm)
class TargetAlarmAdmin(LedgerAdmin):
    """Targets that came due soon, or were missed."""

    what = ("kind", "target", "target_level", "cycle", "due_at", "version")
    also_related = ("version",)
    also_filter = ("kind", "target", "target_level")


@admin.register(SurveyResponse)
class SurveyResponseAdmin(LedgerAdmin):
    """Customers' answers to surveys, first and changed ones."""

    what = ("survey", "score", "comment")
    also_related = ("survey",)
    also_filter = ("survey__kind", "score")


@admin.register(OutageEvent)
class OutageEventAdmin(LedgerAdmin):
    """What became known of outages, first and corrected."""

    what = ("kind", "service", "impact", "opened", "note")
    also_related = ("service", "opened")
    also_filter = ("kind", "service", "impact")
