"""Forms around surveys. What is allowed is decided by the commands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.choices import SurveyKind
from tickets.errors import DeskError
from tickets.models import Survey
from tickets.services.surveys.answering import LONGEST_COMMENT, answer_survey
from tickets.surveys.words import score_words
from tickets.web.portal_forms import DeskForm

QUESTIONS: dict[str, Promise | str] = {
    SurveyKind.CSAT: _("How satisfied are you with how we solved it?"),
    SurveyKind.NPS: _("How likely are you to recommend our support to a colleague?"),
}


class SurveyForm(DeskForm):
    """A score, and words beside it where somebody wants to write some."""

    score = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a number.")},
    )
    comment = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, survey: Survey, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.survey = survey
        score = self.fields["score"]
        score.label = str(QUESTIONS[survey.kind])
        assert isinstance(score, forms.ChoiceField)  # noqa: S101  # as declared above
        score.choices = [(each, score_words(survey.kind, each)) for each in survey.scores]


def survey_form(survey: Survey, data: Any = None, *, chosen: int | None = None) -> SurveyForm:
    """The form of a survey: as it was sent, or with the answer that counts; `chosen` is a score
    that a link brought along."""
    response = survey.response
    initial = {
        "score": chosen if chosen is not None else response and response.score,
        "comment": response.comment if response else "",
    }
    return SurveyForm(survey, data, initial=initial, prefix="survey")


def keep_answer(form: SurveyForm, *, actor: User, source: str) -> bool:
    """Answer with what the form holds, and say whether that went well; else the form says why."""
    if not form.is_valid():
        return False
    try:
        answer_survey(form.survey, actor=actor, source=source, **form.cleaned_data)
    except DeskError as error:
        form.blame(error)
        return False
    return True
