"""Keyset pages: a page costs the same wherever it lies."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Newest rows first; `page_size` up to 200."""

    ordering: str | tuple[str, ...] = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class OldestFirst(NewestFirst):
    """Oldest rows first: the history of one ticket."""

    ordering = "pk"


class ByName(NewestFirst):
    """In the order of names."""

    ordering = ("name", "pk")
