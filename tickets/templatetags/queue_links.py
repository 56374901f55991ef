"""Tags of the queue: addresses that differ in one thing from the one that is open."""

from __future__ import annotations

from django import template

from tickets.selectors.sorting import Sort
from tickets.selectors.views import View
from tickets.web.addresses import Pairs, QueueAddress

register = template.Library()


@register.simple_tag
def queue_without(address: QueueAddress, key: str) -> str:
    """Return the address without one filter."""
    return address.without(key)


@register.simple_tag
def queue_sorted(address: QueueAddress, sort: Sort) -> str:
    """Return the address in another order."""
    return address.sorted_by(sort)


@register.simple_tag
def queue_view(address: QueueAddress, view: View) -> str:
    """Return the address of a view."""
    return address.of_view(view)


@register.simple_tag
def queue_after(address: QueueAddress, cursor: str) -> str:
    """Return the address of the next page."""
    return address.starting_after(cursor)


@register.simple_tag
def queue_hidden(address: QueueAddress, key: str) -> Pairs:
    """Return the pairs that a filter's form carries along."""
    return address.hidden_for(key)


@register.filter
def of(counts: dict[str, int], key: str) -> int | str:
    """Return a view's count; nothing for a view that is not counted."""
    return counts.get(key, "")
