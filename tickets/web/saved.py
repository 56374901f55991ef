"""The saved views of a reader, as the queue shows them: where each leads, and what it lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from tickets.choices import OPEN_STATUSES
from tickets.models import SavedView
from tickets.selectors import filters
from tickets.selectors.filters import Choices
from tickets.selectors.saved_views import views_of
from tickets.web.addresses import QueueAddress
from tickets.web.listing import tickets_at

WIDE_VIEWS = ("resolved", "all")
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A saved view and the list that it means today."""

    row: SavedView
    address: QueueAddress
    is_own: bool
    gone: Sequence[str]
    """What it asked for and is no more: "category Network › VPN"."""

    @property
    def key(self) -> str:
        """Its key among the counts."""
        return f"saved_{self.row.pk}"

    @property
    def url(self) -> str:
        """Where its list is."""
        return f"{reverse('queue')}?{urlencode(self.address.pairs)}"

    @property
    def is_wide(self) -> bool:
        """Whether it may hold tickets that are done: those are too many to count on each page."""
        statuses = next(each.values for each in self.address.filters if each.filter.key == "status")
        is_over_all = self.address.view.key in WIDE_VIEWS
        is_open_only = bool(statuses) and set(statuses) <= set(OPEN_STATUSES)
        return bool(self.address.search) or (is_over_all and not is_open_only)

    def condition(self, user: User) -> Q:
        """Match its tickets; a search is not among it."""
        return self.address.view.condition(user) & filters.condition(self.address.filters, user)

    def means(self, address: QueueAddress) -> bool:
        """Answer whether an address still shows what was saved."""
        return list(self.address.meaning) == list(address.meaning)


def saved_views(user: User, *, known: Choices | None = None) -> list[Saved]:
    """Return the reader's saved views in order, in one query and at most one for the choices of
    each filter, however many views there are."""
    known = known or Choices()
    return [_read(row, user=user, known=known) for row in views_of(user)]


def _read(row: SavedView, *, user: User, known: Choices) -> Saved:
    query = QueryDict(row.query, mutable=True)
    query["saved"] = str(row.pk)
    address = QueueAddress.read(query, known=known)
    return Saved(
        row=row, address=address, is_own=row.owner_id == user.pk, gone=_gone(row, query, address)
    )


def _gone(row: SavedView, query: QueryDict, address: QueueAddress) -> list[str]:
    return [
        f"{each.label.lower()} “{row.labels.get(each.key, {}).get(value, value)}”"
        for each, value in filters.gone(query, address.filters)
    ]


def count_wide(saved: Saved, *, user: User) -> str:
    """Count the tickets of a wide view, up to a thousand."""
    number = tickets_at(saved.address, user)[:MOST_COUNTED].count()
    return f"{MOST_COUNTED:,}+" if number >= MOST_COUNTED else str(number)
