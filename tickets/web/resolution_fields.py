"""What every form asks that resolves tickets, or audits how one was resolved."""

from __future__ import annotations

from django import forms

from tickets.choices import ResolutionCode
from tickets.models import Ticket
from tickets.web.act_forms import CHOOSE
from tickets.web.custom_fields import missing_form_fields

RESOLVER_OWES = "Answer yes or no: it shows where L1 can grow."


def how_solved() -> forms.ChoiceField:
    """The resolution code."""
    return forms.ChoiceField(
        label="How",
        choices=[CHOOSE, *ResolutionCode.choices],
        error_messages={"required": "Choose how it was solved."},
    )


def l1_question(*, unanswered: str) -> forms.ChoiceField:
    """Whether L1 could have solved it; `unanswered` is said to whoever leaves it out."""
    return forms.ChoiceField(
        label="Could L1 have solved it?",
        choices=[("yes", "Yes, with what L1 has or could be given"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": unanswered},
    )


def ask_missing(form: forms.Form, ticket: Ticket) -> None:
    """Ask, right after how it was solved, for the fields without which the desk solves nothing."""
    missing = missing_form_fields(ticket)
    first = [name for name in form.fields if name in ("resolution_code", "is_l1_capable")]
    form.fields.update(missing)
    form.order_fields([*first, *missing])
