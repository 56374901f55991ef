"""What each verb takes. Field names are the commands' own keywords."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.choices import Role, SupportLevel
from accounts.models import STAFF_ROLES, Team, User
from tickets.api.fields import Key, TrueOrFalse, Words
from tickets.choices import (
    LIVE_CHANNELS,
    CancelReason,
    Channel,
    Direction,
    EscalationReason,
    OutageEventKind,
    ResolutionCode,
    Status,
    Visibility,
)
from tickets.models import Contact, Link, Message, Ticket
from tickets.services.relating import LINKED_BY_HAND

LONGEST_TEXT = 100_000
WRITTEN = [(each.value, each.label) for each in Channel if each not in LIVE_CHANNELS]
LONGEST_NOTE = 10_000
FATES = [(kind.value, str(kind.label)) for kind in (OutageEventKind.ENDED, OutageEventKind.VOIDED)]


def note(**options: Any) -> Words:
    """A longer text."""
    return Words(max_length=LONGEST_NOTE, **options)


def optional_note() -> Words:
    """A longer text that may be left out."""
    return note(required=False, allow_blank=True)


def custom() -> serializers.DictField:
    """The desk's own fields, filled in on the way."""
    return serializers.DictField(
        required=False,
        help_text="The desk's own fields, key to value. Needed where the category requires some "
        "that are still empty (`fields_missing`).",
    )


def restored_at() -> serializers.DateTimeField:
    """When service was restored; needed where the ticket tells of an outage that runs."""
    return serializers.DateTimeField(
        required=False,
        help_text="When service was restored. Needed where an outage of the ticket runs.",
    )


def agent_field(**options: Any) -> Key:
    """Somebody of the staff, by number."""
    staff = User.objects.filter(role__in=STAFF_ROLES, is_active=True)
    return Key(queryset=staff, **options)


def team_field(**options: Any) -> Key:
    """A team in use, by number."""
    return Key(queryset=Team.objects.filter(is_active=True), **options)


class VerbInput(serializers.Serializer[Any]):
    """Nothing but, where it was not now, when it happened: for managers and administrators, all
    staff for what moves nothing. Never in the future, nor before what happened last."""

    at = serializers.DateTimeField(required=False)


class AssignInput(VerbInput):
    """`assignee` null releases the ticket."""

    assignee = agent_field(allow_null=True)
    note = optional_note()


class TransferInput(VerbInput):
    """To another team of the same level, perhaps to one of its members."""

    team = team_field()
    assignee = agent_field(required=False, allow_null=True)
    note = optional_note()
    is_warm = TrueOrFalse(default=False)


class EscalateInput(VerbInput):
    """Upwards, with a hand-off: what was tried, what is known. Warm only inside a live contact."""

    to_level = serializers.ChoiceField(choices=SupportLevel.choices, required=False)
    to_team = team_field(required=False, allow_null=True)
    to_agent = agent_field(required=False, allow_null=True)
    reason = serializers.ChoiceField(choices=EscalationReason.choices)
    tried = note()
    known = note()
    asked = optional_note()
    is_warm = TrueOrFalse(default=False)


class DrawInInput(VerbInput):
    """A manager or lead is drawn in; the level stays."""

    manager = Key(
        queryset=User.objects.filter(
            role__in=(Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR), is_active=True
        )
    )
    reason = serializers.ChoiceField(choices=EscalationReason.choices)
    note = note()


class ReturnInput(VerbInput):
    """Back to where it came from."""

    reason = serializers.ChoiceField(choices=EscalationReason.choices)
    note = note()


class DeescalateInput(ReturnInput):
    """Down to a level or team."""

    to_level = serializers.ChoiceField(choices=SupportLevel.choices, required=False)
    to_team = team_field(required=False, allow_null=True)


