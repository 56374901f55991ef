"""The queue's address: what it says, and the addresses of what can be changed about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tickets.selectors import filters, sorting, views
from tickets.selectors.filters import ActiveFilter, Choices
from tickets.selectors.sorting import Sort
from tickets.selectors.views import View

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAddress:
    """What the reader of the queue asked for, so that a page can be sent to a colleague."""

    view: View
    sort: Sort
    filters: Sequence[ActiveFilter]
    search: str
    after: str
    saved: str = ""
    """The number of the saved view that it began as; what it shows is written out beside it, so
    that a link to it shows the same to everybody and for ever."""

    @classmethod
    def read(cls, query: QueryDict, *, known: Choices | None = None) -> QueueAddress:
        """Read an address; what is unknown falls back to the view's own."""
        view, sort = view_and_sort(query)
        saved = query.get("saved", "")
        return cls(
            view=view,
            sort=sort,
            filters=filters.read(query, known=known),
            search=_search(query),
            saved=saved if saved.isascii() and saved.isdigit() and len(saved) < 19 else "",
            after=query.get("after", ""),
        )

    @property
    def title(self) -> str:
        """How the list is called: by what is searched for, else by its view."""
        return f"“{self.search}”" if self.search else self.view.label

    @property
    def set_filters(self) -> list[ActiveFilter]:
        """The filters that narrow the page."""
        return [each for each in self.filters if each.values]

    @property
    def pairs(self) -> Pairs:
        """Everything but the place in the list, as pairs for a query or for hidden fields."""
        return [*self.meaning, *([("saved", self.saved)] if self.saved else [])]

    @property
    def meaning(self) -> Pairs:
        """What decides which tickets are shown, and in which order."""
        found = [("view", self.view.key)]
        if self.search:
            found.append(("q", self.search))
        if self.sort.key != self.view.sort:
            found.append(("sort", self.sort.key))
        return found + self._filter_pairs()

    def _filter_pairs(self, *, without: str = "") -> list[tuple[str, str]]:
        values: Mapping[str, Iterable[str]] = filters.as_values(self.filters)
        return [(key, each) for key in values if key != without for each in values[key]]

    def hidden_for(self, key: str) -> Pairs:
        """The pairs that a filter's own form has to carry along."""
        return [pair for pair in self.pairs if pair[0] != key]

    def without(self, key: str) -> str:
        """The address with a filter (or "q") left out."""
        return self._url(self.hidden_for(key))

    def cleared(self) -> str:
        """The view without any filter or search."""
        return self._url([("view", self.view.key)])

    def of_view(self, view: View) -> str:
        """The address of a view by itself."""
        return self._url([("view", view.key)])

    def sorted_by(self, sort: Sort) -> str:
        """The same tickets in another order."""
        return self._url([*self.hidden_for("sort"), ("sort", sort.key)])

    def starting_after(self, cursor: str) -> str:
        """The next page."""
        return self._url([*self.pairs, ("after", cursor)])

    def first(self) -> str:
        """The first page."""
        return self._url(self.pairs)

    @staticmethod
    def _url(pairs: Pairs) -> str:
        return f"{reverse('queue')}?{urlencode(pairs)}"


def view_and_sort(query: QueryDict) -> tuple[View, Sort]:
    """Read the view and the order of an address. What is unknown falls back: a search to all
    tickets, everything else to the view that opens by itself, and to the view's own order."""
    fallback = views.BY_KEY["all"] if _search(query) else views.DEFAULT_VIEW
    view = views.BY_KEY.get(query.get("view", ""), fallback)
    return view, sorting.BY_KEY.get(query.get("sort", ""), sorting.BY_KEY[view.sort])


def _search(query: QueryDict) -> str:
    return query.get("q", "").strip()[:200]
