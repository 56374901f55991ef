"""What an act is: one verb as a dialog and a POST."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from accounts.models import User
from tickets.errors import NotThere
from tickets.lifecycle import Verb
from tickets.models import Ticket
from tickets.web import act_forms as forms

Values = Mapping[str, Any]
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One verb as a dialog and a POST. `title`, `button` and `done` may name {number}, {customer}
    and {level}; without a `title` the act has no dialog and is done at once."""

    verb: Verb
    run: Callable[[Ticket, User, Values], object]
    form: type[forms.ActForm] = forms.EmptyForm
    title: str = ""
    lead: str = ""
    button: str = "Save"
    done: str
    is_answer: bool = False
    """Whether the customer reads it: refused once where something came that its writer has not
    seen."""
    leaves: bool = False
    """Whether the ticket is likely to be somebody else's afterwards: back to the queue."""
    name: str = ""
    """The act's part of the address, where its verb is that of another act."""
    is_grave: bool = False
    """Whether it cannot be taken back: its button warns."""
    ends: bool = False
    """Whether its agent has nothing more to do there for now: on to the next, if they wish so."""

    @property
    def slug(self) -> str:
        """The act's part of the address."""
        return self.name or str(self.verb).replace("_", "-")


def own_row(model: type[Row], ticket: Ticket, pk: int) -> Row:
    """Return a row of this ticket; raises NotThere for another's."""
    row = model._default_manager.filter(pk=pk, ticket=ticket).first()
    if row is None:
        raise NotThere("It is not on this ticket.")
    return row
