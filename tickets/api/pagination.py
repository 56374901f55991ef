"""Keyset pages: a page costs the same wherever it lies."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from tickets.errors import InvalidInput

LONGEST_SIZE = 9  # digits; a longer one is no size


class NewestFirst(CursorPagination):
    """Newest rows first; `page_size` up to 200."""

    ordering: str | tuple[str, ...] = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    is_by_number = True

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Refuse a cursor that was made up, instead of asking the database for it."""
        cursor = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        place = str(cursor.position)
        if place.isascii() and place.isdigit() and len(place) < 19:
            return cursor
        if self.is_by_number or "\0" in place:
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_page_size(self, request: Request) -> int | None:
        """Refuse a size that is no whole number from 1 on, instead of ignoring it."""
        asked = request.query_params.getlist(self.page_size_query_param)
        if not all(text.isascii() and text.isdigit() and text.strip("0") for text in asked) or any(
            len(text) > LONGEST_SIZE for text in asked
        ):
            words = f"Write a whole number from 1 to {self.max_page_size}."
            raise InvalidInput(words, fields={self.page_size_query_param: words})
        return super().get_page_size(request)


class OldestFirst(NewestFirst):
    """Oldest rows first: the history of one ticket."""

    ordering = "pk"


class ByName(NewestFirst):
    """In the order of names."""

    ordering = ("name", "pk")
    is_by_number = False
