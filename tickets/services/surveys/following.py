"""Tasks about answers: somebody gets back to the customer, and notes what came of it."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.choices import Role
from accounts.models import User
from tickets import access
from tickets.errors import Conflict, InvalidInput, NotAllowed, WrongState
from tickets.models import Notice, NoticeKind, Survey, SurveyTask
from tickets.services.nudge import nudge_on_commit

REVIEWERS = (Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR)


def reviews(user: User) -> bool:
    """Whether somebody reads all answers (of tickets that they see) and gives tasks about them."""
    return user.role in REVIEWERS


@transaction.atomic
def follow_up(survey: Survey, *, assignee: User, actor: User, note: str = "") -> SurveyTask:
    """Give somebody the task to get back to the customer, and tell them. Raises NotAllowed,
    InvalidInput for who may not see the ticket, WrongState without an answer, and Conflict where
    somebody has the task already."""
    _check_reviewer(actor, survey)
    _check_assignee(assignee, survey)
    if survey.response_id is None:
        raise WrongState("Nobody has answered yet: there is nothing to follow up.")
    try:
        with transaction.atomic():
            task = SurveyTask.objects.create(
                survey=survey,
                note=note.strip(),
                assignee=assignee,
                created_by=actor,
                created_at=timezone.now(),
            )
    except IntegrityError:
        raise Conflict("Somebody follows this up already: reload the page.") from None
    _tell(task, actor)
    return task


@transaction.atomic
def hand_task_to(task: SurveyTask, *, assignee: User, actor: User) -> None:
    """Give an open task to somebody else, and tell them; nothing happens where it is theirs. Raises
    as `follow_up` does."""
    current = _open(task)
    _check_reviewer(actor, current.survey)
    _check_assignee(assignee, current.survey)
    if current.assignee == assignee:
        return
    current.assignee = assignee
    current.save(update_fields=["assignee"])
    _tell(current, actor)


@transaction.atomic
def finish_task(task: SurveyTask, *, outcome: str, actor: User) -> None:
    """Tick a task off with what came of it: by who has it, or who gives tasks. Raises NotAllowed,
    WrongState where it is done, InvalidInput without an outcome."""
    current = _open(task)
    if actor != current.assignee:
        _check_reviewer(actor, current.survey)
    text = outcome.strip()
    if not text:
        words = "Say in a line what came of it."
        raise InvalidInput(words, fields={"outcome": words})
    current.done_by, current.done_at, current.outcome = actor, timezone.now(), text
    current.save(update_fields=["done_by", "done_at", "outcome"])


def _open(task: SurveyTask) -> SurveyTask:
    """Lock a task and return it as it is now. Raises WrongState where it is done."""
    tasks = SurveyTask.objects.select_for_update(of=("self",))
    current = tasks.select_related("survey__ticket__team", "assignee").get(pk=task.pk)
    if current.done_at is not None:
        raise WrongState("This task is ticked off already.")
    return current


def _check_reviewer(actor: User, survey: Survey) -> None:
    if not (reviews(actor) and access.may_see(actor, survey.ticket)):
        raise NotAllowed("Leads and managers give these tasks.")


def _check_assignee(assignee: User, survey: Survey) -> None:
    works_here = assignee.is_agent and assignee.is_active
    if not works_here or not access.may_see(assignee, survey.ticket):
        words = "Choose somebody of the desk who may see this ticket."
        raise InvalidInput(words, fields={"assignee": words})


def _tell(task: SurveyTask, actor: User) -> None:
    if task.assignee == actor:
        return
    now = timezone.now()
    Notice.objects.create(
        kind=NoticeKind.SURVEY_TASK,
        ticket_id=task.survey.ticket_id,
        recipient=task.assignee,
        survey=task.survey,
        action_id=uuid.uuid4(),
        created_at=now,
        send_after=now,
    )
    nudge_on_commit()
