"""What every form asks that resolves tickets, or audits how one was resolved."""

from __future__ import annotations

from django import forms

from tickets.choices import ResolutionCode
from tickets.web.act_forms import CHOOSE

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
