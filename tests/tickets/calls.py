"""Every verb as one call with good input, so that tests can go through all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from accounts.models import User
from tests.cast import Cast
from tests.tickets.scenes import new_ticket
from tickets.lifecycle import Verb
from tickets.models import LEDGER_MODELS, Link, Message, Outage, Service, Ticket
from tickets.services import (
    auditing,
    contacting,
    escalating,
    holding,
    outages,
    picking,
    properties,
    relating,
    states,
    talking,
)

Call = Callable[[Cast, Ticket, User, datetime], object]

HAND_OFF: dict[str, Any] = {
    "reason": "knowledge",
    "tried": "Restarted.",
    "known": "It fails at noon.",
}
WHY: dict[str, Any] = {"reason": "not_ours", "note": "Belongs to them."}


def first_message(ticket: Ticket) -> Message:
    """The customer's description."""
    return ticket.messages.order_by("seq")[0]


def _another(cast: Cast, ticket: Ticket) -> Ticket:
    """Another ticket of the customer, received when this one was."""
    return new_ticket(cast, at=ticket.received_at)


def _link(cast: Cast, ticket: Ticket) -> Link:
    other = _another(cast, ticket)
    made = relating.link(ticket, other=other, kind="related", actor=cast.administrator)
    assert made is not None
    return made


def _service() -> Service:
    return Service.objects.get_or_create(name="Mail")[0]


CALLS: dict[Verb, Call] = {
    Verb.PICK_UP: lambda c, t, who, at: picking.pick_up(t, actor=who, at=at),
    Verb.TAKE: lambda c, t, who, at: holding.take(t, actor=who, at=at),
    Verb.ASSIGN: lambda c, t, who, at: holding.assign(t, assignee=c.second_agent, actor=who, at=at),
    Verb.TRANSFER: lambda c, t, who, at: holding.transfer(
        t, team=c.l1, assignee=c.second_agent, actor=who, at=at
    ),
    Verb.ESCALATE: lambda c, t, who, at: escalating.escalate(
        t, to_team=c.l2, actor=who, at=at, **HAND_OFF
    ),
    Verb.ESCALATE_TO_MANAGER: lambda c, t, who, at: escalating.escalate_to_manager(
        t, manager=c.manager, actor=who, at=at, **WHY
    ),
    Verb.ACCEPT_ESCALATION: lambda c, t, who, at: escalating.accept_escalation(t, actor=who, at=at),
    Verb.RETURN_ESCALATION: lambda c, t, who, at: escalating.return_escalation(
        t, actor=who, at=at, **WHY
    ),
    Verb.DEESCALATE: lambda c, t, who, at: escalating.deescalate(
        t, to_team=c.l1, actor=who, at=at, **WHY
    ),
    Verb.REPLY: lambda c, t, who, at: talking.reply(t, body="Try again.", actor=who, at=at),
    Verb.CUSTOMER_REPLY: lambda c, t, who, at: talking.reply_as_customer(
        t, body="Still there.", actor=who, at=at
    ),
    Verb.ADD_NOTE: lambda c, t, who, at: talking.add_note(t, body="Hm.", actor=who, at=at),
    Verb.START_CONTACT: lambda c, t, who, at: contacting.start_contact(
        t, channel="phone", actor=who, at=at
    ),
    Verb.JOIN_CONTACT: lambda c, t, who, at: contacting.join_contact(t, actor=who, at=at),
    Verb.END_CONTACT: lambda c, t, who, at: contacting.end_contact(t, actor=who, at=at),
    Verb.LOG_CONTACT: lambda c, t, who, at: contacting.log_contact(
        t, channel="phone", started_at=at, ended_at=at, actor=who, at=at
    ),
    Verb.ACKNOWLEDGE: lambda c, t, who, at: talking.acknowledge(
        t, message=t.messages.order_by("-seq")[0], actor=who, at=at
    ),
    Verb.WAIT: lambda c, t, who, at: states.wait(t, for_="vendor", actor=who, at=at),
    Verb.RESUME: lambda c, t, who, at: states.resume(t, actor=who, at=at),
    Verb.RESOLVE: lambda c, t, who, at: states.resolve(
        t, resolution_code="solved", actor=who, at=at
    ),
    Verb.CONFIRM: lambda c, t, who, at: states.confirm(t, actor=who, at=at),
    Verb.REJECT: lambda c, t, who, at: states.reject(t, body="No.", actor=who, at=at),
    Verb.REOPEN: lambda c, t, who, at: states.reopen(t, reason="Too soon.", actor=who, at=at),
    Verb.AUDIT_L1: lambda c, t, who, at: auditing.audit_l1(
        t, is_l1_capable=True, note="A reset.", actor=who, at=at
    ),
    Verb.CLOSE: lambda c, t, who, at: states.close(t, resolution_code="solved", actor=who, at=at),
    Verb.CANCEL: lambda c, t, who, at: states.cancel(t, reason="spam", actor=who, at=at),
    Verb.MERGE: lambda c, t, who, at: relating.merge(t, into=_another(c, t), actor=who, at=at),
    Verb.SPLIT: lambda c, t, who, at: relating.split(
        t, subject="Also", message=first_message(t), actor=who, at=at
    ),
    Verb.LINK: lambda c, t, who, at: relating.link(
        t, other=_another(c, t), kind="related", actor=who, at=at
    ),
    Verb.UNLINK: lambda c, t, who, at: relating.unlink(t, link=_link(c, t), actor=who, at=at),
    Verb.CHANGE_PROPERTIES: lambda c, t, who, at: properties.change_properties(
        t, changes={"subject": "Another"}, actor=who, at=at
    ),
    Verb.DECLARE_OUTAGE: lambda c, t, who, at: outages.declare_outage(
        t, services=[_service()], actor=who, at=at
    ),
    Verb.END_OUTAGE: lambda c, t, who, at: outages.end_outage(t, actor=who, at=at),
    Verb.CORRECT_OUTAGE: lambda c, t, who, at: outages.correct_outage(
        t, outage=Outage(), kind="voided", note="None.", actor=who, at=at
    ),
    Verb.ANNOUNCE_OUTAGE: lambda c, t, who, at: outages.announce_outage(
        t, words="So.", actor=who, at=at
    ),
}
# These need a call that runs, an escalation that waits, or a service that is out.
NEED_CALL = {Verb.JOIN_CONTACT, Verb.END_CONTACT}
NEED_OUTAGE = {Verb.END_OUTAGE, Verb.CORRECT_OUTAGE, Verb.ANNOUNCE_OUTAGE}
NEED_ESCALATION = {Verb.ACCEPT_ESCALATION, Verb.RETURN_ESCALATION}
FOR_LEADS = {Verb.AUDIT_L1}
FOR_CUSTOMERS = {Verb.CUSTOMER_REPLY, Verb.CONFIRM, Verb.REJECT}


def count_rows(ticket: Ticket | None = None) -> int:
    """How many rows all ledgers hold, of one ticket or of all."""
    of_ticket = {} if ticket is None else {"ticket": ticket}
    return sum(model._default_manager.filter(**of_ticket).count() for model in LEDGER_MODELS)
