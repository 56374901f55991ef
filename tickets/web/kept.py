"""What one person's pages remember for some minutes, in the cache: lost with it, and no harm done.

Each value belongs to the person who kept it; its key cannot be guessed.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.core.cache import cache

from accounts.models import User


def keep(user: User, subject: str, value: Any, *, seconds: int) -> str:
    """Remember a value for so long and return the key that brings it back; empty where the cache
    is away and keeps nothing."""
    key = secrets.token_urlsafe(12)
    cache.set(_name(user, subject, key), value, seconds)
    return key if cache.has_key(_name(user, subject, key)) else ""


def recall(user: User, subject: str, key: str) -> Any:
    """Return what the person kept under a key; None where it is gone, or another's."""
    return cache.get(_name(user, subject, key)) if _is_key(key) else None


def take(user: User, subject: str, key: str) -> Any:
    """Return what was kept and forget it. Of two who ask at once, one gets it; the other None."""
    value = recall(user, subject, key)
    is_first = value is not None and cache.delete(_name(user, subject, key))
    return value if is_first else None


def _name(user: User, subject: str, key: str) -> str:
    return f"{subject}:{user.pk}:{key}"


def _is_key(key: str) -> bool:
    """A made-up one may be no name for a cache at all."""
    return key.isascii() and 0 < len(key) <= 32 and key.replace("-", "").replace("_", "").isalnum()
