"""Changing what a ticket is about: category, product, impact, urgency, type, tags and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.models import User
from tickets.choices import Complexity, Impact, Priority, Source, TicketType, Urgency
from tickets.errors import InvalidInput
from tickets.ledger import Action
from tickets.lifecycle import Verb
from tickets.models import Category, Product, PropertyChange, Tag, Ticket
from tickets.priority import derive_priority
from tickets.services.base import begin, finish
from tickets.services.fields import clean_custom, find_tags

CHOICES: Mapping[str, type[models.TextChoices] | type[models.IntegerChoices]] = {
    "type": TicketType,
    "impact": Impact,
    "urgency": Urgency,
    "priority": Priority,
    "complexity": Complexity,
}
NAMED = {"category": Category, "product": Product}
CHANGEABLE = ("subject", *CHOICES, *NAMED, "tags", "custom")
MAY_BE_EMPTY = ("complexity", *NAMED)


@dataclass(frozen=True, slots=True)
class Worth:
    """A value as it is stored, as people read it, and the key of the row that it names."""

    value: Any
    words: str
    key: str = ""


@transaction.atomic
def change_properties(
    ticket: Ticket,
    *,
    changes: Mapping[str, Any],
    actor: User | None,
    source: str = Source.WEB,
    at: datetime | None = None,
) -> tuple[PropertyChange, ...]:
    """Set the named properties and return a row for each that changed; none changed: no rows.

    `changes` takes the names in CHANGEABLE: choices by value, category and product as rows or None,
    tags as words (the whole set), custom as key → value (those named). Priority follows from impact
    and urgency where one of them changes, unless it is named itself. Raises InvalidInput.
    """
    action = begin(ticket, Verb.CHANGE_PROPERTIES, actor=actor, source=source, at=at)
    wanted = _with_priority(ticket, _check_names(changes))
    changed: list[str] = []
    for name, value in wanted.items():
        changed += _CHANGERS.get(name, _change_field)(action, name, value)
    finish(action, also=tuple(changed))
    return tuple(row for row in action.rows if isinstance(row, PropertyChange))


def _check_names(changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(changes.keys() - set(CHANGEABLE))
    if unknown:
        raise InvalidInput(
            f"These cannot be changed: {', '.join(unknown)}.",
            fields=dict.fromkeys(unknown, "This cannot be changed."),
        )
    return dict(changes)


def _with_priority(ticket: Ticket, changes: dict[str, Any]) -> dict[str, Any]:
    impact, urgency = changes.get("impact", ticket.impact), changes.get("urgency", ticket.urgency)
    if "priority" in changes or (impact, urgency) == (ticket.impact, ticket.urgency):
        return changes
    _choice("impact", impact)
    _choice("urgency", urgency)
    return changes | {"priority": derive_priority(impact=impact, urgency=urgency)}


def _change_field(action: Action, name: str, value: Any) -> list[str]:
    """Set one plain field; return the names of the columns to save."""
    ticket = action.ticket
    old, new = _worth(name, getattr(ticket, name)), _worth(name, value)
    if old.value == new.value:
        return []
    action.change_property(name, old=old.words, new=new.words, old_key=old.key, new_key=new.key)
    setattr(ticket, name, new.value)
    return [name]


def _worth(name: str, value: Any) -> Worth:
    if value in (None, "") and name in MAY_BE_EMPTY:
        return Worth(None if name in NAMED else "", "")
    if name in CHOICES:
        return _choice(name, value)
    if name in NAMED:
        return _named(name, value)
    return _subject(value)


def _choice(name: str, value: Any) -> Worth:
    choices = CHOICES[name]
    if value not in choices.values:
        words = f"Choose one of: {', '.join(map(str, choices.values))}."
        raise InvalidInput(words, fields={name: words})
    return Worth(choices(value).value, str(choices(value).label), str(value))


def _named(name: str, value: Any) -> Worth:
    if not isinstance(value, NAMED[name]):
        raise InvalidInput(f"Choose a {name}.", fields={name: f"Choose a {name}."})
    return Worth(value, str(value), str(value.pk))


def _subject(value: Any) -> Worth:
    text = str(value).strip()
    if not 0 < len(text) <= 250:
        words = "Say in a few words what it is about (at most 250 characters)."
        raise InvalidInput(words, fields={"subject": words})
    return Worth(text, text)


def _change_tags(action: Action, name: str, value: Iterable[str]) -> list[str]:
    old = {tag.pk: tag for tag in action.ticket.tags.all()}
    new = {tag.pk: tag for tag in find_tags(value)}
    if old.keys() == new.keys():
        return []
    action.change_property(name, old=_listed(old.values()), new=_listed(new.values()))
    action.ticket.tags.set(new.values())
    return []


def _listed(tags: Iterable[Tag]) -> str:
    return ", ".join(sorted(tag.name for tag in tags))


def change_custom(action: Action, name: str, value: Mapping[str, object]) -> list[str]:
    """Set those of the desk's own fields that are named; return the columns to save. Raises
    InvalidInput."""
    ticket = action.ticket
    custom = dict(ticket.custom)
    for key, new in clean_custom(value, category=ticket.category, is_change=True).items():
        old = custom.get(key)
        if old == new:
            continue
        action.change_property(f"{name}.{key}"[:40], old=_shown(old), new=_shown(new))
        custom[key] = new
    if custom == ticket.custom:
        return []
    ticket.custom = {key: each for key, each in custom.items() if each is not None}
    return [name]


def _shown(value: object) -> str:
    return "" if value is None else str(value)


_CHANGERS: Mapping[str, Callable[[Action, str, Any], list[str]]] = {
    "tags": _change_tags,
    "custom": change_custom,
}
