"""The forms of acts that name another ticket: linking to it, and merging into it."""

from __future__ import annotations

from typing import Any

from django import forms

from tickets import access
from tickets.choices import LinkKind
from tickets.errors import NotThere
from tickets.models import Ticket
from tickets.web.act_forms import ActForm


class OtherTicketForm(ActForm):
    """Another ticket, by its number."""

    other = forms.CharField(
        label="Ticket number", error_messages={"required": "Write the number of the other ticket."}
    )

    def clean_other(self) -> Ticket:
        """Find the ticket among those that the user may see."""
        number = self.cleaned_data["other"].strip().removeprefix("#")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise forms.ValidationError("Write a number, such as 48213.")
        if int(number) == self.ticket.pk:
            raise forms.ValidationError("That is this ticket: write the number of another.")
        try:
            return access.get_ticket(self.user, int(number))
        except NotThere as error:
            raise forms.ValidationError(error.message) from error


class MergeForm(OtherTicketForm):
    """The ticket that stays, which is named before this one goes into it for good."""

    sure = forms.CharField(widget=forms.HiddenInput, required=False)
    """The number that was named."""

    def clean(self) -> dict[str, Any]:
        """Name the ticket once; another number is asked about anew."""
        cleaned = super().clean() or self.cleaned_data
        other = cleaned.get("other")
        if other is not None and cleaned["sure"] != str(other.pk):
            self.add_error(
                "other",
                f"#{other.pk} is “{other.subject}” of {other.customer}, "
                f"{other.get_status_display()}. Merge into it? Then press the button again.",
            )
            self.carry("sure", str(other.pk))
        return cleaned


class LinkForm(OtherTicketForm):
    """How it relates to another."""

    rows = (("kind", "other"),)
    kind = forms.ChoiceField(label="This ticket is", choices=LinkKind.choices)
