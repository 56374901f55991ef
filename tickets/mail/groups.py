"""Mail through a group that only forwards to the desk, such as support@ at Google Groups.

Where a writer's domain lets nobody else send in its name, the group puts an address of its own into
From ("Carla via Support") and says elsewhere who wrote. Nothing vouches for that any more.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from tickets.mail.addresses import parse_addresses
from tickets.mail.letters import Address, Flaw, ParsedMail

LIST_ID: Final = re.compile(r"<([^<>]+)>")
VIA: Final = re.compile(r"(?i)^\W*(.*?)\W* (?:via|über|par|vía) \S.*$")
# Where groups say who wrote, the surest first: Google's own headers, then what is answered to.
WRITERS: Final = ("x-original-from", "x-original-sender", "reply-to")


def is_through(mail: ParsedMail, list_ids: Collection[str]) -> bool:
    """Answer whether a mail came through one of these lists; `list_ids` in lower case."""
    identity = LIST_ID.search(mail.first("list-id") or "")
    return identity is not None and identity[1].strip().lower() in list_ids


def with_writer(mail: ParsedMail, *, list_ids: Collection[str]) -> ParsedMail:
    """Return the mail with who wrote it as its sender, flagged, where one of these groups has put
    itself into From; any other mail as it is."""
    rewritten = VIA.match(mail.sender.name) if mail.sender else None
    if mail.sender is None or rewritten is None or not is_through(mail, list_ids):
        return mail
    writer = _writer(mail, group=mail.sender.address.lower())
    if writer is None:
        return mail
    sender = Address(writer.address, writer.name or rewritten[1])
    flaws = sorted({*mail.flaws, Flaw.REWRITTEN_FROM})
    return replace(mail, sender=sender, flaws=tuple(flaws))


def _writer(mail: ParsedMail, *, group: str) -> Address | None:
    """Return the first address that is not the group's own."""
    for name in WRITERS:
        for value in mail.all(name):
            for each in parse_addresses(value, flaws=set()):
                if each.address.lower() != group:
                    return each
    return None
