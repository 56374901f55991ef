"""Who calls: the signed-in person behind a request."""

from __future__ import annotations

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User


def caller(request: Request) -> User:
    """Return the user. Raises NotAuthenticated, though permissions have checked before."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
