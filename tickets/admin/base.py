"""What admin pages of history have in common: everybody looks, nobody changes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class LookOnlyAdmin(admin.ModelAdmin[Any]):
    """Pages that show rows to administrators and managers and let nobody add, change or delete."""

    list_per_page = 50
    show_full_result_count = False
    actions: Any = None

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model | None:
        """Find a row; a number too large for any row is none, also where it names another row."""
        try:
            found: Model | None = super().get_object(request, object_id, from_field)
        except OverflowError:
            return None
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: rows come from commands alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: history is not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: history is not deleted."""
        return False
