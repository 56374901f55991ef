"""The form of a new ticket that an agent opens for a customer."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.choices import Role
from accounts.models import Team, User
from tickets.choices import LIVE_CHANNELS, Channel, Impact, TicketType, Urgency
from tickets.errors import DeskError
from tickets.models import Category, Product
from tickets.selectors.people import find_customers

CHANNELS = [
    ("Live", [(c.value, str(c.label)) for c in Channel if c in LIVE_CHANNELS]),
    ("Written", [(c.value, str(c.label)) for c in Channel if c not in LIVE_CHANNELS]),
]


class NewTicketForm(forms.Form):
    """Who asks, how, and what. A customer who is not there yet is made from name and address."""

    customer_search = forms.CharField(label="Customer", required=False, max_length=200)
    customer = forms.ModelChoiceField(
        User.objects.filter(role=Role.CUSTOMER, is_active=True), required=False
    )
    new_name = forms.CharField(label="Name", max_length=150, required=False)
    new_email = forms.EmailField(label="E-mail address", required=False)
    new_phone = forms.CharField(label="Phone number", max_length=40, required=False)
    channel = forms.ChoiceField(choices=CHANNELS, initial=Channel.PHONE)
    is_live = forms.BooleanField(
        label="The customer is on the line now",
        help_text="The timer runs from now on, and the ticket is yours.",
        required=False,
        initial=True,
    )
    subject = forms.CharField(
        max_length=250,
        help_text="One line that a colleague understands.",
        error_messages={"required": "Say in a few words what it is about."},
    )
    description = forms.CharField(
        label="What happens",
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    type = forms.ChoiceField(choices=TicketType.choices, initial=TicketType.INCIDENT)
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), required=False, empty_label="Not known yet"
    )
    product = forms.ModelChoiceField(
        Product.objects.filter(is_active=True), required=False, empty_label="Not known yet"
    )
    impact = forms.TypedChoiceField(
        label="How many are affected", choices=Impact.choices, coerce=int, initial=Impact.MEDIUM
    )
    urgency = forms.TypedChoiceField(
        label="How soon it hurts", choices=Urgency.choices, coerce=int, initial=Urgency.MEDIUM
    )
    team = forms.ModelChoiceField(
        Team.objects.filter(is_active=True),
        label="For team",
        required=False,
        empty_label="By category, else first line",
    )
    tags = forms.CharField(required=False, help_text="Words, with commas between.")

    def clean(self) -> dict[str, Any]:
        """Ask for one customer, found or new, and for the words of a written ticket."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("customer"):
            self._check_new(cleaned)
        if cleaned.get("channel") not in LIVE_CHANNELS:
            cleaned["is_live"] = False
        if not cleaned.get("is_live") and not cleaned.get("description"):
            self.add_error("description", "Write what the customer says.")
        return cleaned

    def _check_new(self, cleaned: dict[str, Any]) -> None:
        has_name, has_email = cleaned.get("new_name"), cleaned.get("new_email")
        if not (has_name or has_email or "new_email" in self.errors):
            hits = "Choose one of those found, or" if self.hits else "Search, and choose or"
            self.add_error("customer_search", f"{hits} make a new one.")
        elif not has_name:
            self.add_error("new_name", "Write the name, so that we can address them.")
        elif not has_email and "new_email" not in self.errors:
            self.add_error("new_email", "Write the address: answers go there.")

    @property
    def hits(self) -> list[User]:
        """The customers to choose from: who was chosen, else who fits the search."""
        chosen = str(self["customer"].value() or "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            return list(
                User.objects.filter(pk=chosen, role=Role.CUSTOMER).select_related("organization")
            )
        return list(find_customers(str(self["customer_search"].value() or "")))

    def take(self, error: DeskError) -> None:
        """Show a command's refusal at the fields that it names, or above them all."""
        known = {key: text for key, text in error.fields.items() if key in self.fields}
        for key, text in known.items():
            self.add_error(key, text)
        if not known:
            self.add_error(None, error.message)
