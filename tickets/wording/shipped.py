"""The templates that are shipped: templates/emails/<language>/<kind>.txt, a subject and a text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from tickets.wording.parts import Wording

FALLBACK: Final = "en"
SUBJECT: Final = "Subject: "


def shipped(kind: str, language: str) -> Wording:
    """Return the shipped wording; English where there is none in that language (staff's mails)."""
    return _read(kind, language if is_shipped(kind, language) else FALLBACK)


def is_shipped(kind: str, language: str) -> bool:
    """Whether a mail is shipped in a language."""
    return _path(kind, language).is_file()


@cache
def _read(kind: str, language: str) -> Wording:
    first, _, text = _path(kind, language).read_text(encoding="utf-8").partition("\n\n")
    return Wording(subject=first.removeprefix(SUBJECT), text=text.strip() + "\n")


def _path(kind: str, language: str) -> Path:
    return Path(settings.BASE_DIR) / "templates" / "emails" / language / f"{kind}.txt"
