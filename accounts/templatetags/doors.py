"""Tags of the sign-in pages."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_form_public() -> bool:
    """Return whether everybody may ask without an account (`PUBLIC_FORM`)."""
    return bool(settings.PUBLIC_FORM)


@register.simple_tag
def is_sign_up_open() -> bool:
    """Return whether everybody may make an account (`PUBLIC_SIGN_UP`)."""
    return bool(settings.PUBLIC_SIGN_UP)
