"""Files that come with a message: size capped, type found from the content, name kept as words."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from typing import Final

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import access
from tickets.choices import Source
from tickets.errors import InvalidInput, NotAllowed
from tickets.ledger import Action
from tickets.models import Attachment, Message
from tickets.models.files import storage_path
from tickets.models.ledger import FILE
from tickets.services.base import capacity_of, catch_up, finish, lock
from tickets.services.stored_files import stored_together, write

UNKNOWN_TYPE: Final = "application/octet-stream"
HEAD_BYTES: Final = 4096
LONGEST_NAME: Final = 200


def attach(
    message: Message,
    *,
    upload: File[bytes],
    actor: User | None,
    source: str = Source.WEB,
    is_later: bool = False,
) -> Attachment:
    """Store a file with a message, for its author, or for who typed it in for them (maybe for a
    team whose tickets they do not see); None is the import of mail. The ledger says who attached it
    and when: as a part of what wrote the message, or, `is_later` or by somebody else than sent it,
    as an act of its own, now. What else must fail with it belongs into one `stored_together`.

    Raises NotAllowed; InvalidInput for an empty file, one beyond ATTACHMENT_MAX_BYTES, or where a
    person adds more than ATTACHMENT_MAX_FILES; Unavailable where the disk does not take it.
    """
    if actor is not None and not access.may_attach(actor, message):
        raise NotAllowed("You may add files to your own messages only.")
    row = _row(message, upload)
    row.file.name = path = storage_path(row, row.name)
    is_own = is_later or (actor is not None and actor.pk != message.actor_id)
    with stored_together():
        if is_own:
            action = _action_now(message, actor=actor, source=source, now=row.uploaded_at)
        else:
            action = _action_of(message)
        if actor is not None:  # mails hold what they hold
            _check_number(message)
        write(path, upload)
        row.save()
        _tell(action, [row])
    return row


def _row(message: Message, upload: File[bytes]) -> Attachment:
    """What is known of a file, not stored yet. Raises InvalidInput."""
    size = _check_size(upload)
    digest, head = _read(upload)
    return Attachment(
        message=message,
        name=_safe_name(upload.name),
        content_type=type_of(head),
        size=size,
        sha256=digest,
        uploaded_at=timezone.now(),
    )


def copy_files(message: Message, *, to: Message) -> None:
    """Let another message have the same files, as a part of what wrote it. Both name the same
    stored files, which are never changed."""
    copies = [
        Attachment(
            message=to,
            file=each.file.name,
            name=each.name,
            content_type=each.content_type,
            size=each.size,
            sha256=each.sha256,
            uploaded_at=timezone.now(),
        )
        for each in message.attachments.all()
    ]
    if copies:
        Attachment.objects.bulk_create(copies)
        _tell(_action_of(to), copies)


def _action_of(message: Message) -> Action:
    """The action that wrote a message, to write more of it, on its ticket, which is locked."""
    lock(message.ticket)
    return Action(
        ticket=message.ticket,
        actor=message.actor,
        capacity=message.capacity,
        source=message.source,
        at=message.occurred_at,
        recorded_at=message.recorded_at,
        action_id=message.action_id,
    )


def _action_now(message: Message, *, actor: User | None, source: str, now: datetime) -> Action:
    """An action of its own on a message's ticket, which is locked and brought up to date."""
    lock(message.ticket)
    catch_up(message.ticket, now=now)
    return Action(
        ticket=message.ticket,
        actor=actor,
        capacity=capacity_of(actor),
        source=source,
        at=max(now, message.occurred_at),  # the clocks of two servers differ
        recorded_at=now,
    )


def _tell(action: Action, files: Iterable[Attachment]) -> None:
    """Write to the ledger that files were attached."""
    for file in files:
        action.change_property(FILE, old="", new=file.name, new_key=str(file.pk))
    finish(action)


def _check_number(message: Message) -> None:
    most = settings.ATTACHMENT_MAX_FILES
    if message.attachments.count() >= most:
        words = _("At most %(most)s files go with one message: send the others with the next.") % {
            "most": most
        }
        raise InvalidInput(words, fields={"file": words})


def _check_size(upload: File[bytes]) -> int:
    size, name = int(upload.size or 0), _safe_name(upload.name)
    most = settings.ATTACHMENT_MAX_BYTES
    if size > most:
        words = _("“%(name)s” is too large: at most %(most)s MB.")
    elif size == 0:
        words = _("“%(name)s” is empty: choose another file, or none.")
    else:
        return size
    words %= {"name": name, "most": most // 2**20}
    raise InvalidInput(words, fields={"file": words})


def digest_of(upload: File[bytes]) -> str:
    """Return a file's SHA-256 in hex; it is left at its start."""
    digest, _head = _read(upload)
    return digest


def _read(upload: File[bytes]) -> tuple[str, bytes]:
    """Return the SHA-256 in hex and the first bytes, and leave the file at its start."""
    digest, head = hashlib.sha256(), b""
    for chunk in upload.chunks():
        digest.update(chunk)
        head = head or chunk[:HEAD_BYTES]
    upload.seek(0)
    return digest.hexdigest(), head


def type_of(head: bytes) -> str:
    """The media type that a file's first bytes tell; what its name or sender say is ignored."""
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found.strip():
        return str(found).strip()
    return "text/plain" if _is_text(head) else UNKNOWN_TYPE


def _is_text(head: bytes) -> bool:
    """Whether the bytes are UTF-8 words; the last character may be cut off."""
    if b"\x00" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _safe_name(name: str | None) -> str:
    """The name without a path and without characters that no name needs."""
    base = PurePath((name or "").replace("\\", "/")).name
    clean = "".join(sign for sign in base if sign.isprintable()).strip(" .")
    return clean[-LONGEST_NAME:] or "file"
