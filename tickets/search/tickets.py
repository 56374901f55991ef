"""Search for tickets: one function for the queue, the portal and the API, on both databases.

The database keeps the index itself (tickets/migrations/0005_search.py), so that whatever writes a
ticket or a message, a bulk load too, is found at once.
"""

from __future__ import annotations

from django.db import connection
from django.db.models.expressions import RawSQL

from accounts.models import User
from tickets.querysets import TicketQuerySet
from tickets.search import postgresql, sqlite
from tickets.search.words import Word, read


def search_tickets(tickets: TicketQuerySet, text: str, *, reader: User) -> TicketQuerySet:
    """Narrow `tickets`, which `reader` may see, to those in which every word stands somewhere.

    A word is a ticket's number, a part of its subject or of its customer's name or organization, or
    the beginning of a word in a message. "#123" is that number alone. The desk also searches
    addresses and private notes; customers never do. Words of one or two letters are looked for at
    beginnings only. Where nothing fits, words of five letters or more may have one letter wrong in
    subjects and names; whether something fits is asked of what the reader sees, not of the desk.
    No word: all tickets.
    """
    words = read(text)
    if not words:
        return tickets
    found = tickets.filter(pk__in=_numbers(words, reader=reader, is_near=False))
    if not any(word.is_long for word in words) or found.exists():
        return found
    return tickets.filter(pk__in=_numbers(words, reader=reader, is_near=True))


def _numbers(words: tuple[Word, ...], *, reader: User, is_near: bool) -> RawSQL:
    """Select the numbers of all tickets that fit; who may see them is the caller's filter."""
    vendor = postgresql if connection.vendor == "postgresql" else sqlite
    sql, values = vendor.select(words, is_for_staff=reader.is_agent, is_near=is_near)
    return RawSQL(sql, values)  # noqa: S611  # words are values, never part of the SQL
