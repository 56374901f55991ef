"""Files on disk and the rows that name them: both or neither, whatever happens in between.

A file is written before its row is committed, since a row must never name what is not there. Until
then a mark of the same name lies in `pending/`: the commit takes it off, a rollback removes file
and mark, and after a killed process the sweep finds it. Files without a mark are never removed: a
database that was exchanged or restored names other ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import structlog
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone

from tickets.errors import Unavailable
from tickets.models import Attachment

log = structlog.get_logger(__name__)

PENDING = "pending"
LONGEST_REQUEST = timedelta(days=1)
BATCH = 500

_written: ContextVar[list[str] | None] = ContextVar("written", default=None)


@contextmanager
def stored_together() -> Iterator[None]:
    """A transaction for rows and the files that they name: where it fails, the files go as well.
    May be nested, as transactions may."""
    outer, names = _written.get(), list[str]()
    token = _written.set(names)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        # A connection that broke cannot say whether a row names them; the sweep asks again.
        with suppress(DatabaseError):
            settle(names)
        raise
    finally:
        _written.reset(token)
    if outer is not None:
        outer.extend(names)


def write(name: str, content: File[bytes]) -> None:
    """Write a file that a row of the running transaction names. Call it in `stored_together`.
    Raises Unavailable where the disk does not take it."""
    mark, written = _mark(name), _written.get()
    if written is not None:
        written.append(name)
    try:
        default_storage.save(mark, ContentFile(b""))
        default_storage.save(name, content)
    except OSError as error:
        log.error("file_not_stored", error=str(error))
        raise Unavailable("The file could not be kept just now. Try again in a minute.") from error
    transaction.on_commit(lambda: default_storage.delete(mark), robust=True)


def settle(names: Sequence[str]) -> int:
    """Remove those of these files that no row names, and the marks of all. Returns how many were
    removed. Safe to call twice."""
    named = set(Attachment.objects.filter(file__in=names).values_list("file", flat=True))
    unnamed = [name for name in names if name not in named]
    for name in unnamed:
        default_storage.delete(name)
    for name in names:
        default_storage.delete(_mark(name))
    return len(unnamed)


def sweep(*, at: datetime | None = None) -> int:
    """Settle the files that a killed process left in between, a day after it began to store them.
    Returns how many were removed; called by two workers at once, each removes some."""
    before = (at or timezone.now()) - LONGEST_REQUEST
    try:
        _, marks = default_storage.listdir(PENDING)
    except FileNotFoundError:
        return 0
    old = [f"attachments/{mark}" for mark in marks if _is_before(f"{PENDING}/{mark}", before)]
    return sum(settle(old[start : start + BATCH]) for start in range(0, len(old), BATCH))


def _is_before(path: str, moment: datetime) -> bool:
    try:
        return default_storage.get_modified_time(path) < moment
    except FileNotFoundError:  # committed, or settled by another worker, since we looked
        return False


def _mark(name: str) -> str:
    return f"{PENDING}/{PurePosixPath(name).name}"
