"""Services that customers rely on, when they are to be available, and their outages."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from tickets.choices import OutageImpact
from tickets.querysets import OutageQuerySet, ServiceQuerySet


class Service(models.Model):
    """Something that customers use and that can fail: mail, the network, a shop."""

    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(
        max_length=250, blank=True, help_text="In words of customers, who read it."
    )
    is_for_all = models.BooleanField(
        "every customer uses it", default=True, help_text="Else those who are named below."
    )
    organizations = models.ManyToManyField(
        "accounts.Organization", blank=True, related_name="services", verbose_name="used by"
    )
    products = models.ManyToManyField(
        "tickets.Product",
        blank=True,
        related_name="services",
        help_text="Who has had a ticket about one of them uses the service.",
    )
    categories = models.ManyToManyField(
        "tickets.Category",
        blank=True,
        related_name="services",
        help_text="Tickets of these are suggested when the service has an outage.",
    )
    retired_on = models.DateField(
        null=True, blank=True, help_text="The first day without it. Empty: it is in use."
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ServiceAgreement(models.Model):
    """When a service is to be available, and how much of that time, from a day on. The one that
    began last holds; days before the first were not agreed on."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="agreements")
    valid_from = models.DateField(help_text="A day of the reporting time zone.")
    calendar = models.ForeignKey(
        "tickets.BusinessCalendar",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: round the clock.",
    )
    target_percent = models.DecimalField(
        "availability target",
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(100))],
        help_text="In per cent of the agreed time. Empty: availability is not counted.",
    )

    class Meta:
        verbose_name = "agreement"
        ordering = ("service", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=("service", "valid_from"), name="agreement_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.service_id} from {self.valid_from}"


class Outage(models.Model):
    """How an outage stands, derived from the ledger of its major incident (see tickets/outages.py);
    stored by tickets/services/outages.py after each row, never edited."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="outages")
    opened = models.OneToOneField("tickets.OutageEvent", models.CASCADE, related_name="outage")
    service = models.ForeignKey(Service, models.PROTECT, related_name="outages")
    impact = models.CharField(max_length=8, choices=OutageImpact.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_void = models.BooleanField(default=False)
    words = models.TextField(blank=True, help_text="What customers were told last.")
    told_at = models.DateTimeField(null=True, blank=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        ordering = ("-began_at", "-pk")
        indexes = (
            # What is out now: every page of customers asks.
            models.Index(
                fields=("began_at",),
                condition=Q(ended_at__isnull=True, is_void=False),
                name="outage_running",
            ),
            # The outages of a service, latest first.
            models.Index(fields=("service", "-began_at"), name="outage_service"),
        )

    def __str__(self) -> str:
        return f"Outage of {self.service_id} since {self.began_at}"

    @property
    def is_running(self) -> bool:
        """Whether the service is not restored yet."""
        return self.ended_at is None and not self.is_void