class WriteInput(VerbInput):
    """A message. Customers write public ones; `then` moves the ticket after an agent's reply. With
    `as_customer` staff enter what the customer wrote elsewhere, by a written `channel`;
    `is_acknowledgement` where it was only thanks, which is no contact and changes nothing."""

    body = Words(max_length=LONGEST_TEXT)
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)
    then = serializers.ChoiceField(
        choices=[(each.value, each.label) for each in Status], required=False, allow_null=True
    )
    as_customer = TrueOrFalse(default=False)
    channel = serializers.ChoiceField(choices=WRITTEN, required=False)
    is_acknowledgement = TrueOrFalse(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what goes with the customer's words alone, or never with them."""
        is_reply = attrs["visibility"] == Visibility.PUBLIC and attrs.get("then") is None
        if attrs["as_customer"]:
            if not is_reply:
                raise serializers.ValidationError(
                    {"as_customer": "What a customer wrote is public, and moves the ticket itself."}
                )
            return attrs
        theirs = [name for name in ("channel", "is_acknowledgement") if attrs.get(name)]
        if theirs:
            raise serializers.ValidationError(dict.fromkeys(theirs, "Only with “as_customer”."))
        return attrs


class AcknowledgeInput(VerbInput):
    """A message of the customer on this ticket that was no contact."""

    message = Key(queryset=Message.objects.all())


class StartContactInput(VerbInput):
    """A live contact begins."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    direction = serializers.ChoiceField(choices=Direction.choices, default=Direction.INBOUND)
    note = optional_note()


class EndContactInput(VerbInput):
    """The running contact ends."""

    note = optional_note()


class LogContactInput(StartContactInput):
    """A live contact that is over."""

    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()


class VoidContactInput(VerbInput):
    """A contact that did not happen."""

    contact = Key(queryset=Contact.objects.all())
    note = note()


class WaitInput(VerbInput):
    """Whom or what the ticket waits for."""

    for_ = serializers.ChoiceField(choices=("customer", "vendor", "hold"))
    note = optional_note()


class NoteInput(VerbInput):
    """A word on why."""

    note = optional_note()


class ResolveInput(VerbInput):
    """How it was resolved; above L1 also whether L1 could have solved it."""

    resolution_code = serializers.ChoiceField(choices=ResolutionCode.choices)
    note = optional_note()
    is_l1_capable = TrueOrFalse(required=False, allow_null=True, default=None)
    reply = Words(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    restored_at = restored_at()
    custom = custom()


class RejectInput(VerbInput):
    """Why it is not solved."""

    body = Words(max_length=LONGEST_TEXT)


class ReopenInput(VerbInput):
    """Why it is open again."""

    reason = note()


class AuditL1Input(VerbInput):
    """Whether L1 could have solved it, and why that is so."""

    is_l1_capable = TrueOrFalse()
    note = note()


class CloseInput(NoteInput):
    """An open ticket needs its resolution too."""

    resolution_code = serializers.ChoiceField(
        choices=ResolutionCode.choices, required=False, allow_blank=True
    )
    is_l1_capable = TrueOrFalse(required=False, allow_null=True, default=None)
    restored_at = restored_at()
    custom = custom()


class CancelInput(NoteInput):
    """Why it counts no more; of a major incident also whether its outages that run have ended (at
    `restored_at`; without it, now) or were none."""

    reason = serializers.ChoiceField(
        choices=[choice for choice in CancelReason.choices if choice[0] != CancelReason.MERGED]
    )
    outages = serializers.ChoiceField(choices=FATES, required=False)
    restored_at = restored_at()


class MergeInput(VerbInput):
    """The ticket that takes over."""

    into = Key(queryset=Ticket.objects.all())


class SplitInput(VerbInput):
    """The message that is an issue of its own, and what to call it."""

    message = Key(queryset=Message.objects.all())
    subject = Words(max_length=250)


class LinkInput(VerbInput):
    """Another ticket, and how this one relates to it."""

    other = Key(queryset=Ticket.objects.all())
    kind = serializers.ChoiceField(
        choices=[(kind.value, str(kind.label)) for kind in LINKED_BY_HAND]
    )


class UnlinkInput(VerbInput):
    """A link to take back."""

    link = Key(queryset=Link.objects.all())
