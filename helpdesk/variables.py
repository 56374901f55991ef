"""Typed reads of variables, each with its sentence for a value that is none. What there is to be
read is in environment.py."""

from __future__ import annotations

import ssl
import zoneinfo
from collections.abc import Callable, Mapping

from helpdesk.addresses import is_host_pattern

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})


class WrongValue(SystemExit):
    """Ends the process with one sentence on stderr: no traceback, exit code 1."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        shown = f"“{value}”" if value else "empty"
        super().__init__(f"Cannot start: {name} is {shown}: {remedy}")


class Variables:
    """Typed reads from one mapping of variables; each names the variable it refuses."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, name: str, default: str = "") -> str:
        """Return the variable, stripped; `default` where it is absent or blank."""
        return self._values.get(name, "").strip() or default

    def is_on(self, name: str, *, default: bool) -> bool:
        """Return a switch."""
        if name not in self._values:
            return default
        value = self._values[name].strip().lower()
        if value not in YES | NO:
            raise WrongValue(name, value, "it is a switch: write true or false.")
        return value in YES

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number between `least` and `most`, both allowed."""
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise WrongValue(name, value, f"write a whole number from {least} to {most}.")
        return int(value)

    def hosts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Return the hosts, or patterns of hosts, that stand between the commas."""
        found = tuple(word.strip() for word in self.text(name).split(",") if word.strip())
        for word in found:
            if not is_host_pattern(word):
                remedy = "write names alone, between commas, like help.example.com, .example.com."
                raise WrongValue(name, word, remedy)
        return found or default

    def choice(self, name: str, default: str, allowed: frozenset[str]) -> str:
        """Return one of a closed list."""
        value = self.text(name, default)
        if value not in allowed:
            raise WrongValue(name, value, f"write one of {', '.join(sorted(allowed))}.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        """Return the name of a time zone that exists."""
        value = self.text(name, default)
        if value not in zoneinfo.available_timezones():
            raise WrongValue(name, value, "write a time zone's name, such as Europe/Amsterdam.")
        return value

    def certificates(self, name: str) -> str:
        """Return the path of a file of certificates that can be read; "" where it is absent."""
        value = self.text(name)
        try:
            if value:
                ssl.create_default_context(cafile=value)
        except OSError:
            raise WrongValue(name, value, "name a file of certificates (PEM).") from None
        return value

    def like(self, name: str, default: str, is_right: Callable[[str], bool], example: str) -> str:
        """Return a text that can be what it is to be; "" where it is absent and has no default."""
        value = self.text(name, default)
        if value and not is_right(value):
            raise WrongValue(name, without_password(value), f"write it like {example}.")
        return value

    def address(self, name: str, default: str, schemes: frozenset[str], example: str) -> str:
        """Return an address whose scheme is known; "" where it is absent and has no default."""
        value = self.text(name, default)
        scheme, mark, rest = value.partition("://")
        if value and (scheme not in schemes or not mark or (not rest and "mail" not in scheme)):
            raise WrongValue(name, without_password(value), f"write it like {example}.")
        return value


def without_password(url: str) -> str:
    """Return the address as it may be shown: a sentence on a console is read by others."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}…@{rest.rpartition('@')[2]}" if "@" in rest else url
