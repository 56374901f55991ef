"""Filters of admin lists that are typed instead of chosen from all that there is: a day, a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone


class TypedFilter(admin.ListFilter):
    """One value that somebody types. It asks the database for nothing before."""

    template = "admin/typed_filter.html"
    parameter: ClassVar[str]
    kind: ClassVar[str] = "search"

    def __init__(
        self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.value = str(params.pop(self.parameter, [""])[-1]).strip()

    def has_output(self) -> bool:
        """Show it always."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Name what it reads from the address."""
        return [self.parameter]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Give the template the one field, and what else the address says."""
        kept = changelist.get_filters_params()
        kept.pop(self.parameter, None)
        query = changelist.query
        yield {
            "name": self.parameter,
            "kind": self.kind,
            "value": self.value,
            "others": [(name, each) for name, values in kept.items() for each in values]
            + ([("q", query)] if query else []),
            "without": changelist.get_query_string(remove=[self.parameter]),
        }


class DayFilter(TypedFilter):
    """What happened on one day, in the reader's time zone."""

    title = "day"
    parameter = "day"
    kind = "date"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only the day's rows."""
        if not self.value:
            return queryset
        try:
            day = date.fromisoformat(self.value)
            start, end = (_midnight(each) for each in (day, day + timedelta(days=1)))
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error
        return queryset.filter(occurred_at__gte=start, occurred_at__lt=end)


def _midnight(day: date) -> datetime:
    """When a day begins. Raises OverflowError where no database can tell."""
    return timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)


class NamedFilter(TypedFilter):
    """Rows whose keys name something with these letters in its name. See `by_name`."""

    model: ClassVar[type[Model]]
    columns: ClassVar[tuple[str, ...]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only the rows where one of the columns names it."""
        if not self.value:
            return queryset
        named = self.model._default_manager.filter(name__icontains=self.value).values("pk")
        found = Q()
        for column in self.columns:
            found |= Q(**{f"{column}__in": named})
        return queryset.filter(found)


def by_name(title: str, model: type[Model], *columns: str) -> type[NamedFilter]:
    """A filter by the name of a `model`'s row, which any of `columns` holds the key of."""
    values = {"title": title, "parameter": title, "model": model, "columns": columns}
    return type(f"{title.title()}Filter", (NamedFilter,), values)
