"""The review list: what customers answered, and who gets back to them."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.models import STAFF_ROLES, Team, User
from tickets.choices import SurveyKind
from tickets.errors import DeskError, InvalidInput
from tickets.selectors.survey_review import (
    BAND_LABELS,
    PERIODS,
    Question,
    Shown,
    get_answered,
    get_task,
    review_list,
)
from tickets.services.surveys.following import finish_task, follow_up, hand_task_to, reviews
from tickets.web.guards import reader, staff_page


@require_safe
@staff_page
def surveys(request: HttpRequest) -> HttpResponse:
    """Show one page of answers; who does not review sees those they are to follow up."""
    user = reader(request)
    question = _question(request)
    may_review = reviews(user)
    context = {
        "section": "surveys",
        "question": question,
        "found": review_list(user, question, reviews=may_review),
        "may_review": may_review,
        "agents": User.objects.filter(role__in=STAFF_ROLES, is_active=True) if may_review else (),
        "kinds": [("", "Both"), ("csat", "Satisfaction"), ("nps", "Recommendation")],
        "bands": [("", "Any"), *BAND_LABELS.items()],
        "periods": PERIODS.items(),
        "teams": [("", "Any"), *((str(key), name) for key, name in _teams())],
        "kept": urlencode(_kept(question)),
        "address": request.get_full_path(),
    }
    return render(request, "surveys/review.html", context)


def _teams() -> list[tuple[int, str]]:
    return list(Team.objects.filter(is_active=True).values_list("pk", "name"))


def _question(request: HttpRequest) -> Question:
    """Read the address; what cannot be read narrows nothing."""
    asked = request.GET
    before, team = asked.get("before", ""), asked.get("team", "")
    return Question(
        shown=_one_of(asked.get("show", ""), [*Shown], default=Shown.ALL),
        kind=_one_of(asked.get("kind", ""), SurveyKind.values),
        band=_one_of(asked.get("score", ""), [*BAND_LABELS]),
        days=_one_of(asked.get("days", ""), [*PERIODS]),
        team=team if _is_key(team) else "",
        before=int(before) if _is_key(before) else None,
    )


def _one_of(text: str, known: list[str], *, default: str = "") -> str:
    return text if text in known else default


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _kept(question: Question) -> dict[str, str]:
    """The filters, without the tab and the page."""
    values = {
        "kind": question.kind,
        "score": question.band,
        "days": question.days,
        "team": question.team,
    }
    return {key: value for key, value in values.items() if value}


@require_POST
@staff_page
def give_task(request: HttpRequest, key: int) -> HttpResponse:
    """Have somebody get back to the customer."""
    user = reader(request)
    survey = get_answered(user, key, reviews=reviews(user))
    return _act(
        request,
        lambda: follow_up(
            survey,
            assignee=_agent(request),
            actor=user,
            note=request.POST.get("note", "")[:2_000],
        ),
        done="The task is given.",
    )


@require_POST
@staff_page
def hand_task(request: HttpRequest, key: int) -> HttpResponse:
    """Give a task to somebody else."""
    user = reader(request)
    task = get_task(user, key, reviews=reviews(user))
    return _act(
        request,
        lambda: hand_task_to(task, assignee=_agent(request), actor=user),
        done="The task is handed over.",
    )


@require_POST
@staff_page
def tick_off(request: HttpRequest, key: int) -> HttpResponse:
    """Note what came of a task, which is then done."""
    user = reader(request)
    task = get_task(user, key, reviews=reviews(user))
    outcome = request.POST.get("outcome", "")[:2_000]
    return _act(request, lambda: finish_task(task, outcome=outcome, actor=user), done="Ticked off.")


def _act(request: HttpRequest, act: Callable[[], object], *, done: str) -> HttpResponse:
    """Do it, say how it went, and go back to the list as it was narrowed."""
    try:
        act()
    except DeskError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    came_from = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return redirect(came_from)
    return redirect("surveys")


def _agent(request: HttpRequest) -> User:
    key = request.POST.get("assignee", "")
    found = User.objects.filter(pk=int(key)).first() if _is_key(key) else None
    if found is None:
        raise InvalidInput("Choose who gets the task.")
    return found
