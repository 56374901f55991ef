"""What a mail server's refusal means: for good, or for now (RFC 5321, 4.2.1); and its words."""

from __future__ import annotations

import smtplib

LASTING = range(500, 600)


def is_final(error: Exception) -> bool:
    """Whether trying again is of no use: every recipient, or the mail itself, is refused for good.

    A refused sender or sign-in is the desk's own mistake: it is mended while mail waits.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return bool(codes) and all(code in LASTING for code in codes)
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code in LASTING


def in_words(error: Exception) -> str:
    """What the server said, else what went wrong: "550 5.1.1 No such box"."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(_said(*answer) for answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {text}"
