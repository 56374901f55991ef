"""Files that come with a message: size capped, type found from the content, name kept as words."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import PurePath
from typing import Final

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import access
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Attachment, Message
from tickets.models.files import storage_path
from tickets.services.stored_files import stored_together, write

UNKNOWN_TYPE: Final = "application/octet-stream"
HEAD_BYTES: Final = 4096
LONGEST_NAME: Final = 200


def attach(message: Message, *, upload: File[bytes], actor: User | None) -> Attachment:
    """Store a file with a message. The author may, staff where they see the ticket, and whoever
    entered it of them (maybe for a team whose tickets they do not see). What else must fail with it
    belongs into one `stored_together`.

    Raises NotAllowed; InvalidInput for an empty file, one beyond ATTACHMENT_MAX_BYTES, or where a
    person adds more than ATTACHMENT_MAX_FILES; Unavailable where the disk does not take it.
    """
    if actor is not None and not _may_attach(actor, message):
        raise NotAllowed("You may add files to your own messages only.")
    if actor is not None:  # mails hold what they hold
        _check_number(message)
    size = _check_size(upload)
    digest, head = _read(upload)
    row = Attachment(
        message=message,
        name=_safe_name(upload.name),
        content_type=type_of(head),
        size=size,
        sha256=digest,
        uploaded_at=timezone.now(),
    )
    row.file.name = storage_path(row, row.name)
    with stored_together():
        write(row.file.name, upload)
        row.save()
    return row


def _may_attach(actor: User, message: Message) -> bool:
    if actor.is_agent and message.actor_id == actor.pk:
        return True
    if not access.may_see(actor, message.ticket):
        return False
    return actor.is_agent or message.author_id == actor.pk


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
