"""Who follows a ticket beside its customer: people who were copied in, or asked to be."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from tickets.choices import Source, WatchMode
from tickets.errors import InvalidInput
from tickets.lifecycle import Verb
from tickets.models import Ticket, Watcher
from tickets.models.ledger import WATCHER
from tickets.services.base import begin, finish, require_choice


def add_watchers(ticket: Ticket, people: Iterable[User]) -> list[Watcher]:
    """Let people follow a ticket, and return the new ones. Left out: its own customer, who does
    already, staff, who see it anyway, and those who cannot sign in. Twice is once."""
    wanted = {
        person.pk: person
        for person in people
        if person.role == Role.CUSTOMER and person.is_active and person.pk != ticket.customer_id
    }
    known = set(ticket.watchers.values_list("user_id", flat=True))
    return Watcher.objects.bulk_create(
        [
            Watcher(ticket=ticket, user=person, added_at=timezone.now())
            for key, person in wanted.items()
            if key not in known
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def let_watch(
    ticket: Ticket, *, address: str, actor: User, source: str = Source.WEB
) -> Watcher | None:
    """Let the customer of a mail address follow a ticket; None where they do already. Raises
    InvalidInput for an address of nobody, or of somebody who needs no watching."""
    action = begin(ticket, Verb.CHANGE_PROPERTIES, actor=actor, source=source, at=None)
    person = User.objects.filter(email=address.strip().lower(), is_active=True).first()
    if person is None:
        words = "No customer has this address: they write to us once, or are made in the admin."
        raise InvalidInput(words, fields={"address": words})
    if person.role != Role.CUSTOMER or person.pk == ticket.customer_id:
        words = f"{person.name} reads this ticket anyway."
        raise InvalidInput(words, fields={"address": words})
    added = add_watchers(ticket, [person])
    if not added:
        return None
    action.change_property(WATCHER, old="", new=person.name, new_key=str(person.pk))
    finish(action)
    return added[0]


@transaction.atomic
def end_watch(watcher: Watcher, *, actor: User, source: str = Source.WEB) -> None:
    """Let somebody follow a ticket no more. They read nothing of it from now on."""
    action = begin(watcher.ticket, Verb.CHANGE_PROPERTIES, actor=actor, source=source, at=None)
    action.change_property(WATCHER, old=watcher.user.name, new="", old_key=str(watcher.user_id))
    watcher.delete()
    finish(action)


def choose_mails(watcher: Watcher, *, mode: str) -> Watcher:
    """Keep what somebody who watches wants to be mailed. Twice is once; a digest that waits is not
    sent where they want none. Raises InvalidInput."""
    watcher.mode = require_choice(mode, WatchMode, field="mode")
    watcher.save(update_fields=["mode"])
    return watcher
