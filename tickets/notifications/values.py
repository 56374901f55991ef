"""What the names in a mail's template stand for, for one notice, in the language and the time zone
that hold when it is called."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from tickets.choices import AlarmKind, SurveyKind, Visibility
from tickets.models import Escalation, Message, Notice, NoticeKind, TargetAlarm, Ticket
from tickets.notifications.surveys import ScoreLink, asked_survey, survey_context, task_of
from tickets.notifications.watching import watch_values
from tickets.portal_links import portal_url
from tickets.selectors.deliveries import delivery_of
from tickets.wording.labels import RESOLUTIONS
from tickets.wording.names import names
from tickets.wording.parts import Value

ESCALATING = (
    NoticeKind.ASSIGNED,
    NoticeKind.ESCALATED,
    NoticeKind.RETURNED,
    NoticeKind.DRAWN_IN,
)


def values_of(notice: Notice) -> dict[str, Value]:
    """Return the value of every name that the notice's kind has. Customers are given nothing that
    is the desk's own, whatever their template names."""
    is_agent = notice.recipient.is_agent
    found = {**_ticket(notice), **_message(notice), **_survey(notice), **watch_values(notice)}
    if is_agent:
        found |= {**_staff(notice.ticket), **_escalation(notice), **_alarms(notice)}
        found |= {**_task(notice), **_undelivered(notice)}
    known = names(notice.kind)
    return {name: value for name, value in found.items() if name in known}


def ticket_url(notice: Notice) -> str:
    """The address at which the recipient reads the ticket. The link that opens it without a sign-in
    speaks for the customer, so it is theirs alone; who watches signs in."""
    ticket, person = notice.ticket, notice.recipient
    if person.pk == ticket.customer_id:
        return f"{settings.SITE_URL}{portal_url(ticket)}"
    page = "ticket" if person.is_agent else "portal_ticket"
    return f"{settings.SITE_URL}{reverse(page, args=[ticket.pk])}"


def _ticket(notice: Notice) -> dict[str, Value]:
    ticket = notice.ticket
    return {
        "recipient.name": Value(notice.recipient.name),
        "ticket.number": Value(str(ticket.pk)),
        "ticket.subject": Value(ticket.subject),
        "ticket.url": Value(ticket_url(notice)),
        "ticket.customer": Value(ticket.customer.name),
        "ticket.assignee": Value(ticket.assignee.name if ticket.assignee else ""),
        "resolution": Value(str(RESOLUTIONS.get(ticket.resolution_code, ""))),
        "reopen_days": Value(str(settings.REOPEN_DAYS)),
    }


def _message(notice: Notice) -> dict[str, Value]:
    message = readable(notice.message, is_agent=notice.recipient.is_agent)
    if message is None:
        return {}
    return {
        "message.author": Value(message.author.name if message.author else ""),
        "message.body": Value(message.body, is_block=True),
    }


def readable(message: Message | None, *, is_agent: bool) -> Message | None:
    """A private note never reaches a customer, whichever notice names it."""
    if message is None or is_agent or message.visibility == Visibility.PUBLIC:
        return message
    return None


def _staff(ticket: Ticket) -> dict[str, Value]:
    return {
        "ticket.priority": Value(ticket.get_priority_display()),
        "ticket.status": Value(ticket.get_status_display().lower()),
        "ticket.level": Value(ticket.get_level_display()),
    }


def _escalation(notice: Notice) -> dict[str, Value]:
    """The escalation that the notice tells of, with its hand-off note."""
    if notice.kind not in ESCALATING:
        return {}
    rows = Escalation.objects.filter(ticket_id=notice.ticket_id, action_id=notice.action_id)
    row = rows.select_related("actor", "to_team").order_by("-seq").first()
    if row is None:
        return {}
    return {
        "escalation.actor": Value(row.actor.name if row.actor else ""),
        "escalation.team": Value(row.to_team.name if row.to_team else ""),
        "escalation.reason": Value(row.get_reason_display().lower()),
        "escalation.tried": Value(row.tried, is_block=True),
        "escalation.known": Value(row.known, is_block=True),
        "escalation.asked": Value(row.asked, is_block=True),
    }


def _alarms(notice: Notice) -> dict[str, Value]:
    if notice.kind not in (NoticeKind.SLA_WARNING, NoticeKind.SLA_BREACH):
        return {}
    lines = [f"{alarm.get_target_display()}: {_moment(alarm)}" for alarm in _alarm_rows(notice)]
    return {"alarms": Value("\n".join(lines), is_block=True)}


def _alarm_rows(notice: Notice) -> QuerySet[TargetAlarm]:
    kind = AlarmKind.WARNING if notice.kind == NoticeKind.SLA_WARNING else AlarmKind.BREACH
    return TargetAlarm.objects.filter(
        ticket_id=notice.ticket_id, action_id=notice.action_id, kind=kind
    ).order_by("due_at")


def _moment(alarm: TargetAlarm) -> str:
    local = timezone.localtime(alarm.due_at)
    return f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {local.tzname()}"


def _survey(notice: Notice) -> dict[str, Value]:
    survey = asked_survey(notice)
    if survey is None:
        return {}
    context = survey_context(survey)
    day = timezone.localtime(survey.locks_at)
    return {
        "survey.scores": _scores(context.scores),
        "survey.is_nps": Value("yes" if survey.kind == SurveyKind.NPS else ""),
        "survey.locks_on": Value(date_format(day, "MONTH_DAY_FORMAT")),
        "survey.unsubscribe_url": Value(context.unsubscribe_url),
    }


def _scores(scores: list[ScoreLink]) -> Value:
    text = "\n".join(f"{each.score} {each.words}".strip() + f"\n  {each.url}" for each in scores)
    links = format_html_join(
        " ",
        '<a href="{}" title="{}">{}</a>',
        ((each.url, each.words or str(each.score), each.score) for each in scores),
    )
    return Value(text, html=format_html('<p class="scores">{}</p>', links))


def _task(notice: Notice) -> dict[str, Value]:
    task = task_of(notice)
    if task is None or task.survey.response is None:
        return {}
    answer = task.survey.response
    return {
        "task.by": Value(task.created_by.name if task.created_by else ""),
        "task.score": Value(str(answer.score)),
        "task.highest": Value(str(task.survey.highest)),
        "task.comment": Value(answer.comment, is_block=True),
        "task.note": Value(task.note, is_block=True),
    }


def _undelivered(notice: Notice) -> Mapping[str, Value]:
    """The mail whose failure the notice tells of."""
    if notice.kind != NoticeKind.UNDELIVERED:
        return {}
    around = ("recipient", "asked_by")
    mail = Notice.objects.select_related(*around).filter(key=notice.action_id).first()
    if mail is None:
        return {}
    found = delivery_of(mail)
    return {
        "mail.recipient": Value(found.recipient.name),
        "mail.address": Value(found.address),
        "mail.words": Value(found.words),
        "mail.reason": Value(found.reason),
    }
