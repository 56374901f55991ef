"""What can be done with a ticket from its page: each act joins a verb, its form and its command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from accounts.models import User
from tickets.errors import NotThere
from tickets.lifecycle import Verb
from tickets.models import Contact, Link, Message, Ticket
from tickets.services import contacting, escalating, holding, picking, relating, states, talking
from tickets.web import act_forms as forms
from tickets.web import contact_forms

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
    leaves: bool = False
    """Whether the ticket is likely to be somebody else's afterwards: back to the queue."""

    @property
    def slug(self) -> str:
        """The act's part of the address."""
        return str(self.verb).replace("_", "-")


def _escalate(ticket: Ticket, user: User, values: Values) -> object:
    level, team = forms.read_destination(values["to"])
    return escalating.escalate(
        ticket,
        actor=user,
        to_level=level,
        to_team=team,
        reason=values["reason"],
        tried=values["tried"],
        known=values["known"],
        asked=values["asked"],
        is_warm=values.get("how") == "warm",
        to_agent=values.get("to_agent"),
    )


def _deescalate(ticket: Ticket, user: User, values: Values) -> object:
    level, team = forms.read_destination(values["to"])
    return escalating.deescalate(
        ticket,
        actor=user,
        to_level=level,
        to_team=team,
        reason=values["reason"],
        note=values["note"],
    )


def _assign(ticket: Ticket, user: User, values: Values) -> object:
    return holding.assign(ticket, actor=user, assignee=values["assignee"], note=values["note"])


def _wait(ticket: Ticket, user: User, values: Values) -> object:
    return states.wait(ticket, actor=user, for_=values["wait_for"], note=values["note"])


def _resolve(ticket: Ticket, user: User, values: Values) -> object:
    answer = values.get("is_l1_capable")
    return states.resolve(
        ticket,
        actor=user,
        resolution_code=values["resolution_code"],
        note=values["note"],
        is_l1_capable=None if answer is None else answer == "yes",
        reply=values["reply"],
    )


def _close(ticket: Ticket, user: User, values: Values) -> object:
    answer = values.get("is_l1_capable")
    return states.close(
        ticket,
        actor=user,
        note=values["note"],
        resolution_code=values.get("resolution_code", ""),
        is_l1_capable=None if answer is None else answer == "yes",
    )


def _own(model: type[Row], ticket: Ticket, pk: int) -> Row:
    """Return a row of this ticket; raises NotThere for another's."""
    row = model._default_manager.filter(pk=pk, ticket=ticket).first()
    if row is None:
        raise NotThere("It is not on this ticket.")
    return row


