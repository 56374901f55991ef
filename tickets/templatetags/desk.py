"""Tags of the pages: icons, chips, people, times. Shapes and words follow the visual language;
nothing is decided here."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.choices import CustomerTier, SupportLevel
from accounts.models import User
from tickets import formats
from tickets.choices import Channel, Priority, Status

register = template.Library()

STATUS_LOOKS = {
    Status.NEW: ("new", "new"),
    Status.IN_PROGRESS: ("work", "work"),
    Status.WAITING_CUSTOMER: ("cust", "cust"),
    Status.WAITING_VENDOR: ("vendor", "vendor"),
    Status.ON_HOLD: ("hold", "hold"),
    Status.RESOLVED: ("done", "done"),
    Status.CLOSED: ("closed", "gone"),
    Status.CANCELLED: ("gone", "gone"),
}
PRIORITY_LOOKS = {
    Priority.URGENT: "urgent",
    Priority.HIGH: "high",
    Priority.NORMAL: "normal",
    Priority.LOW: "low",
}
CHANNEL_ICONS = {
    Channel.PHONE: "phone",
    Channel.EMAIL: "mail",
    Channel.CHAT: "chat",
    Channel.SCREEN_SHARE: "eye",
    Channel.WALK_IN: "user",
    Channel.PORTAL: "globe",
    Channel.SLACK: "chat",
    Channel.LETTER: "mail",
    Channel.API: "link",
}
TIER_GLYPHS = {CustomerTier.PREMIER: "tier", CustomerTier.BUSINESS: "tier2"}


@cache
def _svg(name: str, classes: str) -> SafeString:
    """Kept: a list draws hundreds, of a dozen kinds; the sprite has one address while we run."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw a line icon of the sprite; it is decoration, so words go beside it."""
    return _svg(f"i-{name}", f"icon {classes}".strip())


@register.simple_tag
def glyph(name: str, classes: str = "") -> SafeString:
    """Draw a filled sign of the sprite (status, level, priority)."""
    return _svg(f"g-{name}", f"glyph {classes}".strip())


@register.simple_tag
def level_glyph(level: int) -> SafeString:
    """Draw one, two or three bars. Levels beyond L3 have all three."""
    bars = min(int(level), SupportLevel.L3)
    return _svg(f"g-l{bars}", f"glyph level level--{bars}")


@register.filter
def spine(level: int) -> str:
    """Name the class that draws as many lines as the level has bars."""
    return f"spine--{min(int(level), SupportLevel.L3)}"


@register.simple_tag
def level_chip(level: int) -> SafeString:
    """Draw the level with its name, outlined."""
    return format_html(
        '<span class="chip chip--level">{}{}</span>',
        level_glyph(level),
        SupportLevel(level).label,
    )


@register.simple_tag
def status_chip(status: str) -> SafeString:
    """Draw the status on its own ground."""
    sign, colour = STATUS_LOOKS[Status(status)]
    return format_html(
        '<span class="chip chip--{}">{}{}</span>', colour, glyph(sign), Status(status).label
    )


@register.simple_tag
def status_glyph(status: str) -> SafeString:
    """Draw the sign of a status in its colour."""
    sign, colour = STATUS_LOOKS[Status(status)]
    return glyph(sign, f"st-{colour}")


@register.simple_tag
def status_line(status: str) -> SafeString:
    """Draw the status for a list: coloured sign, word in ink."""
    sign, colour = STATUS_LOOKS[Status(status)]
    return format_html(
        '<span class="status st-{}">{}<span>{}</span></span>',
        colour,
        glyph(sign),
        Status(status).label,
    )


@register.simple_tag
def priority_mark(priority: int, *, is_short: bool = False) -> SafeString:
    """Draw the priority; `is_short` keeps its word for screen readers only."""
    look = PRIORITY_LOOKS[Priority(priority)]
    label = Priority(priority).label
    words = format_html('<span class="vh">{} priority</span>', label) if is_short else label
    return format_html('<span class="prio prio--{}">{}{}</span>', look, glyph(look), words)


@register.simple_tag
def channel_icon(channel: str) -> SafeString:
    """Draw the channel's icon with its name for screen readers."""
    return format_html(
        '{}<span class="vh">{}</span>',
        icon(CHANNEL_ICONS[Channel(channel)]),
        Channel(channel).label,
    )


@register.simple_tag
def tier_chip(tier: str) -> SafeString:
    """Draw the customer tier, outlined."""
    sign = TIER_GLYPHS.get(CustomerTier(tier))
    return format_html(
        '<span class="chip chip--tier">{}{}</span>',
        glyph(sign) if sign else "",
        CustomerTier(tier).label,
    )


@register.simple_tag
def tier_dot(tier: str) -> SafeString:
    """Draw a small gem for tiers above standard; nothing for standard."""
    sign = TIER_GLYPHS.get(CustomerTier(tier))
    if not sign:
        return mark_safe("")  # the empty string
    return format_html(
        '{}<span class="vh">{}</span>', glyph(sign, "tierdot"), CustomerTier(tier).label
    )


@register.simple_tag
def avatar(person: User | None, classes: str = "") -> SafeString:
    """Draw a person's initials: agents round, customers square. None is a dashed ring."""
    if person is None:
        return format_html('<span class="avatar avatar--none {}"></span>', classes)
    kind = "" if person.is_agent else "avatar--customer"
    return format_html(
        '<span class="avatar {} {}" title="{}" aria-hidden="true">{}</span>',
        kind,
        classes,
        person.name,
        person.initials,
    )


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """Write a moment in the reader's zone, with everything in its title. None is "–"."""
    if at is None:
        return formats.NONE
    zone = timezone.get_current_timezone()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        formats.full_moment(at, zone=zone),
        formats.moment(at, now=timezone.now(), zone=zone),
    )


@register.simple_tag
def age(at: datetime | None) -> SafeString | str:
    """Write how long ago a moment is, with the moment in its title. None is "–"."""
    if at is None:
        return formats.NONE
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        formats.full_moment(at, zone=timezone.get_current_timezone()),
        formats.age((timezone.now() - at).total_seconds()),
    )


@register.filter
def duration(seconds: float | None) -> str:
    """Write a length of time in two units at most; None is "–"."""
    return formats.duration(seconds)


@register.filter
def file_size(size: int) -> str:
    """Write a number of bytes."""
    return formats.file_size(size)


@register.filter
def first_name(person: User | None) -> str:
    """Return the name to address somebody by."""
    return person.name.split()[0] if person and person.name else ""


@register.simple_tag(takes_context=True)
def look_attributes(context: dict[str, Any]) -> SafeString:
    """Write the reader's theme and density, kept in cookies, as attributes of <html>: the page is
    right from its first paint, without a script in it."""
    request = context.get("request")
    cookies = request.COOKIES if request is not None else {}
    parts = [
        format_html(' data-{}="{}"', name, cookies[name])
        for name, values in (("theme", ("light", "dark")), ("density", ("compact",)))
        if cookies.get(name) in values
    ]
    return mark_safe("".join(parts))  # noqa: S308  # each part is escaped above
