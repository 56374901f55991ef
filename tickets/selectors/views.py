"""The queue's built-in views, and how many tickets each holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


HOUR = timedelta(hours=1)


def _due_within(length: timedelta) -> Q:
    now = timezone.now()
    return Q(next_due_at__gte=now, next_due_at__lte=now + length)


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
        key="breaching",
        label="Breaching now",
        icon="alert",
        sort="due",
        condition=lambda user: IS_OPEN & Q(next_due_at__lt=timezone.now()),
        is_hot=True,
        empty="Every promise is kept so far",
    ),
    View(
        key="due",
        label="Due in the next hour",
        icon="clock",
        sort="due",
        condition=lambda user: IS_OPEN & _due_within(HOUR),
        empty="Nothing falls due in the next hour",
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


def counts(user: User, *, more: Mapping[str, Q] | None = None) -> dict[str, int]:
    """Count each view's tickets for `user`, in two queries: one over the open tickets, one over
    those that were resolved this week. "All" is not counted: nobody acts on that number. `more`
    are conditions on open tickets to count along with them, by their keys."""
    visible = Ticket.objects.visible_to(user)
    own = {v.key: v.condition(user) for v in VIEWS if v.is_counted and v.key != "resolved"}
    conditions = {**own, **(more or {})}
    # Under names that are no fields: conditions that follow could not name those any more.
    counted = visible.filter(IS_OPEN).aggregate(
        **{f"n_{key}": Count("pk", filter=each) for key, each in conditions.items()}
    )
    found: dict[str, int] = {key: counted[f"n_{key}"] for key in conditions}
    found["resolved"] = visible.filter(BY_KEY["resolved"].condition(user)).count()
    return found
