"""Admin of services and what is agreed about them; outages are only read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import KeptAdmin
from tickets.admin.base import LookOnlyAdmin
from tickets.models import Outage, Service, ServiceAgreement


class AgreementForm(forms.ModelForm[ServiceAgreement]):
    """Suggests that a new agreement holds from today on."""

    class Meta:
        model = ServiceAgreement
        fields = ("valid_from", "calendar", "target_percent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill in today."""
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate


class AgreementInline(admin.TabularInline[ServiceAgreement, Service]):
    """When the service is to be available, from which day on."""

    model = ServiceAgreement
    form = AgreementForm
    extra = 0


@admin.register(Service)
class ServiceAdmin(KeptAdmin):
    """Services, who uses them, and when they are to be available."""

    list_display = ("name", "used_by", "agreed", "target", "retired_on")
    list_filter = ("is_for_all",)
    search_fields = ("name",)
    autocomplete_fields = ("organizations", "products", "categories")
    inlines = (AgreementInline,)
    fieldsets = (
        (None, {"fields": ("name", "description", "categories", "retired_on")}),
        (
            "Who uses it",
            {
                "fields": ("is_for_all", "organizations", "products"),
                "description": "These customers read of its outages on their pages.",
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch what the list tells of each service."""
        around = ("organizations", "products", "agreements__calendar")
        return super().get_queryset(request).prefetch_related(*around)

    @admin.display(description="used by")
    def used_by(self, service: Service) -> str:
        """Who, in short."""
        if service.is_for_all:
            return "everybody"
        named = [*service.organizations.all(), *service.products.all()]
        return ", ".join(map(str, named)) or "nobody"

    @admin.display(description="agreed service time")
    def agreed(self, service: Service) -> str:
        """What was agreed last."""
        last = service.agreements.all()[::-1][:1]
        if not last:
            return "nothing agreed"
        return str(last[0].calendar or "round the clock")

    @admin.display(description="target")
    def target(self, service: Service) -> str:
        """The availability that was agreed last."""
        last = service.agreements.all()[::-1][:1]
        if not last or last[0].target_percent is None:
            return "–"
        return f"{last[0].target_percent.normalize():f} %"


@admin.register(Outage)
class OutageAdmin(LookOnlyAdmin):
    """Outages, latest first; they are declared and corrected on their ticket."""

    list_display = ("service", "impact", "began_at", "ended_at", "is_void", "ticket")
    list_filter = ("service", "impact", "is_void")
    list_select_related = ("service", "ticket")
    date_hierarchy = "began_at"
