"""Admin pages of what people set up for themselves: administrators take it away."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class TakenAwayAdmin(admin.ModelAdmin[Any]):
    """Pages of what people set up for themselves; administrators take it away."""

    list_per_page = 50
    show_full_result_count = False
    list_select_related: ClassVar[Any] = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: people set up their own."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: likewise."""
        return False
