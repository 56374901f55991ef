"""The forms of live contacts: begun, ended, logged afterwards, taken back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from tickets.access import may_date_all
from tickets.choices import LIVE_CHANNELS, Channel, Direction
from tickets.web.act_forms import ActForm, Choices, NoteForm, small

LIVE_CHOICES: Choices = [(c.value, str(c.label)) for c in Channel if c in LIVE_CHANNELS]
WRITTEN_CHOICES: Choices = [
    (c.value, str(c.label)) for c in Channel if c not in LIVE_CHANNELS | {Channel.API}
]


def moment_field(**options: Any) -> forms.DateTimeField:
    """A moment in the reader's zone, chosen from a calendar where the browser has one."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


class StartContactForm(ActForm):
    """A live contact begins."""

    rows = (("channel", "direction"),)
    channel = forms.ChoiceField(choices=LIVE_CHOICES)
    direction = forms.ChoiceField(label="Who began", choices=Direction.choices, initial="outbound")


class EndContactForm(ActForm):
    """A live contact ends."""

    note = forms.CharField(label="What was said", widget=small(), required=False)


class LogContactForm(ActForm):
    """A live contact that is over already."""

    rows = (("channel", "direction"), ("started_at", "ended_at"), ("note",))
    channel = forms.ChoiceField(choices=LIVE_CHOICES)
    direction = forms.ChoiceField(label="Who began", choices=Direction.choices)
    started_at = moment_field(label="From")
    ended_at = moment_field(label="To")
    note = forms.CharField(label="What was said", widget=small(), required=False)

    def prepare(self) -> None:
        """Name the zone in which the times are meant."""
        self.fields["ended_at"].help_text = f"Times in {timezone.get_current_timezone_name()}."


class CustomerWroteForm(ActForm):
    """What the customer wrote by a way that the desk does not read itself."""

    rows = (("channel", "at"), ("body",), ("is_acknowledgement",))
    channel = forms.ChoiceField(label="By", choices=WRITTEN_CHOICES, initial=Channel.SLACK)
    at = moment_field(
        label="When",
        required=False,
        help_text="Where it came while the desk was down; empty is now.",
    )
    body = forms.CharField(
        label="Their words",
        max_length=50_000,
        widget=small(5),
        error_messages={"required": "Enter what they wrote."},
    )
    is_acknowledgement = forms.BooleanField(
        label="Only thanks: no contact, changes nothing", required=False
    )

    def prepare(self) -> None:
        """Ask for an earlier moment of those alone who may date back."""
        if not may_date_all(self.user):
            del self.fields["at"]


class VoidContactForm(NoteForm):
    """A contact that did not happen."""

    contact = forms.IntegerField(widget=forms.HiddenInput)
