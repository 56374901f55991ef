"""What counts as one contact of a ticket: pure, derived from its messages and live contacts.

docs/definitions.md, "What is one contact?", is the source of every rule here.
"""

# ruff: noqa: D102  # the members of a protocol are the fields of the models, told there

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from tickets.choices import Capacity, Direction, Visibility


class Spoken(Protocol):
    """A message, as far as contacts go; the stored `Message` is one."""

    @property
    def pk(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def author_capacity(self) -> str: ...
    @property
    def visibility(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def is_machine(self) -> bool: ...
    @property
    def is_acknowledgement(self) -> bool: ...


class Live(Protocol):
    """A live contact; the stored `Contact` is one. Its end is told apart, see `derive_contacts`."""

    @property
    def pk(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def channel(self) -> str: ...
    @property
    def direction(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSpan:
    """One contact. `number` counts from 1 in order of their beginnings.

    `ended_at` is None while a call runs or a customer's message is unanswered. `live_pk` is the
    key of the live contact, None for a written one. `message_pks` are the messages that belong to
    it.
    """

    number: int
    started_at: datetime
    seq: int
    ended_at: datetime | None
    channel: str
    is_by_customer: bool
    live_pk: int | None
    message_pks: tuple[int, ...]

    @property
    def is_live(self) -> bool:
        """Whether it was an interval in which both sides spoke, rather than letters."""
        return self.live_pk is not None


def counts_as_speech(message: Spoken, *, voided_messages: Collection[int] = frozenset()) -> bool:
    """Answer whether a message can open or answer a contact: public, by a customer or an agent,
    from no machine, and no acknowledgement (whether known when it came or marked later)."""
    return (
        message.visibility == Visibility.PUBLIC
        and not message.is_machine
        and not message.is_acknowledgement
        and message.author_capacity in (Capacity.CUSTOMER, Capacity.AGENT)
        and message.pk not in voided_messages
    )


def is_inside(moment: datetime, start: datetime, end: datetime | None) -> bool:
    """Answer whether a moment falls into a live contact; one of no length holds its only moment."""
    return start <= moment and (end is None or moment < end or moment == start)


def derive_contacts(
    messages: Iterable[Spoken],
    live: Iterable[Live],
    *,
    ended: Mapping[int, datetime],
    voided_messages: Collection[int] = frozenset(),
    voided_contacts: Collection[int] = frozenset(),
) -> tuple[ContactSpan, ...]:
    """Return the contacts of one ticket, numbered, in order of their beginnings.

    `ended` maps a live contact's key to its end; a missing one still runs. `voided_*` are the keys
    of rows that a correction took back. Every live contact is one contact. A customer's message
    opens a written one unless it falls into a live contact, or an earlier one is still unanswered;
    the written one ends with the last agent message, or with the live contact that answers it.
    """
    calls = [call for call in live if call.pk not in voided_contacts]
    spoken = [m for m in messages if counts_as_speech(m, voided_messages=voided_messages)]
    events: list[tuple[datetime, int, Spoken | None, Live | None]] = [
        *((call.occurred_at, call.seq, None, call) for call in calls),
        *((message.occurred_at, message.seq, message, None) for message in spoken),
    ]
    events.sort(key=lambda event: event[:2])
    derivation = _Derivation(calls, ended)
    for _, _, message, call in events:
        if call is not None:
            derivation.take_live(call)
        elif message is not None:
            derivation.take_message(message)
    return tuple(derivation.spans)


class _Derivation:
    """The walk through what happened, oldest first."""

    def __init__(self, calls: list[Live], ended: Mapping[int, datetime]) -> None:
        self.spans: list[ContactSpan] = []
        self._calls = calls
        self._ended = ended
        self._of_call: dict[int, int] = {}
        self._early: dict[int, list[int]] = {}
        self._written: int | None = None
        self._is_waiting = False

    def take_live(self, call: Live) -> None:
        """Open a live contact; it answers whoever waits."""
        if self._is_waiting and self._written is not None:
            self._change(self._written, ended_at=call.occurred_at)
        self._written, self._is_waiting = None, False
        self._of_call[call.pk] = len(self.spans)
        self._open(
            started_at=call.occurred_at,
            seq=call.seq,
            ended_at=self._ended.get(call.pk),
            channel=call.channel,
            is_by_customer=call.direction == Direction.INBOUND,
            live_pk=call.pk,
            message_pks=tuple(self._early.pop(call.pk, ())),
        )

    def take_message(self, message: Spoken) -> None:
        """Add a message to the contact that it belongs to, or open one with it."""
        around = self._call_around(message.occurred_at)
        if around is not None:
            self._add_to_call(around, message)
        elif message.author_capacity == Capacity.AGENT:
            self._answer(message)
        elif self._is_waiting and self._written is not None:
            self._add(self._written, message)
        else:
            self._written, self._is_waiting = len(self.spans), True
            self._open(
                started_at=message.occurred_at,
                seq=message.seq,
                ended_at=None,
                channel=message.channel,
                is_by_customer=True,
                live_pk=None,
                message_pks=(message.pk,),
            )

    def _answer(self, message: Spoken) -> None:
        self._is_waiting = False
        if self._written is not None:
            self._change(self._written, ended_at=message.occurred_at)
            self._add(self._written, message)

    def _call_around(self, moment: datetime) -> Live | None:
        for call in self._calls:
            if is_inside(moment, call.occurred_at, self._ended.get(call.pk)):
                return call
        return None

    def _add_to_call(self, call: Live, message: Spoken) -> None:
        """A description typed in the instant in which the call begins may stand before it."""
        if call.pk in self._of_call:
            self._add(self._of_call[call.pk], message)
        else:
            self._early.setdefault(call.pk, []).append(message.pk)

    def _open(
        self,
        *,
        started_at: datetime,
        seq: int,
        ended_at: datetime | None,
        channel: str,
        is_by_customer: bool,
        live_pk: int | None,
        message_pks: tuple[int, ...],
    ) -> None:
        self.spans.append(
            ContactSpan(
                number=len(self.spans) + 1,
                started_at=started_at,
                seq=seq,
                ended_at=ended_at,
                channel=channel,
                is_by_customer=is_by_customer,
                live_pk=live_pk,
                message_pks=message_pks,
            )
        )

    def _change(self, index: int, *, ended_at: datetime) -> None:
        self.spans[index] = replace(self.spans[index], ended_at=ended_at)

    def _add(self, index: int, message: Spoken) -> None:
        span = self.spans[index]
        self.spans[index] = replace(span, message_pks=(*span.message_pks, message.pk))
