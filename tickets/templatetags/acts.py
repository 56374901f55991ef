"""Tags of the ticket's page: its acts as buttons and menu items. Dialogs are links that work
without script; what needs no dialog is a form."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from tickets.models import Ticket
from tickets.web.act_labels import ACT_LABELS, PROPERTIES
from tickets.web.acts import BY_SLUG

register = template.Library()


def _act(
    context: dict[str, Any], ticket: Ticket, slug: str, label: str, **look: str
) -> dict[str, Any]:
    named = ACT_LABELS[slug]
    is_properties = slug == PROPERTIES
    name, rest = ("properties", {}) if is_properties else ("act", {"slug": slug})
    return {
        "url": reverse(name, kwargs={"number": ticket.pk, **rest}),
        "has_dialog": is_properties or bool(BY_SLUG[slug].title),
        "label": label or named.words,
        "csrf_token": context.get("csrf_token"),
        "icon": look.get("icon", named.icon),
        "glyph": named.glyph,
        "style": look.get("style", ""),
        # A second button of an act, under other words, has no key: it would be pressed by chance.
        "key": "" if label else named.key,
    }


@register.inclusion_tag("tickets/_act_button.html", takes_context=True)
def act_button(
    context: dict[str, Any], ticket: Ticket, slug: str, label: str = "", **look: str
) -> dict[str, Any]:
    """Draw an act as a button, by its usual words or others; `look`: icon, style."""
    return _act(context, ticket, slug, label, **look)


@register.inclusion_tag("tickets/_act_item.html", takes_context=True)
def act_item(
    context: dict[str, Any], ticket: Ticket, slug: str, label: str = "", **look: str
) -> dict[str, Any]:
    """Draw an act as a line of a menu; `look` as for buttons."""
    return _act(context, ticket, slug, label, **look)
