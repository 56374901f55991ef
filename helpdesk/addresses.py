"""Whether words can be an address: of a host, a web site, a Redis, a sender of mail. Pure."""

from __future__ import annotations

import re
from email.utils import parseaddr
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

NAME = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?")
NUMBERS = re.compile(r"[\d.]+")
SPACE = re.compile(r"\s")


def is_host(text: str) -> bool:
    """Answer for a host's name or number; one of IPv6 stands without brackets."""
    try:
        if ":" in text:
            return bool(IPv6Address(text))
        if NUMBERS.fullmatch(text):
            return bool(IPv4Address(text))
    except ValueError:
        return False
    return NAME.fullmatch(text) is not None


def is_host_pattern(text: str) -> bool:
    """Answer for what Django takes as an allowed host: a host, `.example.com` for all below it, `*`
    for all; one of IPv6 stands in brackets."""
    if text.startswith("[") and text.endswith("]"):
        return ":" in text and is_host(text[1:-1])
    return text == "*" or (":" not in text and is_host(text.removeprefix(".")))


def is_site(url: str) -> bool:
    """Answer for the address of a web site, as other addresses begin with it."""
    parts = _split(url)
    return (
        parts is not None
        and parts.scheme in {"http", "https"}
        and not (parts.query or parts.fragment or parts.username)
        and not SPACE.search(url)
    )


def is_redis(url: str) -> bool:
    """Answer for `redis://` (or `rediss://`, encrypted), a host, perhaps a port and the number of a
    database."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"redis", "rediss"}:
        return False
    number = parts.path.removeprefix("/")
    return not number or (number.isascii() and number.isdigit())


def is_sender(text: str) -> bool:
    """Answer for a mail address, alone or in angle brackets after a name."""
    _, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    is_whole = not SPACE.search(address) and (text == address or text.endswith(f"<{address}>"))
    return is_whole and bool(local) and text.isprintable() and is_host(domain)


def _split(url: str) -> SplitResult | None:
    """The parts of an address with a host and a port that can be, None where they cannot."""
    try:
        parts = urlsplit(url)
        is_port = parts.port is None or parts.port > 0
    except ValueError:
        return None
    return parts if is_port and parts.hostname and is_host(parts.hostname) else None
