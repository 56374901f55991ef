"""Surveys: by which rules customers are asked, what was asked, and what follows from an answer.

The answers themselves are rows of the ledger (`SurveyResponse`).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from tickets.choices import SurveyKind, Withdrawal
from tickets.surveys.rules import Terms

ONLY = 1


def days(default: int, *, least: int = 1) -> models.PositiveSmallIntegerField[Any, Any]:
    """A number of days, two years at most."""
    checks = (MinValueValidator(least), MaxValueValidator(730))
    return models.PositiveSmallIntegerField(default=default, validators=checks)


class SurveyRules(models.Model):
    """The desk's rules for asking; one row. Another rule holds for what is planned from then on,
    and is looked at again when a survey is sent."""

    is_csat_on = models.BooleanField("ask after a resolution (CSAT)", default=True)
    csat_delay_hours = models.PositiveSmallIntegerField(
        "hours from resolution to survey", default=24, validators=(MaxValueValidator(720),)
    )
    csat_percent = models.PositiveSmallIntegerField(
        "share of tickets asked about, per cent",
        default=100,
        validators=(MinValueValidator(1), MaxValueValidator(100)),
        help_text="A ticket is in the sample or not by its number alone.",
    )
    is_nps_on = models.BooleanField("ask for a recommendation (NPS)", default=True)
    nps_every_days = days(180, least=28)
    quiet_days = days(30, least=0)
    reminder_days = days(3, least=0)
    lock_days = days(14)
    csat_bad_score = models.PositiveSmallIntegerField(
        "CSAT that draws the lead in, up to",
        null=True,
        blank=True,
        validators=(MinValueValidator(1), MaxValueValidator(5)),
        help_text="Empty: nobody is drawn in.",
    )
    nps_bad_score = models.PositiveSmallIntegerField(
        "NPS that draws the lead in, up to",
        null=True,
        blank=True,
        validators=(MaxValueValidator(10),),
        help_text="Empty: nobody is drawn in.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "survey rules"
        constraints = (models.CheckConstraint(condition=Q(pk=ONLY), name="survey_rules_are_one"),)

    def __str__(self) -> str:
        return "Survey rules"

    @property
    def terms(self) -> Terms:
        """The rules as what computes takes them."""
        names = Terms.__dataclass_fields__
        return Terms(**{name: getattr(self, name) for name in names})


class Survey(models.Model):
    """One question to one customer about one ticket: planned, sent or withdrawn.

    `sent_at` is when its mail was promised, or when the customer answered in the portal before. The
    signed link depends on `key`: a new one takes the link back. `response` is the answer that
    counts, the ledger's last.
    """

    kind = models.CharField(max_length=8, choices=SurveyKind.choices)
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="surveys")
    customer = models.ForeignKey("accounts.User", models.PROTECT, related_name="surveys")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(
        null=True, blank=True, help_text="When to ask again; empty: never, or no more."
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    locks_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on the answer stays as it is."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(max_length=12, choices=Withdrawal.choices, blank=True)
    response = models.OneToOneField(
        "tickets.SurveyResponse", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)
        constraints = (
            # A resolution plans one survey, however often it is looked at.
            models.UniqueConstraint(
                fields=("ticket", "kind"),
                condition=Q(sent_at__isnull=True, withdrawn_at__isnull=True),
                name="survey_planned_once",
            ),
        )
        indexes = (
            # The sweep: planned and due, oldest first.
            models.Index(
                fields=("send_after", "id"),
                condition=Q(sent_at__isnull=True, withdrawn_at__isnull=True),
                name="survey_due",
            ),
            # The sweep for reminders.
            models.Index(
                fields=("remind_at", "id"),
                condition=Q(remind_at__isnull=False),
                name="survey_remind",
            ),
            # When somebody was asked last.
            models.Index(fields=("customer", "sent_at"), name="survey_customer_sent"),
        )

    def __str__(self) -> str:
        return f"{self.kind} about #{self.ticket_id}"

    @property
    def highest(self) -> int:
        """The best score that can be given."""
        return 5 if self.kind == SurveyKind.CSAT else 10

    @property
    def scores(self) -> range:
        """Every score that can be given, worst first."""
        return range(1 if self.kind == SurveyKind.CSAT else 0, self.highest + 1)


class SurveySchedule(models.Model):
    """When a customer is to be asked for a recommendation next; None: after their next resolution.
    Locked while the customer is asked anything, so that nobody is asked twice at once."""

    customer = models.OneToOneField(
        "accounts.User", models.CASCADE, primary_key=True, related_name="survey_schedule"
    )
    # Who is to be asked now, longest due first: WHERE nps_due_at <= … ORDER BY nps_due_at.
    nps_due_at = models.DateTimeField(null=True, blank=True, db_index=True)

    def __str__(self) -> str:
        return f"schedule of {self.customer_id}"


class SurveyTask(models.Model):
    """Somebody is to get back to the customer about an answer; ticked off with what came of it."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="tasks")
    note = models.TextField(blank=True, help_text="What is to be done.")
    assignee = models.ForeignKey("accounts.User", models.PROTECT, related_name="survey_tasks")
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    done_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, help_text="What came of it.")

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("survey",), condition=Q(done_at__isnull=True), name="survey_task_open_once"
            ),
        )
        # "Mine, open" and its count.
        indexes = (
            models.Index(
                fields=("assignee", "id"),
                condition=Q(done_at__isnull=True),
                name="survey_task_assignee",
            ),
        )

    def __str__(self) -> str:
        return f"task about survey {self.survey_id}"
