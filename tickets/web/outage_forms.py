"""The forms of major incidents: declared, ended, corrected, announced, done with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.choices import SupportLevel
from tickets import access
from tickets.choices import OutageEventKind, OutageImpact
from tickets.errors import NotThere
from tickets.models import Outage, Service, Ticket
from tickets.selectors.incidents import likely_parts
from tickets.web.act_forms import ActForm, small
from tickets.web.resolution_fields import RESOLVER_OWES, ask_missing, how_solved, l1_question

CORRECTIONS = (
    (OutageEventKind.BEGIN_CORRECTED.value, "It began at another moment"),
    (OutageEventKind.RESUMED.value, "It is not over after all"),
    (OutageEventKind.VOIDED.value, "It was no outage"),
)


def moment_field(label: str, *, hint: str = "") -> forms.DateTimeField:
    """A moment in the reader's zone; empty is now."""
    return forms.DateTimeField(
        label=label,
        required=False,
        help_text=hint,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def _empty_is_now() -> str:
    return f"Empty: now. Times in {timezone.get_current_timezone_name()}."


def words_field(*, required: bool = False) -> forms.CharField:
    """What every customer of the service may read."""
    return forms.CharField(
        label="Words for customers",
        help_text="All who use the service read them on their pages. Name nobody.",
        widget=small(),
        required=required,
        max_length=1000,
        error_messages={"required": "Write what customers may read."},
    )


class DeclareOutageForm(ActForm):
    """Which services are out, how badly, and since when."""

    aliases = {**ActForm.aliases, "at": "began_at"}  # as the base has it
    services = forms.ModelMultipleChoiceField(
        Service.objects.none(),
        label="Services",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the service that has the outage."},
    )
    impact = forms.ChoiceField(
        label="How bad is it",
        choices=[
            (OutageImpact.DOWN.value, "Down: it cannot be used"),
            (OutageImpact.DEGRADED.value, "Degraded: slow, or works in part"),
        ],
        widget=forms.RadioSelect,
        initial=OutageImpact.DOWN.value,
    )
    began_at = moment_field("Since")
    words = words_field()

    def prepare(self) -> None:
        """Offer services in use, those of the ticket's category or product first."""
        field = self.fields["services"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # declared above
        field.queryset = Service.objects.in_use(timezone.localdate())
        if not field.queryset.exists():
            field.help_text = "There is no service yet: an administrator adds one."
        near = field.queryset.filter(categories=self.ticket.category_id or 0)
        self.initial.setdefault("services", [service.pk for service in near])
        self.fields["began_at"].help_text = _empty_is_now()


class OutageField(forms.ModelChoiceField[Outage]):
    """One of the ticket's outages."""

    def label_from_instance(self, obj: Outage) -> str:
        """Which service, since when."""
        began = timezone.localtime(obj.began_at)
        state = "" if obj.ended_at is None else ", restored"
        return f"{obj.service}, {began:%d %b %H:%M}{state}"


class OneOutageForm(ActForm):
    """An act on one outage of the ticket."""

    outage = OutageField(Outage.objects.none(), label="Which", empty_label="Choose")

    def prepare(self) -> None:
        """Offer the outages that this form can be about, and choose the only one."""
        field = self.fields["outage"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.queryset = self.offered()
        listed = list(field.queryset)
        if len(listed) == 1:
            self.initial.setdefault("outage", listed[0].pk)

    def offered(self) -> QuerySet[Outage]:
        """The outages of the ticket that were any."""
        return self.ticket.outages.filter(is_void=False).select_related("service")


class EndOutageForm(OneOutageForm):
    """When service was restored. Of one that has ended, it corrects the moment."""

    ended_at = moment_field("Restored at")
    words = words_field()

    def prepare(self) -> None:
        """All that run may end together."""
        super().prepare()
        field = self.fields["outage"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # declared above
        field.required = False
        field.empty_label = "All that run"
        self.fields["ended_at"].help_text = _empty_is_now()


class RestoringForm(ActForm):
    """An act by which a ticket is done with: where outages of it run, it asks when service was
    restored (empty: now)."""

    restored_at = moment_field("Service restored at")

    def prepare(self) -> None:
        """Name what is out; nothing is: nothing to ask."""
        running = list(self.ticket.outages.running().select_related("service"))
        if not running:
            del self.fields["restored_at"]
            return
        names = ", ".join(str(outage.service) for outage in running)
        self.fields["restored_at"].label = f"{names} restored at"
        self.fields["restored_at"].help_text = _empty_is_now()

    def clean_restored_at(self) -> datetime:
        """An outage that was declared since the form was opened is asked about, never ended
        unasked."""
        name = self.add_prefix("restored_at")
        if self.fields["restored_at"].widget.value_omitted_from_data(self.data, self.files, name):
            raise forms.ValidationError("An outage was declared meanwhile: when was it restored?")
        moment: datetime | None = self.cleaned_data["restored_at"]
        return moment or timezone.now()


class CorrectOutageForm(OneOutageForm):
    """What was said wrongly."""

    kind = forms.ChoiceField(
        label="What is so",
        choices=CORRECTIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what is corrected."},
    )
    began_at = moment_field("Began at", hint="Only where it began at another moment.")
    note = forms.CharField(
        label="Why",
        widget=small(2),
        error_messages={"required": "Say why it is corrected."},
    )


class AnnounceForm(ActForm):
    """How it stands, for everybody who uses the service."""

    words = words_field(required=True)


class PartsField(forms.ModelMultipleChoiceField[Ticket]):
    """Tickets that may be about the same."""

    def label_from_instance(self, obj: Ticket) -> str:
        """Number, subject, whose."""
        return f"#{obj.pk} {obj.subject} ({obj.organization or obj.customer})"


class PartsForm(ActForm):
    """Which tickets are part of the major incident: suggested ones, and others by number."""

    parts = PartsField(
        Ticket.objects.none(),
        label="Lately received, about the same",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    numbers = forms.CharField(
        label="Others, by number", required=False, max_length=500, help_text="Such as 48213, 48220."
    )

    def prepare(self) -> None:
        """Offer tickets of the services' categories and products."""
        field = self.fields["parts"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101  # declared above
        field.queryset = likely_parts(self.ticket, user=self.user)
        if not field.queryset.exists():
            del self.fields["parts"]

    def clean_numbers(self) -> list[Ticket]:
        """Find the tickets among those that the user may see."""
        words = self.cleaned_data["numbers"].replace(",", " ").split()
        numbers = [word.removeprefix("#") for word in words]
        if not all(n.isascii() and n.isdigit() and len(n) < 19 for n in numbers):
            raise forms.ValidationError("Write numbers, such as 48213, 48220.")
        found = []
        for number in dict.fromkeys(numbers):
            try:
                found.append(access.get_ticket(self.user, int(number)))
            except NotThere as error:
                raise forms.ValidationError(error.message) from error
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for one at least."""
        cleaned = super().clean() or self.cleaned_data
        cleaned.setdefault("parts", [])
        if not self.errors and not cleaned["parts"] and not cleaned.get("numbers"):
            self.add_error("numbers", "Choose a ticket, or write its number.")
        return cleaned


class AnswerAllForm(ActForm):
    """The same answer for all."""

    aliases = {**ActForm.aliases, "words": "body"}  # as the base has it
    body = forms.CharField(
        label="Answer", widget=small(6), error_messages={"required": "Write a message."}
    )
    is_announced = forms.BooleanField(
        label="Also show it to everybody who uses the service", required=False
    )

    def prepare(self) -> None:
        """Without an outage that runs there is nothing to show it at."""
        if not self.ticket.outages.running().exists():
            del self.fields["is_announced"]


class ResolveAllForm(RestoringForm):
    """The same resolution for all."""

    body = forms.CharField(
        label="Last words to all customers",
        widget=small(6),
        error_messages={"required": "Say how it was solved."},
    )
    resolution_code = how_solved()
    is_l1_capable = l1_question(unanswered=RESOLVER_OWES)

    def prepare(self) -> None:
        """Ask about L1 only where any of them stands above it."""
        super().prepare()
        levels = {self.ticket.level, *self.ticket.children.values_list("level", flat=True)}
        if max(levels) <= SupportLevel.L1:
            self.fields["is_l1_capable"].required = False
            self.fields["is_l1_capable"].widget = forms.HiddenInput()
        if self.ticket.is_open:
            ask_missing(self, self.ticket)
