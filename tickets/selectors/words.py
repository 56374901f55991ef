"""The short sentences of the timeline: what somebody did, from one ledger row. Pure."""

from __future__ import annotations

from django.utils import timezone

from tickets.choices import (
    CorrectionKind,
    EscalationKind,
    OutageEventKind,
    Status,
    SurveyKind,
    TransitionReason,
)
from tickets.models import (
    Assignment,
    Correction,
    Escalation,
    OutageEvent,
    PropertyChange,
    SurveyResponse,
    Transition,
)
from tickets.models.ledger import FILE

TRANSITION_WORDS = {
    TransitionReason.OPENED: "received it",
    TransitionReason.PICKED_UP: "opened it",
    TransitionReason.RESUMED: "went on with it",
    TransitionReason.CUSTOMER_REPLIED: "wrote back",
    TransitionReason.RESOLVED: "resolved it",
    TransitionReason.CONFIRMED: "said it is solved",
    TransitionReason.REJECTED: "said it is not solved",
    TransitionReason.REOPENED: "reopened it",
    TransitionReason.CLOSED: "closed it",
    TransitionReason.CLOSED_BY_TIME: "closed it, as nobody wrote again",
    TransitionReason.CANCELLED: "cancelled it",
    TransitionReason.CORRECTED: "corrected the status",
    TransitionReason.IMPORTED: "moved it",
}
WAIT_WORDS = {
    Status.WAITING_CUSTOMER: "waits for the customer",
    Status.WAITING_VENDOR: "waits for the vendor",
    Status.ON_HOLD: "put it on hold",
}
CUSTOM = "custom."
PROPERTY_LABELS = {"l1_capable": "solvable at L1"}
ESCALATION_TITLES = {
    EscalationKind.FUNCTIONAL: "Escalated",
    EscalationKind.HIERARCHICAL: "Manager drawn in",
    EscalationKind.ACCEPTED: "Accepted",
    EscalationKind.RETURNED: "Returned",
    EscalationKind.DEESCALATED: "De-escalated",
    EscalationKind.SHIFTED: "Level corrected",
}
L1_WORDS = {True: "L1 could have solved it", False: "L1 could not have solved it"}
CORRECTION_WORDS = {
    CorrectionKind.ACKNOWLEDGEMENT: "marked a message as acknowledgement",
    CorrectionKind.CONTACT_VOIDED: "took a contact back",
    CorrectionKind.LINK_REMOVED: "removed a link",
}


def transition_words(row: Transition) -> str:
    """Say what was done to the status: "opened it"."""
    if row.reason == TransitionReason.WAITED:
        return WAIT_WORDS.get(Status(row.to_status), "put it to waiting")
    return TRANSITION_WORDS.get(TransitionReason(row.reason), "changed it")


def transition_detail(row: Transition) -> str:
    """Name both statuses and what was said with it: "New → In progress"."""
    if not row.from_status:
        return ""
    change = f"{row.get_from_status_display()} → {row.get_to_status_display()}"
    l1 = "" if row.is_l1_capable is None else L1_WORDS[row.is_l1_capable]
    extra = (row.get_resolution_code_display(), row.get_cancel_reason_display(), l1, row.note)
    return ", ".join(part for part in (change, *extra) if part)


def assignment_words(row: Assignment) -> str:
    """Say who has the ticket now: "took it", "gave it to Ben Staff"."""
    has_moved_team = row.to_team_id and row.to_team_id != row.from_team_id
    to_team = f"moved it to {row.to_team}" if has_moved_team else ""
    if row.to_assignee_id is None:
        return to_team or "gave it back"
    if row.to_assignee_id == row.actor_id:
        return "took it"
    return f"gave it to {row.to_assignee}"


def change_words(rows: list[PropertyChange]) -> str:
    """Name the properties that one action changed: "set priority and category"; or what it
    attached: "added the file a.txt"."""
    if rows[0].field == FILE:
        files = ", ".join(row.new_value for row in rows)
        return f"added the file{'s' if rows[1:] else ''} {files}"
    plain = [row.field.removeprefix(CUSTOM) for row in rows]
    names = [PROPERTY_LABELS.get(name, name.replace("_", " ")) for name in plain]
    return f"set {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}"


def change_detail(rows: list[PropertyChange]) -> str:
    """Name old and new values: "High → Urgent"; nothing of files, whose names say it."""
    if rows[0].field == FILE:
        return ""
    return ", ".join(f"{row.old_value or 'none'} → {row.new_value or 'none'}" for row in rows)


def escalation_title(row: Escalation) -> str:
    """Say what kind of hand-over it was, and whether the customer stayed on the line."""
    title = ESCALATION_TITLES[EscalationKind(row.kind)]
    if row.kind == EscalationKind.FUNCTIONAL:
        return f"{title} {'warm' if row.is_warm else 'cold'}"
    return title


def correction_words(row: Correction) -> str:
    """Say what was taken back, or what an audit found."""
    if row.is_l1_capable is not None:
        return f"audited it: {L1_WORDS[row.is_l1_capable]}"
    return CORRECTION_WORDS[CorrectionKind(row.kind)]


def rating_words(row: SurveyResponse) -> str:
    """Say how the customer rated us: "rated the solution 2 of 5"."""
    survey = row.survey
    what = "rated the solution" if survey.kind == SurveyKind.CSAT else "would recommend us"
    return f"{what} {row.score} of {survey.highest}"


def outage_words(row: OutageEvent) -> str:
    """Say what became known: "declared Mail down since 2 Mar 09:30"."""
    at = f"{timezone.localtime(row.occurred_at):%-d %b %H:%M}"
    match row.kind:
        case OutageEventKind.BEGAN:
            return f"declared {row.service} {row.get_impact_display().lower()} since {at}"
        case OutageEventKind.ENDED:
            return f"said {row.service} was restored at {at}"
        case OutageEventKind.BEGIN_CORRECTED:
            return f"corrected when {row.service} went {row.get_impact_display().lower()}: {at}"
        case OutageEventKind.RESUMED:
            return f"said the outage of {row.service} is not over"
        case OutageEventKind.VOIDED:
            return f"said {row.service} had no outage"
        case _:
            return f"told the customers of {row.service}"
