"""Maps every error to one HTTP body: {"error": {"code", "message", "fields"}}. Codes are stable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from tickets.errors import DeskError

STATUS_OF: Final[Mapping[str, int]] = {
    "refused": status.HTTP_409_CONFLICT,
    "not_allowed": status.HTTP_403_FORBIDDEN,
    "dated_back": status.HTTP_403_FORBIDDEN,
    "wrong_state": status.HTTP_409_CONFLICT,
    "invalid_input": status.HTTP_400_BAD_REQUEST,
    "fields_missing": status.HTTP_400_BAD_REQUEST,
    "conflict": status.HTTP_409_CONFLICT,
    "not_found": status.HTTP_404_NOT_FOUND,
    "unavailable": status.HTTP_503_SERVICE_UNAVAILABLE,
}

CODE_OF: Final[Mapping[int, str]] = {
    400: "invalid_input",
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "server_error",
}


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into a response; None: a fault, logged and answered by Django with
    `pages.server_error`."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, DeskError):
        set_rollback()
        return respond(
            STATUS_OF.get(error.code, 409), error.code, error.message, fields=error.fields
        )
    if isinstance(error, SuspiciousOperation):  # Django's own limits of a request
        set_rollback()
        words = "There is too much in one request: send it in parts."
        return respond(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, "too_large", words)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    return _from_framework(error)


def respond(
    status_code: int,
    code: str,
    message: str,
    *,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with the one error body."""
    body = body_of(code, message, fields=fields)
    return Response(body, status=status_code, headers=dict(headers or {}))


def body_of(
    code: str, message: str, *, fields: Mapping[str, str] | None = None
) -> dict[str, dict[str, object]]:
    """Build the one error body."""
    return {"error": {"code": code, "message": message, "fields": dict(fields or {})}}


def _from_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]  # set by DRF
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    code = CODE_OF.get(error.status_code, "refused")
    fields = flatten(error.detail) if isinstance(error, exceptions.ValidationError) else {}
    message = "Some fields need another look." if fields else _first_sentence(error.detail)
    return respond(error.status_code, code, message, fields=fields, headers=headers)


def flatten(detail: Any, path: str = "") -> dict[str, str]:
    """Join DRF's nested error details to {"field.sub": "sentence sentence"}."""
    if isinstance(detail, Mapping):
        parts = [(f"{path}.{name}" if path else str(name), part) for name, part in detail.items()]
    elif isinstance(detail, list) and any(isinstance(part, Mapping | list) for part in detail):
        parts = [(f"{path}.{index}", part) for index, part in enumerate(detail)]
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {path or "body": " ".join(map(str, sentences))}
    return {name: text for at, part in parts for name, text in flatten(part, at).items()}


def _first_sentence(detail: Any) -> str:
    while isinstance(detail, list | Mapping) and detail:
        detail = next(iter(detail.values())) if isinstance(detail, Mapping) else detail[0]
    return str(detail)
