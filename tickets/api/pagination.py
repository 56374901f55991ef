"""Keyset pages: a page costs the same wherever it lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from tickets.errors import InvalidInput

LONGEST_SIZE = 9  # digits; a longer one is no size
LARGEST_SIZE = 10**LONGEST_SIZE - 1
LONGEST_KEY = 19  # digits; from there on no database takes it


class NewestFirst(CursorPagination):
    """Newest rows first; `page_size` up to 200."""

    ordering: str | tuple[str, ...] = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Say what a size is; a larger one than the largest counts as that."""
        parameters = super().get_schema_operation_parameters(view)
        for each in parameters:
            if each["name"] == self.page_size_query_param:
                each["schema"] = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE}
        return parameters

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Refuse a cursor that was made up, instead of asking the database for it."""
        cursor = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        if not self.is_place(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    @staticmethod
    def is_place(text: str) -> bool:
        """Answer whether a row of this order can stand there: one's number can."""
        return text.isascii() and text.isdigit() and len(text) < LONGEST_KEY

    def get_page_size(self, request: Request) -> int | None:
        """Refuse a size that is no whole number from 1 on, instead of ignoring it."""
        asked = request.query_params.getlist(self.page_size_query_param)
        if not all(text.isascii() and text.isdigit() and text.strip("0") for text in asked) or any(
            len(text) > LONGEST_SIZE for text in asked
        ):
            words = f"Write a whole number from 1 to {self.max_page_size}."
            raise InvalidInput(words, fields={self.page_size_query_param: words})
        return super().get_page_size(request)


class InOrder(NewestFirst):
    """What happened: newest first, and from its beginning where the address names one ticket."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str]:
        """Rows are stored in the order in which we learned of them."""
        return ("pk",) if "number" in view.kwargs else ("-pk",)


class ByPosition(NewestFirst):
    """In the order that the desk gave them."""

    ordering = ("position", "pk")


class ByName(NewestFirst):
    """In the order of names."""

    ordering = ("name", "pk")

    @staticmethod
    def is_place(text: str) -> bool:
        """Answer whether it can be a name."""
        return "\0" not in text


class LastMadeFirst(NewestFirst):
    """Rows without a number, by when they were made."""

    ordering = ("-created", "pk")

    @staticmethod
    def is_place(text: str) -> bool:
        """Answer whether it is a moment."""
        try:
            moment = parse_datetime(text)
        except ValueError:
            return False
        return moment is not None and moment.tzinfo is not None


class Numbered(NewestFirst):
    """Rows that are derived, not stored, and numbered from 1: all are at hand, a page is a part."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows after the cursor's number."""
        rows: Sequence[Any] = queryset
        self.base_url = request.build_absolute_uri()
        self._size = self.get_page_size(request) or self.page_size
        cursor = self.decode_cursor(request)
        self._start = int(cursor.position or 0) if cursor else 0
        self._count = len(rows)
        return list(rows[self._start : self._start + self._size])

    def get_next_link(self) -> str | None:
        """Where there are more."""
        end = self._start + self._size
        return self._link(end) if end < self._count else None

    def get_previous_link(self) -> str | None:
        """Where there are some before."""
        return self._link(max(self._start - self._size, 0)) if self._start else None

    def _link(self, start: int) -> str:
        place = Cursor(offset=0, reverse=False, position=str(start))  # type: ignore[arg-type]  # it is text
        return str(self.encode_cursor(place))
