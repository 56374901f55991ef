"""The form for asking without an account: a customer's form for something new, with who asks, and
with what tells people and programs apart without a riddle."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.web.custom_fields import custom_values
from tickets.web.portal_forms import NewTicketForm

SALT = "tickets.public_form"
QUICKEST = timedelta(seconds=3)
LONGEST = timedelta(days=1)


TOO_QUICK = _("That was very quick. Look it over, and send it again.")
TOO_OLD = _("This form was open for a long time. Look it over, and send it again.")


def new_stamp() -> str:
    """Return a signed note of when a form was opened."""
    return signing.TimestampSigner(salt=SALT).sign("opened")


def _why_not(stamp: str) -> str | Promise:
    """Say what is wrong with a form that was opened when its stamp says; empty where nothing is."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(stamp, max_age=LONGEST)
    except signing.BadSignature:
        return TOO_OLD
    try:
        signer.unsign(stamp, max_age=QUICKEST)
    except signing.SignatureExpired:
        return ""
    return TOO_QUICK


class PublicTicketForm(NewTicketForm):
    """What somebody asks whom we do not know. `website` is seen by programs alone."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Say who asks.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Say where the answer goes.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))
    stamp = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        for name in ("product", "urgency"):  # the desk asks people whom it knows
            del self.fields[name]

    @property
    def is_of_a_program(self) -> bool:
        """Whether the field was filled that people do not see."""
        return bool(self.cleaned_data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Refuse what was filled in faster than anybody can, or long ago; sent again, it goes."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        words = _why_not(str(cleaned.get("stamp", "")))
        if words:
            self.add_error(None, str(words))
        return cleaned

    def stamped(self) -> str:
        """The hidden field: the note of when this form was opened first, a new one where that is
        too old or none of ours."""
        given = str(self.data.get("stamp", ""))
        return new_stamp() if _why_not(given) == TOO_OLD else given

    def ticket_fields(self) -> dict[str, Any]:
        """Return what the command takes, without the sender and the files."""
        custom = custom_values(self.cleaned_data)
        names = ("subject", "description", "type", "category")
        return {name: self.cleaned_data[name] for name in names} | {"custom": custom}
