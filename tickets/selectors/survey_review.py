"""The answers that leads and managers read: narrowed by their address, with who follows them up."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from tickets.choices import SurveyKind
from tickets.errors import NotThere
from tickets.models import Survey, SurveyTask, Ticket
from tickets.surveys.words import BANDS, HIGH, LOW, MIDDLE

PAGE_SIZE: Final = 30
AROUND: Final = (
    "response",
    "customer",
    "ticket__organization",
    "ticket__team",
    "ticket__assignee",
)


class Shown(enum.StrEnum):
    """Which answers are listed, by what is to be done about them."""

    ALL = "all"
    WORDS = "words"
    FOLLOWED = "open"
    MINE = "mine"
    DONE = "done"


LABELS: Final[Mapping[str, str]] = {
    Shown.ALL: "All answers",
    Shown.WORDS: "With a comment",
    Shown.FOLLOWED: "To follow up",
    Shown.MINE: "Mine to follow up",
    Shown.DONE: "Followed up",
}
BAND_LABELS: Final[Mapping[str, str]] = {LOW: "Low", MIDDLE: "In between", HIGH: "High"}
PERIODS: Final[Mapping[str, str]] = {"7": "7 days", "30": "30 days", "90": "90 days", "": "Ever"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the reader asked for, as it stands in the address; "" is no narrowing."""

    shown: str = Shown.ALL
    kind: str = ""
    band: str = ""
    days: str = ""
    team: str = ""
    before: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether more answers might be there without the filters."""
        return bool(self.kind or self.band or self.days or self.team or self.shown != Shown.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewList:
    """One page of answers, newest first; `next_before` leads to the older ones, None at the end."""

    surveys: Sequence[Survey]
    tabs: Sequence[tuple[str, str, int]]
    next_before: int | None


def reviewable(user: User, *, reviews: bool) -> QuerySet[Survey]:
    """Answered surveys about tickets that somebody sees: all of them for who reviews, else those
    that they were given to follow up."""
    visible = Ticket.objects.visible_to(user)
    answered = Survey.objects.filter(response__isnull=False, ticket__in=visible)
    if reviews:
        return answered
    return answered.filter(Exists(SurveyTask.objects.filter(survey=OuterRef("pk"), assignee=user)))


def get_answered(user: User, key: int, *, reviews: bool) -> Survey:
    """Fetch one answered survey. Raises NotThere."""
    found = reviewable(user, reviews=reviews).select_related(*AROUND).filter(pk=key).first()
    if found is None:
        raise NotThere("There is no such answer, or it is not yours to see.")
    return found


def get_task(user: User, key: int, *, reviews: bool) -> SurveyTask:
    """Fetch a task about an answer that somebody sees. Raises NotThere."""
    tasks = SurveyTask.objects.filter(pk=key, survey__in=reviewable(user, reviews=reviews))
    found = tasks.first()
    if found is None:
        raise NotThere("There is no such task, or it is not yours to see.")
    return found


def review_list(user: User, question: Question, *, reviews: bool) -> ReviewList:
    """Answer the question in three queries, whatever there is."""
    narrowed = reviewable(user, reviews=reviews).filter(_narrowed(question, timezone.now()))
    conditions = _conditions(user)
    counts = narrowed.aggregate(
        **{shown: Count("pk", filter=condition) for shown, condition in conditions.items()}
    )
    tasks = SurveyTask.objects.select_related("assignee", "created_by", "done_by")
    listed = narrowed.filter(conditions[question.shown])
    if question.before is not None:
        listed = listed.filter(response_id__lt=question.before)
    rows = list(
        listed.select_related(*AROUND)
        .prefetch_related(Prefetch("tasks", tasks))
        .order_by("-response_id")[: PAGE_SIZE + 1]
    )
    page = rows[:PAGE_SIZE]
    return ReviewList(
        surveys=page,
        tabs=[(shown, LABELS[shown], counts[shown]) for shown in Shown],
        next_before=page[-1].response_id if len(rows) > PAGE_SIZE else None,
    )


def _conditions(user: User) -> dict[str, Q]:
    open_tasks = SurveyTask.objects.filter(survey=OuterRef("pk"), done_at=None)
    any_tasks = SurveyTask.objects.filter(survey=OuterRef("pk"))
    is_open = Q(Exists(open_tasks))
    return {
        Shown.ALL: Q(),
        Shown.WORDS: ~Q(response__comment=""),
        Shown.FOLLOWED: is_open,
        Shown.MINE: Q(Exists(open_tasks.filter(assignee=user))),
        Shown.DONE: Q(Exists(any_tasks)) & ~is_open,
    }


def _narrowed(question: Question, now: datetime) -> Q:
    found = Q()
    if question.kind:
        found &= Q(kind=question.kind)
    if question.band:
        found &= band_condition(question.band)
    if question.days:
        since = now - timedelta(days=int(question.days))
        found &= Q(response__occurred_at__gte=since)
    if question.team:
        found &= Q(ticket__team=int(question.team))
    return found


def band_condition(band: str) -> Q:
    """Answers that are low, in between or high, each kind by its own scale."""
    found = Q()
    for kind in SurveyKind:
        low, high = BANDS[kind]
        scores = {
            LOW: Q(response__score__lte=low),
            MIDDLE: Q(response__score__gt=low, response__score__lt=high),
            HIGH: Q(response__score__gte=high),
        }
        found |= Q(kind=kind) & scores[band]
    return found
