"""Files that come with a message: size capped, type found from the content, name kept as words."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import PurePath
from typing import Final

import puremagic
from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tickets import access
from tickets.errors import InvalidInput, NotAllowed
from tickets.models import Attachment, Message

UNKNOWN_TYPE: Final = "application/octet-stream"
HEAD_BYTES: Final = 4096


@transaction.atomic
def attach(message: Message, *, upload: File[bytes], actor: User | None) -> Attachment:
    """Store a file with a message. The author may, and staff where they see the ticket.

    Raises InvalidInput for an empty file or one beyond ATTACHMENT_MAX_BYTES, else NotAllowed.
    """
    if actor is not None and not _may_attach(actor, message):
        raise NotAllowed("You may add files to your own messages only.")
    size = _check_size(upload)
    digest, head = _read(upload)
    return Attachment.objects.create(
        message=message,
        file=upload,
        name=_safe_name(upload.name),
        content_type=type_of(head),
        size=size,
        sha256=digest,
        uploaded_at=timezone.now(),
    )


def _may_attach(actor: User, message: Message) -> bool:
    if not access.may_see(actor, message.ticket):
        return False
    return actor.is_agent or message.author_id == actor.pk


def _check_size(upload: File[bytes]) -> int:
    size = int(upload.size or 0)
    most = settings.ATTACHMENT_MAX_BYTES
    if size > most:
        words = f"The file is too large: at most {most // 2**20} MB."
    elif size == 0:
        words = "The file is empty."
    else:
        return size
    raise InvalidInput(words, fields={"file": words})


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
    if found:
        return str(found)
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
    clean = "".join(sign for sign in base if sign.isprintable())
    return clean[-200:] or "file"
