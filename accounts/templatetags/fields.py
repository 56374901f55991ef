"""Tags that draw form fields in the desk's own look, whoever made the form."""

from __future__ import annotations

from django import template
from django.forms import BoundField, Select
from django.utils.safestring import SafeString

register = template.Library()

# These draw themselves (see `.check` and `.drop` in the styles).
BARE = ("checkbox", "radio", "file", "hidden")


@register.simple_tag
def field_input(field: BoundField, *, placeholder: str = "") -> SafeString:
    """Draw the control of a field, and what it began with where the form wants to know that. A
    placeholder is never a label, so a form's own is left out."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {"placeholder": placeholder or False}
    if isinstance(widget, Select) or getattr(widget, "input_type", "") not in BARE:
        attrs["class"] = f"{widget.attrs.get('class', '')} input".strip()
    began = field.as_hidden(only_initial=True) if field.field.show_hidden_initial else SafeString()
    return field.as_widget(attrs=attrs) + began


@register.filter
def has_failed(form: object) -> bool:
    """Return whether a form came back with something to mend."""
    return bool(getattr(form, "is_bound", False) and getattr(form, "errors", None))
