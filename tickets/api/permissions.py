"""Who may call at all; who may do what to a ticket is decided in tickets/access.py."""

from __future__ import annotations

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.choices import Role
from tickets.api.caller import caller


class IsStaff(BasePermission):
    """Everybody who works for the desk."""

    message = "This is for the desk's staff."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Answer for the whole endpoint."""
        return bool(request.user.is_authenticated and request.user.is_agent)


class StaffReadsLeadsWrite(IsStaff):
    """Staff read; leads and above write."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Answer for the method at hand."""
        if not super().has_permission(request, view):
            return False
        leads = (Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)
        return request.method in SAFE_METHODS or caller(request).role in leads
