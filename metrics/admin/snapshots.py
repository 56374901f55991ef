"""Admin of the snapshots and of the days: filters by figure, dimension, value and day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from metrics.admin.chosen import Chosen, chosen_card
from metrics.charts.parts import Card
from metrics.histogram import from_json
from metrics.models import DayState, DirtyDay, Snapshot
from metrics.query.labels import labels
from metrics.query.tally import Tally, value
from metrics.query.values import Value
from metrics.registry import all_figures, get_figure
from metrics.segments import SNAPSHOT_SEGMENTS, Segment
from metrics.web.cards.shared import basis, write
from metrics.zone import end_of
from tickets.admin.base import LookOnlyAdmin
from tickets.errors import InvalidInput

Lookups = Iterable[tuple[str, str]]
EVERYTHING: Final = "everything"
MAIN: Final = "main"
_MOST_VALUES: Final = 200


class FigureFilter(admin.SimpleListFilter):
    """One figure."""

    title = "figure"
    parameter_name = "figure"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """All figures, in the order of the registry."""
        return [(figure.key, figure.name) for figure in all_figures()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only its rows."""
        return queryset.filter(figure=self.value()) if self.value() else queryset


class VariantFilter(admin.SimpleListFilter):
    """One variant of the chosen figure."""

    title = "variant"
    parameter_name = "variant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """The variants of the figure; none where it has only one."""
        key = request.GET.get("figure", "")
        figure = next((one for one in all_figures() if one.key == key), None)
        if figure is None or len(figure.measures) < 2:
            return []
        return [(name or MAIN, figure.variant_names.get(name, name)) for name in figure.measures]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only its rows."""
        chosen = self.value()
        return queryset.filter(variant="" if chosen == MAIN else chosen) if chosen else queryset


class DimensionFilter(admin.SimpleListFilter):
    """One dimension, or everything together."""

    title = "dimension"
    parameter_name = "dimension"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Everything, and what snapshots are kept by."""
        return [(EVERYTHING, "Everything"), *((s.value, str(s.label)) for s in SNAPSHOT_SEGMENTS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only its rows."""
        chosen = self.value()
        return (
            queryset.filter(dimension="" if chosen == EVERYTHING else chosen)
            if chosen
            else queryset
        )


class SegmentFilter(admin.SimpleListFilter):
    """One value of the chosen dimension."""

    title = "value"
    parameter_name = "segment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """The values that snapshots have; none until a dimension is chosen."""
        dimension = request.GET.get("dimension", "")
        if dimension not in SNAPSHOT_SEGMENTS:
            return []
        rows = Snapshot.objects.filter(dimension=dimension).order_by("segment")
        values = rows.values_list("segment", flat=True).distinct()[:_MOST_VALUES]
        return sorted(labels(dimension, list(values)).items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only its rows."""
        return queryset.filter(segment=self.value()) if self.value() is not None else queryset


@admin.register(Snapshot)
class SnapshotAdmin(LookOnlyAdmin):
    """Figures of a day; the chosen ones are drawn above the list."""

    change_list_template = "admin/metrics/snapshot/change_list.html"
    date_hierarchy = "day"
    ordering = ("-day", "figure", "variant", "dimension", "segment")
    list_display = (
        "day",
        "name",
        "narrowed_to",
        "said",
        "stands_on",
        "is_provisional",
        "computed_at",
    )
    list_filter = (FigureFilter, VariantFilter, DimensionFilter, SegmentFilter, "is_provisional")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Put the chart of the chosen snapshots above their list."""
        response = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None)
        if isinstance(response, TemplateResponse) and found and "cl" in found:
            found["figures"] = all_figures()
            found["card"] = self._card(request, found["cl"].queryset)
            _name_segments(found["cl"].result_list)
        return response

    def _card(self, request: HttpRequest, rows: QuerySet[Snapshot]) -> Card | None:
        figure = request.GET.get("figure")
        if figure not in {one.key for one in all_figures()}:
            return None
        variant, dimension = (request.GET.get(name, "") for name in ("variant", "dimension"))
        chosen = Chosen(
            figure=figure or "",
            variant="" if variant == MAIN else variant,
            dimension="" if dimension == EVERYTHING else dimension,
            segment=request.GET.get("segment", ""),
        )
        try:
            return chosen_card(rows, chosen, now=timezone.now())
        except InvalidInput:
            return None  # an address written by hand: the list is as empty as the chart

    @admin.display(description="figure", ordering="figure")
    def name(self, snapshot: Snapshot) -> str:
        """The figure's name, and its variant."""
        figure = get_figure(snapshot.figure)
        variant = figure.variant_names.get(snapshot.variant, snapshot.variant)
        return f"{figure.name}: {variant.lower()}" if variant else figure.name

    @admin.display(description="of", ordering="dimension")
    def narrowed_to(self, snapshot: Snapshot) -> str:
        """The dimension and its value in words."""
        if not snapshot.dimension:
            return "Everything"
        label = getattr(snapshot, "segment_label", snapshot.segment)
        return f"{Segment(snapshot.dimension).label}: {label}"

    @admin.display(description="value")
    def said(self, snapshot: Snapshot) -> str:
        """The value in words."""
        figure = get_figure(snapshot.figure)
        return write(figure, snapshot.variant, _value(snapshot).value)

    @admin.display(description="stands on")
    def stands_on(self, snapshot: Snapshot) -> str:
        """What the value stands on."""
        return basis(get_figure(snapshot.figure), snapshot.variant, _value(snapshot))


def _name_segments(listed: Iterable[Snapshot]) -> None:
    """Give the rows of a page their value in words: a query per dimension at most."""
    rows = list(listed)
    for dimension in {row.dimension for row in rows if row.dimension}:
        own = [row for row in rows if row.dimension == dimension]
        names = labels(dimension, {row.segment for row in own})
        for row in own:
            row.segment_label = names[row.segment]  # type: ignore[attr-defined]  # for this page


def _value(snapshot: Snapshot) -> Value:
    tally = Tally(
        count=snapshot.count,
        numerator=snapshot.numerator,
        denominator=snapshot.denominator,
        undecided=snapshot.undecided,
        unmeasured=snapshot.unmeasured,
        total=snapshot.total,
        histogram=from_json(snapshot.histogram),
    )
    figure = get_figure(snapshot.figure)
    return value(figure, snapshot.variant, tally, waiting=None, at=end_of(snapshot.day))


@admin.register(DayState)
class DayStateAdmin(LookOnlyAdmin):
    """Days that were filled, and when time alone will change them."""

    date_hierarchy = "day"
    list_display = ("day", "computed_at", "next_change_at", "backlog_taken_at")
    list_filter = (
        ("next_change_at", admin.EmptyFieldListFilter),
        ("backlog_taken_at", admin.EmptyFieldListFilter),
    )


@admin.register(DirtyDay)
class DirtyDayAdmin(LookOnlyAdmin):
    """Days that wait to be filled again."""

    date_hierarchy = "day"
    list_display = ("day", "needs_backlog")
    list_filter = ("needs_backlog",)
