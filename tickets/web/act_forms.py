"""The forms of what can be done with a ticket; each is one command's input, as people write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from accounts.choices import Role, SupportLevel
from accounts.models import Team, User
from tickets.choices import EscalationReason
from tickets.errors import DeskError
from tickets.models import Category, Ticket
from tickets.selectors.candidates import knowing_by_team
from tickets.web.people_fields import offer_people, person_or_nobody, staff

Choices = list[tuple[str, str]]
DRAWN_IN_ROLES = (Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)
CHOOSE = ("", "Choose")
NO_OTHER_TEAM = "No other team works on this level: assign it to somebody, or escalate it."


def small(rows: int = 3) -> forms.Textarea:
    """Return a text area of a few lines."""
    return forms.Textarea(attrs={"rows": rows, "class": "esc-area"})


class ActForm(forms.Form):
    """A form about one ticket. `rows` says which fields stand beside each other."""

    rows: Sequence[Sequence[str]] = ()
    aliases: Mapping[str, str] = {
        "to_level": "to",
        "to_team": "to",
        "into": "other",
        "for_": "wait_for",
        "is_warm": "how",
    }
    """Where a command's word for a field is not the form's."""

    def __init__(self, *args: Any, ticket: Ticket, user: User, **kwargs: Any) -> None:
        self.ticket = ticket
        self.user = user
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fit choices and fields to the ticket and the user."""

    def take(self, error: DeskError) -> None:
        """Show a command's refusal at the fields that it names, or above them all."""
        named = {self.aliases.get(key, key): text for key, text in error.fields.items()}
        known = {key: text for key, text in named.items() if key in self.fields}
        for key, text in known.items():
            self.add_error(key, text)
        if not known:
            self.add_error(None, error.message)

    def carry(self, name: str, value: str) -> None:
        """Let the form that is sent back carry this value, whatever was sent."""
        assert isinstance(self.data, QueryDict)  # noqa: S101  # a request's
        data = self.data.copy()
        data[name] = value
        self.data = data

    @property
    def layout(self) -> list[list[forms.BoundField]]:
        """The bound fields, row by row; hidden ones are drawn apart."""
        names = self.rows or [[field.name] for field in self.visible_fields()]
        return [[self[name] for name in row if name in self.fields] for row in names]


class EmptyForm(ActForm):
    """Nothing to fill in: the act needs only to be confirmed."""


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Let a field choose among these rows."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # the forms here say so
    field.queryset = rows


class NoteForm(ActForm):
    """A required sentence."""

    note = forms.CharField(
        label="Why", widget=small(), error_messages={"required": "Say in a sentence why."}
    )


class AssignForm(ActForm):
    """Who gets it."""

    assignee = person_or_nobody()
    note = forms.CharField(label="What they should know", widget=small(2), required=False)

    def prepare(self) -> None:
        """Offer everybody who works for the desk; who has it stays chosen."""
        offer_people(self, "assignee", staff(), ticket=self.ticket)
        self.initial.setdefault("assignee", self.ticket.assignee_id)


class TransferForm(ActForm):
    """Which team gets it, on the same level; on the line also who takes the call over."""

    rows = (("team", "assignee"), ("is_warm",), ("note",))
    team = forms.ModelChoiceField(Team.objects.none(), label="To team", empty_label="Choose")
    assignee = forms.ModelChoiceField(
        User.objects.none(), label="To", empty_label="Nobody yet", required=False
    )
    is_warm = forms.BooleanField(label="They take the call over now", required=False)
    note = forms.CharField(label="What they should know", widget=small(2), required=False)

    def prepare(self) -> None:
        """Offer the teams of the ticket's level; a call can move within the team."""
        teams = Team.objects.filter(is_active=True, level=self.ticket.level)
        is_live = self.ticket.live_contact_id is not None
        others = teams.exclude(tickets=self.ticket)
        _offer(self, "team", teams if is_live else others)
        if not others:
            self.fields["team"].help_text = NO_OTHER_TEAM
        offer_people(self, "assignee", staff(), ticket=self.ticket)
        if not is_live:
            del self.fields["is_warm"]


def _choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Let a field choose among these words."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # the forms here say so
    field.choices = choices


def destination_choices(
    category: Category | None, *, above: int | None = None, below: int | None = None
) -> Choices:
    """Levels and their teams, to choose from: "2" or "2:7" (level and team). A team says how many
    of it know the category."""
    teams = Team.objects.filter(is_active=True)
    knowing = knowing_by_team(category)
    choices: Choices = []
    for level in SupportLevel:
        if (above is not None and level <= above) or (below is not None and level >= below):
            continue
        own = [team for team in teams if team.level == level]
        choices += [
            (
                f"{level.value}:{team.pk}",
                f"{level.label} · {team.name}{_knowing(knowing.get(team.pk))}",
            )
            for team in own
        ]
        if not own:
            choices.append((str(level.value), f"{level.label} · no team yet"))
    return choices


