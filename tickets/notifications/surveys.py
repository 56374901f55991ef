"""What a mail about a survey holds: a link for every score, and the way out of all surveys."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tickets.models import ASKING, Notice, NoticeKind, Survey, SurveyTask
from tickets.survey_links import survey_url, unsubscribe_url
from tickets.surveys.words import score_words


@dataclass(frozen=True, slots=True)
class ScoreLink:
    """One score that can be chosen in a mail; `words` is empty where the number says it all."""

    score: int
    words: str
    url: str


def asked_survey(notice: Notice) -> Survey | None:
    """The survey that a notice asks its customer to answer; None where it tells of something
    else."""
    return notice.survey if notice.kind in ASKING else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the mail that asks holds."""

    scores: list[ScoreLink]
    unsubscribe_url: str


def survey_context(survey: Survey) -> Asked:
    """The links of a survey's mail, named in the language that holds now."""
    return Asked(
        scores=[
            ScoreLink(score, score_words(survey.kind, score), _absolute(survey_url(survey, score)))
            for score in survey.scores
        ],
        unsubscribe_url=_absolute(unsubscribe_url(survey)),
    )


def task_of(notice: Notice) -> SurveyTask | None:
    """The task that a notice tells its assignee of; None where it tells of something else."""
    if notice.kind != NoticeKind.SURVEY_TASK:
        return None
    tasks = SurveyTask.objects.filter(survey=notice.survey_id, assignee=notice.recipient_id)
    return tasks.select_related("created_by", "survey__response").first()


def way_out(survey: Survey | None) -> dict[str, str]:
    """The headers by which a mail program ends surveys with one click (RFC 8058)."""
    if survey is None:
        return {}
    return {
        "List-Unsubscribe": f"<{_absolute(unsubscribe_url(survey))}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
