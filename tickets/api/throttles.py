"""How often people who are not signed in may ask, the same limits for the page and the API; and how
often they may try a password here (the sign-in page counts for itself)."""

from __future__ import annotations

import hashlib
from typing import Any

from rest_framework.throttling import SimpleRateThrottle


class RequestsFrom(SimpleRateThrottle):
    """Requests from one address of the net."""

    scope = "requests_from"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Count by where the request came from."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class RequestsOf(SimpleRateThrottle):
    """Requests in the name of one mail address, wherever they come from."""

    scope = "requests_of"

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address.strip().lower()

    def get_cache_key(self, request: Any, view: Any) -> str:
        """Count by the address, which is not kept."""
        ident = hashlib.sha256(self.address.encode()).hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": ident}


class PasswordsFrom(RequestsFrom):
    """Passwords from one address of the net, right or wrong."""

    scope = "passwords_from"


class PasswordsOf(RequestsOf):
    """Wrong passwords for one account. A try counts until it proves right."""

    scope = "passwords_of"

    def take_back(self) -> None:
        """Count one try less."""
        key = self.get_cache_key(None, None)
        _, seconds = self.parse_rate(self.rate)
        self.cache.set(key, (self.cache.get(key) or [])[1:], seconds)


def seconds_to_wait(request: Any, *, address: str, view: Any = None) -> int:
    """Count a request, and return how long it has to wait; 0 where it may go on."""
    return _longest_wait((RequestsFrom(), RequestsOf(address)), request, view)


def seconds_to_wait_with_password(request: Any, *, address: str) -> int:
    """Count a password that is tried, and return how long it has to wait; 0 where it may be."""
    return _longest_wait((PasswordsFrom(), PasswordsOf(address)), request, None)


def forgive_password(*, address: str) -> None:
    """Let a password that was right count no more: only who guesses has to stop."""
    PasswordsOf(address).take_back()


def _longest_wait(throttles: tuple[SimpleRateThrottle, ...], request: Any, view: Any) -> int:
    waits = [each.wait() or 1 for each in throttles if not each.allow_request(request, view)]
    return int(max(waits)) + 1 if waits else 0
