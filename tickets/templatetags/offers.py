"""The tag of the toast that can be undone."""

from __future__ import annotations

from typing import Any

from django import template

from tickets.web import offers
from tickets.web.offers import Offer

register = template.Library()


@register.simple_tag(takes_context=True)
def current_offer(context: dict[str, Any]) -> Offer | None:
    """Return what the reader may still undo; None on pages of nobody in particular."""
    request = context.get("request")
    # Most pages have no offer: those cost nothing, not even asking who reads.
    if request is None or offers.COOKIE not in request.COOKIES:
        return None
    return offers.current(request) if request.user.is_authenticated else None
