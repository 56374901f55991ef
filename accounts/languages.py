"""Languages that people are written to in: their own, else the desk's."""

from __future__ import annotations

from django.conf import settings

from accounts.choices import Language
from accounts.models import User


def language_of(person: User) -> Language:
    """Return the language that somebody chose, else the desk's own."""
    is_known = person.language in Language.values
    return Language(person.language if is_known else settings.DESK_LANGUAGE)


def locale_of(language: str) -> str:
    """Return what Django calls a language: English is written the way that our pages are."""
    return settings.LANGUAGE_CODE if language == Language.ENGLISH else language
