"""Finishes the OpenAPI document: every operation lists the errors it can answer with."""

from __future__ import annotations

from typing import Any

from helpdesk.errors import CODE_OF, STATUS_OF

CODES = sorted({*STATUS_OF, *CODE_OF.values()})
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {
                    "type": "string",
                    "enum": CODES,
                    "description": "Stable; meant for programs.",
                },
                "message": {"type": "string", "description": "A sentence for people."},
                "fields": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        }
    },
}
ALWAYS = {
    "400": "Something that was sent is missing or wrong.",
    "401": "Sign in: the token is missing, wrong or revoked.",
    "403": "You may not do this.",
    "404": "It does not exist, or not for you.",
    "405": "This address knows other methods.",
    "406": "Only application/json is served.",
    "429": "Too many requests: wait as Retry-After says.",
    "500": "A fault of ours (`server_error`); nothing was stored, and our logs tell what it was.",
}
ON_WRITE = {
    "409": "Its state does not allow this, or somebody was faster.",
    "413": "Too much for one request: send it in parts.",
    "415": "Send application/json.",
    "503": "Nothing was done: try again in a minute.",
}
METHODS = ("get", "post", "put", "patch", "delete")


def add_errors(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> Any:  # the signature is drf-spectacular's
    """Add the error body to the document and to each of its operations."""
    result["components"]["schemas"]["Error"] = ERROR
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in METHODS:
                listed = {**ALWAYS, **(ON_WRITE if method != "get" else {})}
                for status, words in listed.items():
                    operation["responses"].setdefault(status, _response(words))
    return result


def _response(words: str) -> dict[str, Any]:
    reference = {"$ref": "#/components/schemas/Error"}
    return {"description": words, "content": {"application/json": {"schema": reference}}}
