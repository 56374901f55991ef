"""The forms of live contacts: begun, ended, logged afterwards, taken back."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from tickets.choices import LIVE_CHANNELS, Channel, Direction
from tickets.web.act_forms import ActForm, Choices, NoteForm, small

LIVE_CHOICES: Choices = [(c.value, str(c.label)) for c in Channel if c in LIVE_CHANNELS]


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
    started_at = forms.DateTimeField(
        label="From",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ended_at = forms.DateTimeField(
        label="To",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label="What was said", widget=small(), required=False)

    def prepare(self) -> None:
        """Name the zone in which the times are meant."""
        self.fields["ended_at"].help_text = f"Times in {timezone.get_current_timezone_name()}."


class VoidContactForm(NoteForm):
    """A contact that did not happen."""

    contact = forms.IntegerField(widget=forms.HiddenInput)
