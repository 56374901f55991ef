"""The form of a new ticket that an agent opens for a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from tickets.access import may_date_all
from tickets.choices import LIVE_CHANNELS, Channel, Complexity, Impact, TicketType, Urgency
from tickets.errors import DeskError
from tickets.models import Category, Product
from tickets.selectors.people import find_customers
from tickets.services.fields import fields_for
from tickets.web.contact_forms import moment_field
from tickets.web.custom_fields import CUSTOM, chosen_category, custom_form_field, custom_values
from tickets.web.portal_forms import FilesField

CHANNELS = [
    ("Live", [(c.value, str(c.label)) for c in Channel if c in LIVE_CHANNELS]),
    ("Written", [(c.value, str(c.label)) for c in Channel if c not in LIVE_CHANNELS]),
]
TICKET_FIELDS = (
    *("subject", "description", "channel", "is_live", "type", "category", "product"),
    *("impact", "urgency", "complexity", "level", "team"),
)

ALIASES = {"file": "uploads", "at": "started_at"}
"""Where a command's word for a field is not the form's."""
TIMES = {"started_at": "at", "ended_at": "ended_at"}
"""Our names of the times of a call that is over, and the command's."""


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
        max_length=50_000,
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
    level = forms.TypedChoiceField(
        choices=[("", "The team’s, else first line"), *SupportLevel.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    complexity = forms.ChoiceField(
        choices=[("", "Not judged"), *Complexity.choices], required=False
    )
    tags = forms.CharField(required=False, help_text="Words, with commas between.")
    uploads = FilesField(label="Files")
    started_at = moment_field(label="From", required=False)
    ended_at = moment_field(label="To", required=False)

    def __init__(self, data: Any = None, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self._fit_times(user)
        most = settings.ATTACHMENT_MAX_BYTES // 2**20
        self.fields["uploads"].help_text = f"Up to {most} MB each; of a call, for colleagues alone."
        chosen = data.get("category") if data else self.initial.get("category")
        for field in fields_for(chosen_category(chosen)):
            self.fields[CUSTOM + field.key] = custom_form_field(
                field, is_required=field.is_required
            )

    def _fit_times(self, user: User) -> None:
        """Ask for the times of a call that is over of those alone who may date back."""
        if may_date_all(user):
            zone = timezone.get_current_timezone_name()
            self.fields["ended_at"].help_text = f"Times in {zone}."
        else:
            del self.fields["started_at"], self.fields["ended_at"]

    @property
    def custom_fields(self) -> list[forms.BoundField]:
        """The fields that the desk added, in their order."""
        return [self[name] for name in self.fields if name.startswith(CUSTOM)]

    def ticket_fields(self) -> dict[str, Any]:
        """Return what the command takes, without the customer and the files."""
        found = {name: self.cleaned_data[name] for name in TICKET_FIELDS}
        found |= {new: self.cleaned_data.get(old) for old, new in TIMES.items()}
        tags = self.cleaned_data["tags"].split(",")
        return found | {"tags": tags, "custom": custom_values(self.cleaned_data)}

    def clean(self) -> dict[str, Any]:
        """Ask for one customer, found or new, and for the words of a written ticket."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("customer"):
            self._check_new(cleaned)
        self._check_times(cleaned)
        if cleaned.get("channel") not in LIVE_CHANNELS:
            cleaned["is_live"] = False
        if not cleaned.get("is_live") and not cleaned.get("description"):
            self.add_error("description", "Write what the customer says.")
        return cleaned

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        """A call that is over has both times, and is live by them."""
        times = {name: cleaned.get(name) for name in ("started_at", "ended_at")}
        if not any(times.values()):
            return
        cleaned["is_live"] = True
        for name, moment in times.items():
            if moment is None and name not in self.errors:
                self.add_error(name, "A call that is over needs both times.")
        if cleaned.get("channel") not in LIVE_CHANNELS:
            self.add_error("channel", "Choose a live channel for a call that is over.")

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
        named = {ALIASES.get(key, key): text for key, text in error.fields.items()}
        known = {key: text for key, text in named.items() if key in self.fields}
        for key, text in known.items():
            self.add_error(key, text)
        if not known:
            self.add_error(None, error.message)