def _knowing(number: int | None) -> str:
    """Write how many know the category: " · 2 know it"; "" where nobody does."""
    know = "knows" if number == 1 else "know"
    return f" · {number} {know} it" if number else ""


def read_destination(value: str) -> tuple[int, Team | None]:
    """Return the level and the team that a chosen destination names."""
    level, _, team = value.partition(":")
    return int(level), Team.objects.filter(pk=team).first() if team else None


class EscalateForm(ActForm):
    """To whom, why, and the hand-off note. The way (warm or cold) is asked while on the line."""

    rows = (("how",), ("to", "reason"), ("to_agent",), ("tried",), ("known",), ("asked",))
    how = forms.ChoiceField(
        choices=[("warm", "Warm"), ("cold", "Cold")], widget=forms.RadioSelect, initial="warm"
    )
    to = forms.ChoiceField(label="To", error_messages={"required": "Choose who gets it."})
    reason = forms.ChoiceField(
        choices=[CHOOSE, *EscalationReason.choices],
        error_messages={"required": "Choose why it goes up."},
    )
    to_agent = forms.ModelChoiceField(
        User.objects.none(),
        label="Who takes the call",
        empty_label="Whoever of the team",
        required=False,
    )
    tried = forms.CharField(
        label="What was tried",
        widget=small(),
        error_messages={"required": "Say what was tried, so that nobody tries it again."},
    )
    known = forms.CharField(
        label="What is known",
        widget=small(),
        error_messages={"required": "Say what is known, so that nobody asks the customer again."},
    )
    asked = forms.CharField(label="What they should do", required=False)

    def prepare(self) -> None:
        """Offer what is above; ask the way only while the customer is on the line."""
        _choose(self, "to", destination_choices(self.ticket.category, above=self.ticket.level))
        if self.ticket.live_contact_id:
            above = staff().filter(home_level__gt=self.ticket.level)
            offer_people(self, "to_agent", above, ticket=self.ticket)
        else:
            del self.fields["how"], self.fields["to_agent"]

    def clean(self) -> dict[str, Any]:
        """A cold hand-over goes to the team: the named agent is dropped."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") == "cold":
            cleaned["to_agent"] = None
        return cleaned


class ManagerForm(ActForm):
    """Which manager is drawn in."""

    manager = forms.ModelChoiceField(User.objects.none(), empty_label="Choose")
    reason = forms.ChoiceField(choices=[CHOOSE, *EscalationReason.choices])
    note = forms.CharField(label="What they should know or decide", widget=small())

    def prepare(self) -> None:
        """Offer those who can decide."""
        _offer(self, "manager", staff().filter(role__in=DRAWN_IN_ROLES).exclude(pk=self.user.pk))


class ReturnForm(ActForm):
    """Why an escalation goes back."""

    reason = forms.ChoiceField(choices=[CHOOSE, *EscalationReason.choices])
    note = forms.CharField(label="What is missing, or what to do", widget=small())


class DeescalateForm(ActForm):
    """Where it goes back to, and with what."""

    rows = (("to", "reason"), ("note",))
    to = forms.ChoiceField(label="To")
    reason = forms.ChoiceField(choices=[CHOOSE, *EscalationReason.choices])
    note = forms.CharField(label="What was done, what remains", widget=small())

    def prepare(self) -> None:
        """Offer what is below."""
        _choose(self, "to", destination_choices(self.ticket.category, below=self.ticket.level))


class WaitForm(ActForm):
    """What it waits for."""

    wait_for = forms.ChoiceField(
        label="For",
        choices=[
            ("customer", "The customer"),
            ("vendor", "The vendor"),
            ("hold", "Something of our own: a change, a part, a release"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="What exactly", help_text="Shown in the queue.", required=False, max_length=200
    )


class ReasonForm(ActForm):
    """A required sentence, called a reason."""

    reason = forms.CharField(
        label="Why", widget=small(2), error_messages={"required": "Say in a sentence why."}
    )


class SplitForm(ActForm):
    """A message that is another issue."""

    subject = forms.CharField(label="What the other issue is", max_length=250)
    message = forms.IntegerField(widget=forms.HiddenInput)


class MessageForm(ActForm):
    """One message of the ticket."""

    message = forms.IntegerField(widget=forms.HiddenInput)


class LinkIdForm(ActForm):
    """One link of the ticket."""

    link = forms.IntegerField(widget=forms.HiddenInput)
