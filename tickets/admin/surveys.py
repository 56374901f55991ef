"""Admin of surveys: the rules to edit, and what was asked and answered to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from tickets.admin.base import LookOnlyAdmin
from tickets.models import Survey, SurveyRules, SurveySchedule, SurveyTask
from tickets.models.surveys import ONLY
from tickets.survey_links import revoke_survey_links


@admin.register(SurveyRules)
class SurveyRulesAdmin(admin.ModelAdmin[SurveyRules]):
    """Who is asked when. There is one set of rules."""

    list_display = (
        "__str__",
        "is_csat_on",
        "csat_percent",
        "is_nps_on",
        "nps_every_days",
        "quiet_days",
    )
    fieldsets = (
        ("After a resolution", {"fields": ("is_csat_on", "csat_delay_hours", "csat_percent")}),
        ("Recommendation", {"fields": ("is_nps_on", "nps_every_days")}),
        ("Both", {"fields": ("quiet_days", "reminder_days", "lock_days")}),
        ("Bad scores", {"fields": ("csat_bad_score", "nps_bad_score")}),
    )
    actions: Any = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow it only where the one set of rules is missing."""
        return super().has_add_permission(request) and not SurveyRules.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: surveys are switched off."""
        return False

    def save_model(self, request: HttpRequest, obj: SurveyRules, form: Any, change: bool) -> None:
        """Store them as the one set of rules."""
        obj.pk = ONLY
        super().save_model(request, obj, form, change)


@admin.register(Survey)
class SurveyAdmin(LookOnlyAdmin):
    """What was planned, sent, answered and withdrawn."""

    list_display = (
        "id",
        "kind",
        "ticket",
        "customer",
        "send_after",
        "sent_at",
        "reminded_at",
        "locks_at",
        "response",
        "withdrawn_because",
    )
    list_filter = (
        "kind",
        "sent_at",
        "withdrawn_because",
        ("response", admin.EmptyFieldListFilter),
    )
    list_select_related = ("ticket", "customer", "response")
    search_fields = ("=ticket__id", "customer__name", "customer__email")
    search_help_text = "A ticket's number, or a customer."
    ordering = ("-pk",)
    actions: Any = ("revoke_mailed_links",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Allow administrators to take back links that were mailed."""
        return request.user.is_superuser

    @admin.action(permissions=["revoke"], description="Make the mailed links useless")
    def revoke_mailed_links(self, request: HttpRequest, queryset: QuerySet[Survey]) -> None:
        """Give each survey a new key: links mailed so far open nothing any more."""
        count = revoke_survey_links(queryset.select_related(None).only("key"))
        messages.success(request, f"Links to {count} surveys no longer open.")


@admin.register(SurveySchedule)
class SurveyScheduleAdmin(LookOnlyAdmin):
    """When each customer's turn comes to recommend us, or not."""

    list_display = ("customer", "nps_due_at")
    list_filter = ("nps_due_at",)
    list_select_related = ("customer",)
    search_fields = ("customer__name", "customer__email")


@admin.register(SurveyTask)
class SurveyTaskAdmin(LookOnlyAdmin):
    """Who is to get back to whom, and what came of it."""

    list_display = ("survey", "assignee", "created_by", "created_at", "done_at", "outcome")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("survey", "assignee", "created_by")
    search_fields = ("=survey__ticket__id", "assignee__name")
