"""What an IMAP server answers when it is asked for mails. Nothing is marked as read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from imap_tools import BaseMailBox
from imap_tools.errors import MailboxFetchError

UID: Final = re.compile(rb"\bUID (\d+)")
SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
DATE: Final = re.compile(rb'\bINTERNALDATE "([^"]{20,40})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One mail. `raw`: its bytes as the server has them, all or the headers alone; `arrived_at`:
    when it came to that server, None where it does not say."""

    raw: bytes = field(repr=False)
    is_whole: bool
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outline:
    """A mail before it is fetched. `size` in bytes, 0 where the server does not tell it, as
    `arrived_at` is None."""

    size: int
    arrived_at: datetime | None


def fetch_outlines(server: BaseMailBox, uids: Sequence[int]) -> dict[int, Outline]:
    """Return outlines of mails, by UID, in one question; without those that the server does not
    tell."""
    if not uids:
        return {}
    what = "(RFC822.SIZE INTERNALDATE)"
    _, answers = server.client.uid("fetch", ",".join(map(str, uids)), what)
    lines = [line for line in answers if isinstance(line, bytes)]
    return {int(uid[1]): _outline(line) for line in lines if (uid := UID.search(line))}


def _outline(line: bytes) -> Outline:
    size = SIZE.search(line)
    return Outline(size=int(size[1]) if size else 0, arrived_at=_date([line]))


def fetch_mail(server: BaseMailBox, uid: int, *, is_whole: bool) -> Fetched | None:
    """Return one mail, or its headers alone; None where it is there no more. Raises
    MailboxFetchError where it is there, and is not given."""
    part = "" if is_whole else "HEADER"
    status, answers = server.client.uid("fetch", str(uid), f"(INTERNALDATE BODY.PEEK[{part}])")
    raw = next((bytes(each[1]) for each in answers if isinstance(each, tuple)), None)
    if status == "OK" and raw is not None:
        return Fetched(raw=raw, is_whole=is_whole, arrived_at=_date(answers))
    if not server.uids(f"UID {uid}"):
        return None
    raise MailboxFetchError((status, answers), "OK and the mail")


def _date(answers: Sequence[Any]) -> datetime | None:
    """The date stands before the mail or after it, never in it."""
    lines = (each[0] if isinstance(each, tuple) else each for each in answers)
    found = next((date for line in lines if line and (date := DATE.search(line))), None)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
