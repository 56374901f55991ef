"""The tag of forms that are sent once."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tickets.web.sending import FIELD, new_key

register = template.Library()


@register.simple_tag
def sent_once() -> SafeString:
    """Draw the hidden field by which the server knows a form that comes a second time."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, new_key())
