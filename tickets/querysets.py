"""Composable reads of tickets. Who may see what is one filter: `visible_to`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.choices import Role
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, TO_DECIDE

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from tickets.models import InboundMail, Outage, Service, Ticket  # noqa: F401  # generics' parameters


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

        Customers: their own, those that they watch, and their organization's where they are its
        viewer. Agents and leads: all but those of a confidential team they are no member of (unless
        assigned to them).
        Managers and administrators: all. Nobody signed in, or switched off: none.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role == Role.CUSTOMER:
            return self.filter(pk__in=self._own(user))
        if user.role in (Role.MANAGER, Role.ADMINISTRATOR):
            return self
        hidden = Q(team__is_confidential=True) & ~Q(team__in=user.teams.all()) & ~Q(assignee=user)
        return self.exclude(hidden & Q(team__isnull=False))

    def _own(self, user: User) -> models.QuerySet[Any, Any]:
        """Keys of a customer's tickets. Together they are not one condition with "or" in it: for
        that PostgreSQL would read every ticket there is."""
        every = self.model._default_manager.order_by()
        parts = [every.filter(customer=user).values("pk"), user.watched.order_by().values("ticket")]
        if user.is_organization_viewer and user.organization_id:
            parts.append(every.filter(organization_id=user.organization_id).values("pk"))
        return parts[0].union(*parts[1:], all=True)


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    """Filters that compose."""

    def to_decide(self) -> InboundMailQuerySet:
        """Mails about which a person has to decide."""
        return self.filter(outcome__in=TO_DECIDE)

    def visible_to(self, user: User | AnonymousUser) -> InboundMailQuerySet:
        """Mails that `user` may read: staff those of tickets that they may open, and of none those
        of a mailbox whose team is not confidential, or theirs. Customers read none here."""
        from tickets.models import Ticket  # noqa: PLC0415  # models import this module

        if not user.is_authenticated or not user.is_active or user.role == Role.CUSTOMER:
            return self.none()
        if user.role in (Role.MANAGER, Role.ADMINISTRATOR):
            return self
        shared = Q(mailbox__team=None) | Q(mailbox__team__is_confidential=False)
        ours = shared | Q(mailbox__team__in=user.teams.all())
        seen = Ticket.objects.visible_to(user).values("pk")
        return self.filter(Q(ticket__in=seen) | (Q(ticket=None) & ours))


class ServiceQuerySet(models.QuerySet["Service"]):
    """Filters that compose."""

    def in_use(self, on: date) -> ServiceQuerySet:
        """Services that are not retired on a day."""
        return self.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=on))

    def visible_to(self, user: User | AnonymousUser) -> ServiceQuerySet:
        """Services that `user` may read of: customers those that they use, staff all.

        A customer uses what everybody does, what their organization does, and what a product
        belongs to that they or their organization have had a ticket about.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role != Role.CUSTOMER:
            return self
        theirs = Q(products__tickets__customer=user)
        if user.organization_id:
            theirs |= Q(organizations=user.organization_id)
            theirs |= Q(products__tickets__organization=user.organization_id)
        used = self.model._default_manager.filter(theirs).values("pk")
        return self.filter(Q(is_for_all=True) | Q(pk__in=used))


class OutageQuerySet(models.QuerySet["Outage"]):
    """Filters that compose."""

    def running(self) -> OutageQuerySet:
        """Outages of services that are not restored yet."""
        return self.filter(ended_at__isnull=True, is_void=False)

    def visible_to(self, user: User | AnonymousUser) -> OutageQuerySet:
        """Outages of services that `user` may read of. Of the major incident behind one they read
        what `TicketQuerySet.visible_to` lets them."""
        from tickets.models import Service  # noqa: PLC0415  # models import this module

        services = Service.objects.visible_to(user)
        return self.filter(service__in=services.values("pk"))
