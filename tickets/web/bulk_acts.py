"""What can be done with several tickets at once: each act is one command per ticket, its form asks
once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.utils.text import slugify

from accounts.models import Team, User
from tickets.choices import CancelReason, Priority, ResolutionCode
from tickets.models import Category, Ticket
from tickets.services import holding, states
from tickets.services.base import lock
from tickets.services.properties import change_properties
from tickets.web.act_forms import CHOOSE, WaitForm, small
from tickets.web.people_fields import offer_people, person_or_nobody, staff

Values = Mapping[str, Any]


class AssignMany(forms.Form):
    """Who gets them."""

    assignee = person_or_nobody()
    note = forms.CharField(label="What they should know", widget=small(2), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_people(self, "assignee", staff())


class TransferMany(forms.Form):
    """Which team gets them."""

    team = forms.ModelChoiceField(
        Team.objects.filter(is_active=True),
        label="To team",
        empty_label="Choose",
        help_text="Of the same level: tickets of another are refused and stay selected.",
    )
    note = forms.CharField(label="What they should know", widget=small(2), required=False)


class PriorityMany(forms.Form):
    """What to do first."""

    priority = forms.TypedChoiceField(choices=[CHOOSE, *Priority.choices], coerce=int)


class CategoryMany(forms.Form):
    """What they are about."""

    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True), empty_label="None", required=False
    )


class TagMany(forms.Form):
    """Words to add or to take off."""

    way = forms.ChoiceField(
        label="What to do",
        choices=[("add", "Add"), ("remove", "Take off")],
        widget=forms.RadioSelect,
        initial="add",
    )
    tags = forms.CharField(
        help_text="Words, with commas between.", error_messages={"required": "Write a word."}
    )


class WaitMany(forms.Form):
    """What they wait for."""

    wait_for = forms.ChoiceField(
        label="For",
        choices=WaitForm.base_fields["wait_for"].choices,  # type: ignore[attr-defined]  # a choice field
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="What exactly", help_text="Shown in the queue.", required=False, max_length=200
    )


class CloseMany(forms.Form):
    """How those that are open were solved."""

    resolution_code = forms.ChoiceField(
        label="How those still open were solved",
        choices=[("", "None is open"), *ResolutionCode.choices],
        required=False,
    )
    is_l1_capable = forms.ChoiceField(
        label="Could L1 have solved those above it?",
        choices=[("", "None is above L1"), ("yes", "Yes"), ("no", "No")],
        required=False,
    )
    note = forms.CharField(label="Note for colleagues", widget=small(2), required=False)


class SpamMany(forms.Form):
    """Nothing to fill in but a note."""

    note = forms.CharField(label="Note for colleagues", widget=small(2), required=False)


def _tag(ticket: Ticket, user: User, values: Values) -> object:
    """Add words to a ticket's tags or take them off; the ticket is locked between reading them and
    setting them anew."""
    with transaction.atomic():
        lock(ticket)
        old = {tag.name for tag in ticket.tags.all()}
        words = {slugify(word) for word in values["tags"].split(",")}
        new = old | words if values["way"] == "add" else old - words
        return change_properties(ticket, changes={"tags": new}, actor=user)


def _close(ticket: Ticket, user: User, values: Values) -> object:
    answer = values["is_l1_capable"]
    return states.close(
        ticket,
        actor=user,
        note=values["note"],
        resolution_code=values["resolution_code"],
        is_l1_capable=answer == "yes" if answer else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """An act on many. `title`, `button` and `done` name them by {tickets} ("12 tickets"), `done`
    also what was chosen by its field's name. Without a form it is done at once."""

    key: str
    run: Callable[[Ticket, User, Values], object]
    done: str
    form: type[forms.Form] | None = None
    title: str = ""
    lead: str = ""
    button: str = ""
    is_grave: bool = False
    """Whether it cannot be undone: its button warns."""


ACTS: tuple[BulkAct, ...] = (
    BulkAct(
        key="take",
        run=lambda ticket, user, values: holding.take(ticket, actor=user),
        done="{tickets} assigned to {user}.",
    ),
    BulkAct(
        key="assign",
        form=AssignMany,
        run=lambda ticket, user, values: holding.assign(ticket, actor=user, **values),
        title="Assign {tickets}",
        button="Assign {tickets}",
        done="{tickets} assigned to {assignee}.",
    ),
    BulkAct(
        key="transfer",
        form=TransferMany,
        run=lambda ticket, user, values: holding.transfer(ticket, actor=user, **values),
        title="Move {tickets} to another team",
        button="Move {tickets}",
        done="{tickets} moved to {team}.",
    ),
    BulkAct(
        key="priority",
        form=PriorityMany,
        run=lambda ticket, user, values: change_properties(ticket, actor=user, changes=values),
        title="Set the priority of {tickets}",
        button="Set it for {tickets}",
        done="Priority set for {tickets}.",
    ),
    BulkAct(
        key="category",
        form=CategoryMany,
        run=lambda ticket, user, values: change_properties(ticket, actor=user, changes=values),
        title="Set the category of {tickets}",
        button="Set it for {tickets}",
        done="Category set for {tickets}.",
    ),
    BulkAct(
        key="tags",
        form=TagMany,
        run=_tag,
        title="Tag {tickets}",
        button="Change the tags of {tickets}",
        done="Tags changed on {tickets}.",
    ),
    BulkAct(
        key="wait",
        form=WaitMany,
        run=lambda ticket, user, values: states.wait(
            ticket, actor=user, for_=values["wait_for"], note=values["note"]
        ),
        title="Put {tickets} to waiting",
        lead="New ones are picked up by it, and their customers told.",
        button="Let {tickets} wait",
        done="{tickets} put to waiting.",
    ),
    BulkAct(
        key="resume",
        run=lambda ticket, user, values: states.resume(ticket, actor=user),
        done="{tickets} in progress again.",
    ),
    BulkAct(
        key="close",
        form=CloseMany,
        run=_close,
        title="Close {tickets}?",
        lead="Each customer is told. Those that are open are resolved by it.",
        button="Close {tickets}",
        done="{tickets} closed.",
        is_grave=True,
    ),
    BulkAct(
        key="spam",
        form=SpamMany,
        run=lambda ticket, user, values: states.cancel(
            ticket, actor=user, reason=CancelReason.SPAM, note=values["note"]
        ),
        title="Cancel {tickets} as spam?",
        lead="They count in no figure but their own and cannot be opened again. Nobody is told.",
        button="Cancel {tickets}",
        done="{tickets} cancelled as spam.",
        is_grave=True,
    ),
)
BY_KEY = {act.key: act for act in ACTS}


def tickets_words(number: int) -> str:
    """Write a number of tickets: "1 ticket", "1,204 tickets"."""
    return f"{number:,} ticket{'' if number == 1 else 's'}"


def said(text: str, *, number: int, user: User, values: Values) -> str:
    """Write the number, the reader and what was chosen into an act's sentence."""
    words = {key: "nobody" if value is None else str(value) for key, value in values.items()}
    return text.format(**{**words, "tickets": tickets_words(number), "user": user.name})
