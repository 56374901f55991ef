"""Search for people: for the agent who logs a call, and for the API."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from tickets.search.words import read


def search_people(people: QuerySet[User], text: str) -> QuerySet[User]:
    """Narrow `people` to those whose name, address, phone or organization has every word. They are
    few beside tickets, so that they are read without an index. No word: all."""
    for word in read(text):
        people = people.filter(
            Q(name__icontains=word.text)
            | Q(email__icontains=word.text)
            | Q(phone__icontains=word.text)
            | Q(organization__name__icontains=word.text)
        )
    return people
