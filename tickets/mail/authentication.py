"""Whether the domain in From vouches for a mail: what our own mail servers found (RFC 8601).

Anybody can write such a header. Only those count that stand above all that came from outside.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from tickets.mail.letters import Flaw, ParsedMail

UNPROVEN: Final = "unproven"
"""Among the flags of a kept mail: our servers check senders, and nothing vouches for this one."""
HEADER: Final = "authentication-results"
LONGEST: Final = 10_000
METHODS: Final = ("dmarc", "dkim", "spf")
RESULT: Final = re.compile(r"(?i)\s*([\w-]+)(?:\s*/\s*\d+)?\s*=\s*([\w-]+)")
PIECE: Final = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*\"|[();]|[^\\\"();]+|[\\\"]")
PROPERTY: Final = re.compile(r"(?i)([\w-]+)\s*\.\s*([\w-]+)\s*=\s*(\"[^\"]*\"|[^\s;\"]+)")


class Verdict(enum.StrEnum):
    """Whether the domain in From stands by the mail. Codes are stable."""

    PASS = "pass"  # noqa: S105  # no password
    FAIL = "fail"
    NONE = "none"
    """Nobody we trust says anything, or nothing about that domain."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result. `domains` are those it speaks of: header.d, the domain of
    smtp.mailfrom, header.from."""

    method: str
    result: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authentication:
    """The verdict, what decides it ("dmarc", "dkim", "spf", "many_from", "no_from",
    "rewritten_from", ""), and the results it rests on."""

    verdict: Verdict
    reason: str
    results: tuple[Result, ...]


def authenticate(mail: ParsedMail, *, authserv_ids: Collection[str]) -> Authentication:
    """Judge a mail by the headers of `authserv_ids` (lower case; "" for servers that name
    themselves not, such as Microsoft's).

    DMARC decides where our server checked it. Without it, a DKIM or SPF result counts for a domain
    of the same organization as that in From. Of a mail with several senders nothing is believed.
    """
    results = tuple(_trusted(mail, authserv_ids))
    if mail.sender is None:
        return Authentication(Verdict.NONE, "no_from", results)
    for flaw in (Flaw.MANY_FROM, Flaw.REWRITTEN_FROM):
        if flaw in mail.flaws:
            return Authentication(Verdict.NONE, flaw, results)
    verdict, reason = _judge(results, mail.sender.domain)
    return Authentication(verdict, reason, results)


def _judge(results: Iterable[Result], domain: str) -> tuple[Verdict, str]:
    own = [each for each in results if any(is_aligned(name, domain) for name in each.domains)]
    dmarc = next((each for each in own if each.method == "dmarc"), None)
    if dmarc and dmarc.result in ("pass", "fail"):
        return Verdict(dmarc.result), "dmarc"
    checks = [each for each in own if each.method in ("dkim", "spf")]
    passed = next((each for each in checks if each.result == "pass"), None)
    if passed:
        return Verdict.PASS, passed.method
    failed = next((each for each in checks if each.result == "fail"), None)
    return (Verdict.FAIL, failed.method) if failed else (Verdict.NONE, "")


def is_aligned(first: str, second: str) -> bool:
    """Answer whether two domains belong to one organization (RFC 7489, relaxed alignment)."""
    one, other = organization(first), organization(second)
    return bool(one) and one == other


def organization(domain: str) -> str:
    """Return the part of a domain that somebody registered: "example.co.uk"; "" for a suffix under
    which anybody registers, and for what is no domain."""
    name = domain.strip().strip(".").lower()
    return (_suffixes().privatesuffix(name) or "") if name else ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _trusted(mail: ParsedMail, authserv_ids: Collection[str]) -> Iterator[Result]:
    """Yield the results of the headers above the first that is not to be trusted.

    A server adds its headers on top of what it received. Below the next Received one of the same
    name was there before: the sender may have written it.
    """
    closed: set[str] = set()
    opened: set[str] = set()
    for name, value in mail.headers:
        if name == "received":
            closed |= opened
        if name != HEADER:
            continue
        parts = _parts(value[:LONGEST])
        identity, results = _identity(parts)
        if identity not in authserv_ids or identity in closed:
            return
        opened.add(identity)
        yield from _results(results)


def _parts(value: str) -> list[str]:
    """Cut a header at its semicolons, comments taken out, quoted text left whole."""
    parts, depth = [""], 0
    for piece in PIECE.findall(value):
        if piece in "()":
            depth = depth + 1 if piece == "(" else max(0, depth - 1)
        elif not depth and piece == ";":
            parts.append("")
        elif not depth:
            parts[-1] += piece
    return parts


def _identity(parts: list[str]) -> tuple[str, list[str]]:
    """Part the name of the server from the results; servers that name themselves not begin with
    a result at once."""
    first = parts[0].strip()
    if RESULT.match(first):
        return "", parts
    return (first.split() or [""])[0].strip('"').lower(), parts[1:]


def _results(parts: Iterable[str]) -> Iterator[Result]:
    for part in parts:
        match = RESULT.match(part)
        if match and match[1].lower() in METHODS:
            method = match[1].lower()
            yield Result(method, match[2].lower(), tuple(_domains(method, part)))


def _domains(method: str, part: str) -> Iterator[str]:
    """Yield the domains that a result is about; of SPF only that of the envelope's sender."""
    wanted = {
        "dmarc": ("header.from",),
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.mail"),
    }[method]
    for kind, name, value in PROPERTY.findall(part):
        if f"{kind}.{name}".lower() in wanted:
            yield value.strip('"').rpartition("@")[2].lower()
