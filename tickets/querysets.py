"""Composable reads of tickets. Who may see what is one filter: `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.choices import Role
from tickets.choices import DONE_STATUSES, OPEN_STATUSES

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from tickets.models import Ticket  # noqa: F401  # names the generic's parameter


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Filters that compose."""

    def open(self) -> TicketQuerySet:
        """Tickets that somebody still has to work on or wait for."""
        return self.filter(status__in=OPEN_STATUSES)

    def done(self) -> TicketQuerySet:
        """Resolved or closed tickets."""
        return self.filter(status__in=DONE_STATUSES)

    def visible_to(self, user: User | AnonymousUser) -> TicketQuerySet:
        """Tickets that `user` may open.

        Customers: their own, and their organization's where they are its viewer. Agents and leads:
        all but those of a confidential team they are no member of (unless assigned to them).
        Managers and administrators: all. Nobody signed in, or switched off: none.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role == Role.CUSTOMER:
            own = Q(customer=user)
            if user.is_organization_viewer and user.organization_id:
                own |= Q(organization_id=user.organization_id)
            return self.filter(own)
        if user.role in (Role.MANAGER, Role.ADMINISTRATOR):
            return self
        hidden = Q(team__is_confidential=True) & ~Q(team__in=user.teams.all()) & ~Q(assignee=user)
        return self.exclude(hidden & Q(team__isnull=False))
