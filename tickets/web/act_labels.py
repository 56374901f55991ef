"""How acts on a ticket are called, drawn and reached by key: in its menu, its buttons and the
palette. Which of them fit is asked of tickets/access.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.choices import SupportLevel
from accounts.models import User
from tickets import access
from tickets.lifecycle import Verb
from tickets.models import Ticket

PROPERTIES = "properties"
OF_INCIDENTS = frozenset({"add-parts", "answer-all", "resolve-all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLabel:
    """The words of an act, with the icon or the filled glyph beside them. `spoken` are the words
    where nothing around them tells of what."""

    verb: Verb
    words: str
    icon: str = ""
    glyph: str = ""
    key: str = ""
    spoken: str = ""


ACT_LABELS: Mapping[str, ActLabel] = {
    "pick-up": ActLabel(verb=Verb.PICK_UP, words="Start work", icon="eye"),
    "accept-escalation": ActLabel(
        verb=Verb.ACCEPT_ESCALATION,
        words="Accept",
        icon="check",
        key="y",
        spoken="Accept the escalation",
    ),
    "return-escalation": ActLabel(
        verb=Verb.RETURN_ESCALATION, words="Return", icon="undo", spoken="Return the escalation"
    ),
    "reopen": ActLabel(verb=Verb.REOPEN, words="Reopen", icon="undo"),
    "audit-l1": ActLabel(verb=Verb.AUDIT_L1, words="Audit: could L1 have solved it?", icon="eye"),
    "escalate": ActLabel(verb=Verb.ESCALATE, words="Escalate", glyph="l3", key="e"),
    "resume": ActLabel(verb=Verb.RESUME, words="Go on", icon="right", spoken="Go on with it"),
    "resolve": ActLabel(verb=Verb.RESOLVE, words="Resolve", icon="check", key="r"),
    "take": ActLabel(verb=Verb.TAKE, words="Take it", icon="user", key="t"),
    "assign": ActLabel(verb=Verb.ASSIGN, words="Assign", icon="join", key="a"),
    "transfer": ActLabel(verb=Verb.TRANSFER, words="Move to another team", icon="users"),
    "deescalate": ActLabel(verb=Verb.DEESCALATE, words="De-escalate", icon="down"),
    "escalate-to-manager": ActLabel(
        verb=Verb.ESCALATE_TO_MANAGER, words="Draw a manager in", icon="bell"
    ),
    "wait": ActLabel(verb=Verb.WAIT, words="Let it wait", icon="pause", key="w"),
    "close": ActLabel(verb=Verb.CLOSE, words="Close", icon="check"),
    "start-contact": ActLabel(
        verb=Verb.START_CONTACT, words="Start a call or chat", icon="phone", key="p"
    ),
    "join-contact": ActLabel(
        verb=Verb.JOIN_CONTACT, words="Join", icon="join", spoken="Join the call"
    ),
    "end-contact": ActLabel(
        verb=Verb.END_CONTACT, words="End", icon="phone", key="h", spoken="End the call"
    ),
    "log-contact": ActLabel(
        verb=Verb.LOG_CONTACT, words="Log a contact that is over", icon="history"
    ),
    "customer-wrote": ActLabel(
        verb=Verb.CUSTOMER_REPLY, words="Customer wrote elsewhere", icon="user"
    ),
    PROPERTIES: ActLabel(
        verb=Verb.CHANGE_PROPERTIES, words="Edit properties", icon="pencil", key="i"
    ),
    "link": ActLabel(verb=Verb.LINK, words="Link", icon="link", spoken="Link to another ticket"),
    "declare-outage": ActLabel(
        verb=Verb.DECLARE_OUTAGE, words="Declare a major incident", icon="bell"
    ),
    "end-outage": ActLabel(
        verb=Verb.END_OUTAGE, words="Restored", icon="check", spoken="Service is restored"
    ),
    "announce-outage": ActLabel(verb=Verb.ANNOUNCE_OUTAGE, words="Tell customers", icon="globe"),
    "correct-outage": ActLabel(verb=Verb.CORRECT_OUTAGE, words="Correct the outage", icon="pencil"),
    "add-parts": ActLabel(verb=Verb.LINK, words="Add tickets", icon="plus"),
    "answer-all": ActLabel(verb=Verb.REPLY, words="Answer all", icon="reply"),
    "resolve-all": ActLabel(verb=Verb.REPLY, words="Resolve all", icon="check"),
    "merge": ActLabel(verb=Verb.MERGE, words="Merge into another", icon="merge"),
    "cancel": ActLabel(verb=Verb.CANCEL, words="Cancel ticket", icon="x"),
}


def offered(user: User, ticket: Ticket) -> dict[str, ActLabel]:
    """Return the acts that somebody may do now and that mean something here, in their order. Acts
    on one message, contact or link are offered beside it alone."""
    verbs = access.verbs_for(user, ticket)
    return {
        slug: label
        for slug, label in ACT_LABELS.items()
        if label.verb in verbs
        and _means_something(label.verb, user, ticket)
        and (slug not in OF_INCIDENTS or Verb.CORRECT_OUTAGE in verbs)
    }


def _means_something(verb: Verb, user: User, ticket: Ticket) -> bool:
    if verb == Verb.TAKE:
        return ticket.assignee_id != user.pk
    if verb == Verb.DECLARE_OUTAGE:
        return ticket.parent_id is None
    return verb != Verb.DEESCALATE or ticket.level > SupportLevel.L1
