"""The saved views that somebody has: their own, and those of their teams."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from tickets.models import SavedView


def views_of(user: User) -> QuerySet[SavedView]:
    """Their own in their order, then those shared with their teams by name."""
    is_shared = Q(team__in=user.memberships.values("team"))
    is_own = Case(When(owner=user, then=Value(0)), default=Value(1), output_field=IntegerField())
    own_place = Case(When(owner=user, then="position"), default=Value(0))
    return (
        SavedView.objects.filter(Q(owner=user) | is_shared, removed_at__isnull=True)
        .select_related("owner", "team")
        .order_by(is_own, own_place, "name", "pk")
    )