ACTS: tuple[Act, ...] = (
    Act(
        verb=Verb.PICK_UP,
        run=lambda ticket, user, values: picking.pick_up(ticket, actor=user),
        done="You work on #{number} now. {customer} is told.",
    ),
    Act(
        verb=Verb.TAKE,
        run=lambda ticket, user, values: holding.take(ticket, actor=user),
        done="#{number} is yours.",
    ),
    Act(
        verb=Verb.ASSIGN,
        form=forms.AssignForm,
        run=_assign,
        title="Assign #{number}",
        button="Assign",
        done="#{number} has changed hands.",
    ),
    Act(
        verb=Verb.TRANSFER,
        form=forms.TransferForm,
        run=lambda ticket, user, values: holding.transfer(ticket, actor=user, **values),
        title="Move #{number} to another team",
        lead="The level stays {level}. It goes to that team’s list.",
        button="Move",
        done="#{number} went to another team.",
        leaves=True,
    ),
    Act(
        verb=Verb.ESCALATE,
        form=forms.EscalateForm,
        run=_escalate,
        title="Escalate #{number}",
        lead="From {level}. They get your hand-off note, so that nobody asks {customer} twice.",
        button="Escalate",
        done="#{number} is escalated.",
    ),
    Act(
        verb=Verb.ESCALATE_TO_MANAGER,
        form=forms.ManagerForm,
        run=lambda ticket, user, values: escalating.escalate_to_manager(
            ticket,
            actor=user,
            manager=values["manager"],
            reason=values["reason"],
            note=values["note"],
        ),
        title="Draw a manager into #{number}",
        lead="The ticket stays where it is; the manager is told.",
        button="Draw in",
        done="The manager is told of #{number}.",
    ),
    Act(
        verb=Verb.ACCEPT_ESCALATION,
        run=lambda ticket, user, values: escalating.accept_escalation(ticket, actor=user),
        done="You accepted #{number}.",
    ),
    Act(
        verb=Verb.RETURN_ESCALATION,
        form=forms.ReturnForm,
        run=lambda ticket, user, values: escalating.return_escalation(
            ticket, actor=user, reason=values["reason"], note=values["note"]
        ),
        title="Return #{number}",
        lead="It goes back to the level that it came from, with your note.",
        button="Return",
        done="#{number} went back with your note.",
        leaves=True,
    ),
    Act(
        verb=Verb.DEESCALATE,
        form=forms.DeescalateForm,
        run=_deescalate,
        title="De-escalate #{number}",
        lead="Your part is done; a lower level goes on with it.",
        button="De-escalate",
        done="#{number} went to a lower level.",
        leaves=True,
    ),
    Act(
        verb=Verb.WAIT,
        form=forms.WaitForm,
        run=_wait,
        title="Put #{number} to waiting",
        lead="The clock of the customer stops only while they are asked something.",
        button="Let it wait",
        done="#{number} waits.",
    ),
    Act(
        verb=Verb.RESUME,
        run=lambda ticket, user, values: states.resume(ticket, actor=user),
        done="#{number} is in progress again.",
    ),
    Act(
        verb=Verb.RESOLVE,
        form=forms.ResolveForm,
        run=_resolve,
        title="Resolve #{number}",
        lead="{customer} is told, and can say whether it works.",
        button="Resolve",
        done="#{number} is resolved.",
    ),
    Act(
        verb=Verb.REOPEN,
        form=forms.ReasonForm,
        run=lambda ticket, user, values: states.reopen(ticket, actor=user, reason=values["reason"]),
        title="Reopen #{number}",
        lead="Its earlier resolution stays in the history.",
        button="Reopen",
        done="#{number} is open again.",
    ),
    Act(
        verb=Verb.CLOSE,
        form=forms.CloseForm,
        run=_close,
        title="Close #{number}",
        lead="Nobody has to look at it again; {customer} is told. Open, it is resolved by it.",
        button="Close ticket",
        done="#{number} is closed.",
    ),
    Act(
        verb=Verb.CANCEL,
        form=forms.CancelForm,
        run=lambda ticket, user, values: states.cancel(
            ticket, actor=user, reason=values["reason"], note=values["note"]
        ),
        title="Cancel #{number}",
        lead="A cancelled ticket counts in no figure but its own. It cannot be opened again.",
        button="Cancel ticket",
        done="#{number} is cancelled.",
    ),
    Act(
        verb=Verb.MERGE,
        form=forms.OtherTicketForm,
        run=lambda ticket, user, values: relating.merge(ticket, actor=user, into=values["other"]),
        title="Merge #{number} into another ticket",
        lead="This one becomes Cancelled, reason merged. Write the number of the one that stays.",
        button="Merge",
        done="#{number} is merged.",
    ),
    Act(
        verb=Verb.SPLIT,
        form=forms.SplitForm,
        run=lambda ticket, user, values: relating.split(
            ticket,
            actor=user,
            subject=values["subject"],
            message=_own(Message, ticket, values["message"]),
        ),
        title="Split a message off #{number}",
        lead="The message is another issue: it gets a ticket of its own, linked to this one.",
        button="Open a ticket for it",
        done="A new ticket was split off #{number}.",
    ),
    Act(
        verb=Verb.LINK,
        form=forms.LinkForm,
        run=lambda ticket, user, values: relating.link(
            ticket, actor=user, other=values["other"], kind=values["kind"]
        ),
        title="Link #{number}",
        button="Link",
        done="#{number} is linked.",
    ),
    Act(
        verb=Verb.UNLINK,
        form=forms.LinkIdForm,
        run=lambda ticket, user, values: relating.unlink(
            ticket, actor=user, link=_own(Link, ticket, values["link"])
        ),
        done="The link is removed.",
    ),
    Act(
        verb=Verb.START_CONTACT,
        form=contact_forms.StartContactForm,
        run=lambda ticket, user, values: contacting.start_contact(
            ticket, actor=user, channel=values["channel"], direction=values["direction"]
        ),
        title="Start a live contact on #{number}",
        lead="A timer runs until you end it. It counts as one contact, however many join.",
        button="Start",
        done="The contact runs.",
    ),
    Act(
        verb=Verb.JOIN_CONTACT,
        run=lambda ticket, user, values: contacting.join_contact(ticket, actor=user),
        done="You are on the line.",
    ),
    Act(
        verb=Verb.END_CONTACT,
        form=contact_forms.EndContactForm,
        run=lambda ticket, user, values: contacting.end_contact(
            ticket, actor=user, note=values["note"]
        ),
        title="End the live contact",
        lead="The customer does not read the note.",
        button="End it",
        done="The contact has ended.",
    ),
    Act(
        verb=Verb.LOG_CONTACT,
        form=contact_forms.LogContactForm,
        run=lambda ticket, user, values: contacting.log_contact(ticket, actor=user, **values),
        title="Log a contact that is over",
        button="Log it",
        done="The contact is logged.",
    ),
    Act(
        verb=Verb.VOID_CONTACT,
        form=contact_forms.VoidContactForm,
        run=lambda ticket, user, values: contacting.void_contact(
            ticket,
            actor=user,
            contact=_own(Contact, ticket, values["contact"]),
            note=values["note"],
        ),
        title="Take a contact back",
        lead="It did not happen, or was logged twice. The row stays and counts no more.",
        button="Take it back",
        done="The contact counts no more.",
    ),
    Act(
        verb=Verb.ACKNOWLEDGE,
        form=forms.MessageForm,
        run=lambda ticket, user, values: talking.acknowledge(
            ticket, actor=user, message=_own(Message, ticket, values["message"])
        ),
        done="The message counts as an acknowledgement: no contact, no reopen.",
    ),
)
BY_SLUG = {act.slug: act for act in ACTS}


def filled(text: str, ticket: Ticket) -> str:
    """Write a ticket's words into an act's sentence."""
    return text.format(
        number=ticket.pk, customer=ticket.customer.name, level=ticket.get_level_display()
    )
