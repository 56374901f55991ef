"""The part of a ticket's timeline that a page shows: its newest, or what an address asks for.

The timeline is made of all rows, since contacts are numbered from the first; what is long (words,
files, mails) is read of the shown part alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from tickets.models import Message, Ticket
from tickets.selectors.deliveries import Delivery, by_message, deliveries, mails_shown
from tickets.selectors.letters import Letter, letters_of, with_letters
from tickets.selectors.timeline import Entry, Timeline

SIZE: Final = 50
"""How many entries are shown at once, beside the first."""

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the timeline a page is: before or after the entry of a key, or around a message.
    Nothing of it: at the newest."""

    before: Key | None = None
    after: Key | None = None
    message: int | None = None


NEWEST: Final = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Entries that follow each other. `opening` is what the ticket began with and stands above
    them; `earlier` and `later` count what is left out between it and them, and after them; `lost`
    are the mails that did not arrive and whose message is not among them."""

    opening: Entry | None
    entries: Sequence[Entry]
    earlier: int
    later: int
    lost: Sequence[Delivery]

    @property
    def before(self) -> str:
        """Where the earlier ones are, as an address writes it."""
        return written(self.entries[0]) if self.entries else ""

    @property
    def after(self) -> str:
        """Where the later ones are, as an address writes it."""
        return written(self.entries[-1]) if self.entries else ""


def read_stretch(ticket: Ticket, timeline: Timeline, place: Place = NEWEST) -> Stretch:
    """Cut out what a place asks for and read its words, files and mails, in a fixed number of
    queries."""
    rest = timeline.entries[1:]
    start, end = _bounds(rest, place)
    shown = [*timeline.entries[:1], *rest[start:end]]
    messages = _messages(shown)
    mailed = by_message(deliveries(list(mails_shown(ticket, messages.keys()))))
    letters = letters_of(messages.values(), ticket=ticket)
    filled = [_filled(entry, messages, letters, mailed) for entry in shown]
    return Stretch(
        opening=filled[0] if filled else None,
        entries=filled[1:],
        earlier=start,
        later=len(rest) - end,
        lost=_lost(mailed, told=messages.keys()),
    )


def _bounds(entries: Sequence[Entry], place: Place) -> tuple[int, int]:
    """Return where the stretch begins and ends, half-open."""
    if place.after:
        start = bisect_left(entries, place.after, key=_key)
        start += start < len(entries) and _key(entries[start]) == place.after
        return start, min(start + SIZE, len(entries))
    end = len(entries)
    if place.before:
        end = bisect_left(entries, place.before, key=_key)
    elif place.message:
        pks = [entry.message_pk for entry in entries]
        if place.message in pks:
            end = min(max(pks.index(place.message) + SIZE // 2, SIZE), len(entries))
    return max(0, end - SIZE), end


def _key(entry: Entry) -> Key:
    return entry.at, entry.seq


def written(entry: Entry) -> str:
    """Write an entry's key for an address."""
    return f"{entry.at.isoformat()},{entry.seq}"


def _messages(entries: Iterable[Entry]) -> dict[int, Message]:
    """Read the messages of entries whole; who wrote them is loaded already."""
    known = {entry.message.pk: entry.message for entry in entries if entry.message}
    rows = with_letters(Message.objects.filter(pk__in=known).prefetch_related("attachments"))
    found = {row.pk: row for row in rows}
    for pk, row in found.items():
        row.actor, row.author = known[pk].actor, known[pk].author
    return found


def _filled(
    entry: Entry,
    messages: Mapping[int, Message],
    letters: Mapping[int, Letter],
    mailed: Mapping[int | None, Sequence[Delivery]],
) -> Entry:
    key = entry.message_pk
    if key is None:
        return entry
    return replace(
        entry, message=messages[key], letter=letters.get(key), deliveries=mailed.get(key, ())
    )


def _lost(mailed: dict[int | None, list[Delivery]], *, told: Collection[int]) -> list[Delivery]:
    elsewhere = [mails for pk, mails in mailed.items() if pk not in told]
    return [each for mails in elsewhere for each in mails if each.is_trouble]
