"""What can be done with a ticket from its page: each act joins a verb, its form and its command."""

from __future__ import annotations

from accounts.models import User
from tickets.lifecycle import Verb
from tickets.models import Link, Message, Ticket
from tickets.services import auditing, escalating, holding, picking, relating, states, talking
from tickets.web import act_forms as forms
from tickets.web import ending_forms, relating_forms
from tickets.web.act import Act, Values, own_row
from tickets.web.contact_acts import CONTACT_ACTS
from tickets.web.custom_fields import custom_values
from tickets.web.outage_acts import OUTAGE_ACTS


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
        restored_at=values.get("restored_at"),
        custom=custom_values(values),
    )


def _close(ticket: Ticket, user: User, values: Values) -> object:
    answer = values.get("is_l1_capable")
    return states.close(
        ticket,
        actor=user,
        note=values["note"],
        resolution_code=values.get("resolution_code", ""),
        is_l1_capable=None if answer is None else answer == "yes",
        restored_at=values.get("restored_at"),
        custom=custom_values(values),
    )


def _audit(ticket: Ticket, user: User, values: Values) -> object:
    is_l1_capable = values["is_l1_capable"] == "yes"
    return auditing.audit_l1(ticket, actor=user, is_l1_capable=is_l1_capable, note=values["note"])


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
        ends=True,
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
        ends=True,
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
        ends=True,
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
        ends=True,
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
        ends=True,
        done="#{number} waits.",
    ),
    Act(
        verb=Verb.RESUME,
        run=lambda ticket, user, values: states.resume(ticket, actor=user),
        done="#{number} is in progress again.",
    ),
    Act(
        verb=Verb.RESOLVE,
        form=ending_forms.ResolveForm,
        run=_resolve,
        title="Resolve #{number}",
        lead="{customer} is told, and can say whether it works.",
        button="Resolve",
        is_answer=True,
        ends=True,
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
        verb=Verb.AUDIT_L1,
        form=ending_forms.AuditForm,
        run=_audit,
        title="Audit #{number}",
        lead="It counts instead of the resolver’s answer, which stays in the history. Staff alone "
        "read it.",
        button="Keep the answer",
        done="The audit of #{number} is kept.",
    ),
    Act(
        verb=Verb.CLOSE,
        form=ending_forms.CloseForm,
        run=_close,
        title="Close #{number}",
        lead="Nobody has to look at it again; {customer} is told. Open, it is resolved by it.",
        button="Close ticket",
        is_answer=True,
        ends=True,
        done="#{number} is closed.",
    ),
    Act(
        verb=Verb.CANCEL,
        form=ending_forms.CancelForm,
        run=lambda ticket, user, values: states.cancel(ticket, actor=user, **values),
        title="Cancel #{number}",
        lead="A cancelled ticket counts in no figure but its own. It cannot be opened again.",
        button="Cancel ticket",
        is_grave=True,
        ends=True,
        done="#{number} is cancelled.",
    ),
    Act(
        verb=Verb.MERGE,
        form=relating_forms.MergeForm,
        run=lambda ticket, user, values: relating.merge(ticket, actor=user, into=values["other"]),
        title="Merge #{number} into another ticket",
        lead="This one becomes Cancelled, reason merged. Write the number of the one that stays.",
        button="Merge",
        is_grave=True,
        ends=True,
        done="#{number} is merged.",
    ),
    Act(
        verb=Verb.SPLIT,
        form=forms.SplitForm,
        run=lambda ticket, user, values: relating.split(
            ticket,
            actor=user,
            subject=values["subject"],
            message=own_row(Message, ticket, values["message"]),
        ),
        title="Split a message off #{number}",
        lead="The message is another issue: it gets a ticket of its own, linked to this one.",
        button="Open a ticket for it",
        done="A new ticket was split off #{number}.",
    ),
    Act(
        verb=Verb.LINK,
        form=relating_forms.LinkForm,
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
            ticket, actor=user, link=own_row(Link, ticket, values["link"])
        ),
        done="The link is removed.",
    ),
    *CONTACT_ACTS,
    Act(
        verb=Verb.ACKNOWLEDGE,
        form=forms.MessageForm,
        run=lambda ticket, user, values: talking.acknowledge(
            ticket, actor=user, message=own_row(Message, ticket, values["message"])
        ),
        title="Is it only a thank-you?",
        lead="It counts as no contact then, and what it reopened as not reopened. This cannot be "
        "taken back.",
        button="Yes, it is",
        done="The message counts as an acknowledgement: no contact, no reopen.",
    ),
    *OUTAGE_ACTS,
)
BY_SLUG = {act.slug: act for act in ACTS}


def filled(text: str, ticket: Ticket) -> str:
    """Write a ticket's words into an act's sentence."""
    return text.format(
        number=ticket.pk, customer=ticket.customer.name, level=ticket.get_level_display()
    )
