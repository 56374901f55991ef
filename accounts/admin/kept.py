"""Admin pages of what the past names: it is switched off, never deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

SWITCH = "is_active"
SWITCHES = ("switch_off", "switch_on")
UNTICK = "Take the tick off instead of deleting: what is past goes on naming it."


class Kept:
    """Refuses to delete and says what to do instead: rows that have `is_active` are switched off,
    with SWITCHES as `actions` many at once. Put it before a ModelAdmin."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: it can only be switched off."""
        return False

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the row's own page with the reason; who may not change it gets the usual 403."""
        page: Any = self
        row = page.get_object(request, object_id)
        if row is None or not page.has_change_permission(request, row):
            response: HttpResponse = super().delete_view(request, object_id, extra_context)  # type: ignore[misc]  # a ModelAdmin is beside it
            return response
        remedy = "take the tick off “Is active”" if self._has_switch() else "change it"
        messages.warning(request, f"{row} is kept, since what is past names it: {remedy} instead.")
        options = row._meta
        return redirect(
            reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])
        )

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Say beside the switch what it is for."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # as above
        if field is not None and db_field.name == SWITCH:
            field.help_text = UNTICK
        return field

    def _has_switch(self) -> bool:
        model: type[Model] = self.model  # type: ignore[attr-defined]  # a ModelAdmin is beside it
        try:
            model._meta.get_field(SWITCH)
        except FieldDoesNotExist:
            return False
        return True

    @admin.action(permissions=["change"], description="Switch off: no longer offered")
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Switch off what is selected."""
        messages.success(request, f"{queryset.update(is_active=False)} switched off.")

    @admin.action(permissions=["change"], description="Switch on again")
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Switch what is selected on again."""
        messages.success(request, f"{queryset.update(is_active=True)} switched on.")


class KeptAdmin(Kept, admin.ModelAdmin[Any]):
    """A page of such rows."""

    list_per_page = 50
    show_full_result_count = False
