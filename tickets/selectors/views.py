"""The queue's built-in views, and how many tickets each holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from tickets.choices import DONE_STATUSES, OPEN_STATUSES, Status
from tickets.models import Ticket
from tickets.selectors.needs import needs


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A named part of the queue. `condition` narrows what its reader may see."""

    key: str
    label: str
    icon: str
    sort: str
    condition: Callable[[User], Q]
    is_main: bool = True
    is_hot: bool = False
    is_counted: bool = True
    empty: str = "No ticket is here."


def week_start() -> datetime:
    """Return Monday's first moment in the reader's zone."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


IS_OPEN = Q(status__in=OPEN_STATUSES)

VIEWS: tuple[View, ...] = (
    View(
        key="needs",
        label="Needs you now",
        icon="inbox",
        sort="waiting",
        condition=lambda user: IS_OPEN & needs(user),
        is_hot=True,
        empty="Nothing needs you now",
    ),
    View(
        key="mine",
        label="Assigned to me",
        icon="user",
        sort="waiting",
        condition=lambda user: IS_OPEN & Q(assignee=user),
        empty="No open ticket is yours",
    ),
    View(
        key="nobody",
        label="Nobody’s",
        icon="join",
        sort="waiting",
        condition=lambda user: IS_OPEN & Q(assignee__isnull=True),
        is_hot=True,
        empty="Every open ticket has somebody",
    ),
    View(
        key="team",
        label="My team",
        icon="users",
        sort="waiting",
        condition=lambda user: IS_OPEN & Q(team__in=user.memberships.values("team")),
        empty="Your team has no open ticket",
    ),
    View(
        key="waiting",
        label="Waiting on customer",
        icon="pause",
        sort="oldest",
        condition=lambda user: Q(status=Status.WAITING_CUSTOMER),
        empty="No ticket waits on a customer",
    ),
    View(
        key="open",
        label="Open",
        icon="inbox",
        sort="newest",
        condition=lambda user: IS_OPEN,
        is_main=False,
        empty="No ticket is open",
    ),
    View(
        key="resolved",
        label="Resolved this week",
        icon="check",
        sort="resolved",
        condition=lambda user: Q(status__in=DONE_STATUSES, resolved_at__gte=week_start()),
        is_main=False,
        empty="Nothing was resolved this week yet",
    ),
    View(
        key="all",
        label="All tickets",
        icon="search",
        sort="newest",
        condition=lambda user: Q(),
        is_main=False,
        is_counted=False,
        empty="There is no ticket yet",
    ),
)
BY_KEY = {view.key: view for view in VIEWS}
DEFAULT_VIEW = VIEWS[0]


def counts(user: User) -> dict[str, int]:
    """Count each view's tickets for `user`, in two queries: one over the open tickets, one over
    those that were resolved this week. "All" is not counted: nobody acts on that number."""
    visible = Ticket.objects.visible_to(user)
    open_views = {v.key: v for v in VIEWS if v.is_counted and v.key != "resolved"}
    found: dict[str, int] = visible.filter(IS_OPEN).aggregate(
        **{key: Count("pk", filter=view.condition(user)) for key, view in open_views.items()}
    )
    found["resolved"] = visible.filter(BY_KEY["resolved"].condition(user)).count()
    return found
