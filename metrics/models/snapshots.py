"""Snapshots: figures of a day by one dimension, under the default policy; what is to be redone."""

from __future__ import annotations

from django.db import models


class Snapshot(models.Model):
    """One figure, day and segment value. Dimension and segment "" are everything.

    A rate has `numerator`, `denominator`, `undecided`, `unmeasured`; a distribution `count`,
    `total` and `histogram` (bucket → count, see metrics/histogram.py); a count or level `count`; a
    sum `total`. A rate of answers has the sum of their scores in `total`; an index too, with its
    promoters in `numerator` and its detractors in `count`.
    `variant` tells apart what one figure has several of ("net.business", "from_l1").
    """

    figure = models.CharField(max_length=32)
    variant = models.CharField(max_length=32, blank=True)
    day = models.DateField()
    dimension = models.CharField(max_length=16, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField(default=0)
    numerator = models.PositiveIntegerField(default=0)
    denominator = models.PositiveIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0)
    unmeasured = models.PositiveIntegerField(default=0)
    total = models.FloatField(default=0)
    histogram = models.JSONField(default=dict, blank=True)
    is_provisional = models.BooleanField(default=False)
    definition_version = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ("figure", "variant", "day", "dimension", "segment")
        constraints = (
            models.UniqueConstraint(
                fields=("figure", "variant", "day", "dimension", "segment"), name="snapshot_once"
            ),
        )
        indexes = (
            # A period of all figures in one dimension: tiles and series of the metrics page.
            models.Index(fields=("dimension", "segment", "day"), name="snapshot_dimension_day"),
            # A day is redone: DELETE … WHERE day = ….
            models.Index(fields=("day",), name="snapshot_day"),
        )

    def __str__(self) -> str:
        return f"{self.figure} {self.day} {self.dimension}={self.segment}"


class DayState(models.Model):
    """A day that was filled. `next_change_at` is the earliest moment at which time alone changes a
    figure of it (a follow-up window ends); None: it is final."""

    day = models.DateField(primary_key=True)
    computed_at = models.DateTimeField()
    # The days that time alone has changed, asked by every fill: WHERE next_change_at <= ….
    next_change_at = models.DateTimeField(null=True, db_index=True)
    backlog_taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-day",)

    def __str__(self) -> str:
        return str(self.day)


class DirtyDay(models.Model):
    """Says that facts of a day changed. Rows are only added and, once read, deleted by id, so that
    a mark that commits while a day is being redone is never lost."""

    day = models.DateField()
    needs_backlog = models.BooleanField(
        default=False,
        help_text="Imported history: the state at the end of this day is taken again.",
    )

    class Meta:
        ordering = ("day", "pk")

    def __str__(self) -> str:
        return str(self.day)
