"""The state machine: which verb is allowed from which status. Pure; commands and pages ask it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from tickets.choices import DONE_STATUSES, OPEN_STATUSES, Status


class Verb(enum.StrEnum):
    """What can be done with a ticket once it is there; a command each, of the same name."""

    PICK_UP = "pick_up"
    TAKE = "take"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    ESCALATE = "escalate"
    ESCALATE_TO_MANAGER = "escalate_to_manager"
    ACCEPT_ESCALATION = "accept_escalation"
    RETURN_ESCALATION = "return_escalation"
    DEESCALATE = "deescalate"
    REPLY = "reply"
    CUSTOMER_REPLY = "customer_reply"
    ADD_NOTE = "add_note"
    START_CONTACT = "start_contact"
    JOIN_CONTACT = "join_contact"
    END_CONTACT = "end_contact"
    LOG_CONTACT = "log_contact"
    VOID_CONTACT = "void_contact"
    ACKNOWLEDGE = "acknowledge"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REJECT = "reject"
    REOPEN = "reopen"
    AUDIT_L1 = "audit_l1"
    CLOSE = "close"
    CANCEL = "cancel"
    MERGE = "merge"
    SPLIT = "split"
    LINK = "link"
    UNLINK = "unlink"
    CHANGE_PROPERTIES = "change_properties"
    DECLARE_OUTAGE = "declare_outage"
    END_OUTAGE = "end_outage"
    CORRECT_OUTAGE = "correct_outage"
    ANNOUNCE_OUTAGE = "announce_outage"


NOT_NEW: Final = OPEN_STATUSES - {Status.NEW}
WAITING: Final = frozenset({Status.WAITING_CUSTOMER, Status.WAITING_VENDOR, Status.ON_HOLD})
NOT_CANCELLED: Final = OPEN_STATUSES | DONE_STATUSES
ANY: Final = NOT_CANCELLED | {Status.CANCELLED}

ALLOWED: Final[Mapping[Verb, frozenset[Status]]] = {
    Verb.PICK_UP: frozenset({Status.NEW}),
    Verb.TAKE: OPEN_STATUSES,
    Verb.ASSIGN: OPEN_STATUSES,
    Verb.TRANSFER: OPEN_STATUSES,
    Verb.ESCALATE: OPEN_STATUSES,
    Verb.ESCALATE_TO_MANAGER: OPEN_STATUSES,
    Verb.ACCEPT_ESCALATION: OPEN_STATUSES,
    Verb.RETURN_ESCALATION: OPEN_STATUSES,
    Verb.DEESCALATE: OPEN_STATUSES,
    Verb.REPLY: NOT_CANCELLED,
    Verb.CUSTOMER_REPLY: ANY,
    Verb.ADD_NOTE: ANY,
    Verb.START_CONTACT: NOT_CANCELLED,
    Verb.JOIN_CONTACT: NOT_CANCELLED,
    Verb.END_CONTACT: NOT_CANCELLED,
    Verb.LOG_CONTACT: NOT_CANCELLED,
    Verb.VOID_CONTACT: ANY,
    Verb.ACKNOWLEDGE: ANY,
    Verb.WAIT: OPEN_STATUSES,
    Verb.RESUME: WAITING,
    Verb.RESOLVE: OPEN_STATUSES,
    Verb.CONFIRM: frozenset({Status.RESOLVED}),
    Verb.REJECT: frozenset({Status.RESOLVED}),
    Verb.REOPEN: DONE_STATUSES,
    Verb.AUDIT_L1: DONE_STATUSES,
    Verb.CLOSE: OPEN_STATUSES | {Status.RESOLVED},
    Verb.CANCEL: OPEN_STATUSES,
    Verb.MERGE: NOT_CANCELLED,
    Verb.SPLIT: NOT_CANCELLED,
    Verb.LINK: ANY,
    Verb.UNLINK: ANY,
    Verb.CHANGE_PROPERTIES: ANY,
    Verb.DECLARE_OUTAGE: NOT_CANCELLED,
    Verb.END_OUTAGE: ANY,
    Verb.CORRECT_OUTAGE: ANY,
    Verb.ANNOUNCE_OUTAGE: ANY,
}

_REMEDIES: Final[Mapping[Status, str]] = {
    Status.NEW: "it is still new: pick it up first",
    Status.IN_PROGRESS: "it is in progress",
    Status.WAITING_CUSTOMER: "it waits on the customer",
    Status.WAITING_VENDOR: "it waits on the vendor",
    Status.ON_HOLD: "it is on hold",
    Status.RESOLVED: "it is resolved: reopen it first",
    Status.CLOSED: "it is closed: reopen it first",
    Status.CANCELLED: "it is cancelled: open a new ticket instead",
}


def is_allowed(verb: Verb, status: str) -> bool:
    """Answer whether `verb` may be used on a ticket in `status`."""
    return status in ALLOWED[verb]


def refusal(verb: Verb, status: str) -> str | None:
    """Say why `verb` is refused from `status`, and what to do; None where it is allowed."""
    if is_allowed(verb, status):
        return None
    words = str(verb).replace("_", " ")
    return f"This ticket cannot be changed by “{words}” now: {_REMEDIES[Status(status)]}."


def allowed_verbs(status: str) -> frozenset[Verb]:
    """Return every verb that `status` allows."""
    return frozenset(verb for verb, statuses in ALLOWED.items() if status in statuses)
