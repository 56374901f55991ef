"""What the environment says, read and checked once. A wrong value ends the start with one sentence.

Pure: settings.py gives it the variables and gets plain values back. Nothing else in the project
reads the environment.
"""

from __future__ import annotations

import ssl
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ

from helpdesk.addresses import is_host, is_host_pattern, is_redis, is_sender, is_site

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
DATABASE_SCHEMES = frozenset({"sqlite", "postgres", "postgresql"})
SWITCHES = frozenset(
    {"ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"}
)
MAIL_SCHEMES = frozenset({"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "memorymail"})
LANGUAGES = frozenset({"en", "de"})
LOG_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Every value that the environment decides; docs/operations.md lists them for people."""

    debug: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    is_public: bool
    has_https: bool
    trusts_proxy: bool
    database: dict[str, Any]
    redis_url: str
    reporting_time_zone: str
    desk_language: str
    mail: dict[str, Any]
    mail_from: str
    imap_ca_file: str
    site_url: str
    media_root: Path
    static_root: Path
    var_dir: Path
    bind: str
    port: int
    web_processes: int
    web_threads: int
    worker_threads: int
    log_level: str
    log_format: str
    has_demo: bool
    monitoring_token: str
    notice_lease_seconds: int
    portal_link_days: int
    public_sign_up: bool
    public_form: bool
    reopen_days: int
    mail_most_per_hour: int
    digest_minutes: int
    close_after_days: int
    attachment_max_mb: int
    api_requests_per_minute: int
    oidc: dict[str, str]


def read(values: Mapping[str, str], *, base_dir: Path) -> Environment:
    """Check every variable and return the values. Raises WrongValue at the first wrong one.

    The desk is public once ALLOWED_HOSTS names a host other than this machine: then a SECRET_KEY is
    required, HTTPS is expected, and no demo data is loaded. With nothing set it is a private desk
    on this machine only.
    """
    found = Variables(values)
    hosts = found.hosts("ALLOWED_HOSTS", LOCAL_HOSTS)
    is_public = not set(hosts) <= set(LOCAL_HOSTS)
    has_https = found.is_on("HTTPS", default=is_public)
    bind = found.like("BIND", "127.0.0.1", is_host, "127.0.0.1, 0.0.0.0 or ::")
    port = found.number("PORT", 8000, least=1, most=65535)
    var_dir = Path(found.text("VAR_DIR", str(base_dir / "var")))
    return Environment(
        debug=found.is_on("DEBUG", default=False),
        secret_key=_secret_key(found, is_public=is_public),
        allowed_hosts=hosts,
        is_public=is_public,
        has_https=has_https,
        trusts_proxy=found.is_on("TRUST_PROXY", default=False),
        database=_database(found, var_dir),
        redis_url=found.like("REDIS_URL", "", is_redis, "redis://127.0.0.1:6379/0"),
        reporting_time_zone=found.time_zone("REPORTING_TIME_ZONE", "Europe/Amsterdam"),
        desk_language=found.choice("DESK_LANGUAGE", "en", LANGUAGES),
        mail=_mail(found),
        mail_from=found.like(
            "MAIL_FROM",
            f"Helpdesk <helpdesk@{_first_name(hosts)}>",
            is_sender,
            "Helpdesk <help@example.com>",
        ),
        imap_ca_file=found.certificates("IMAP_CA_FILE"),
        site_url=_site_url(found, hosts, has_https=has_https, bind=bind, port=port),
        media_root=Path(found.text("MEDIA_ROOT", str(var_dir / "media"))),
        static_root=Path(found.text("STATIC_ROOT", str(var_dir / "static"))),
        var_dir=var_dir,
        bind=bind,
        port=port,
        web_processes=found.number("WEB_CONCURRENCY", 1, least=1, most=64),
        web_threads=found.number("WEB_THREADS", 8, least=1, most=256),
        worker_threads=found.number("WORKER_THREADS", 2, least=1, most=64),
        log_level=found.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
        log_format=found.choice(
            "LOG_FORMAT", "json" if is_public else "console", frozenset({"json", "console"})
        ),
        has_demo=found.is_on("DEMO", default=not is_public),
        monitoring_token=found.text("MONITORING_TOKEN"),
        notice_lease_seconds=found.number("NOTICE_LEASE_SECONDS", 60, least=3, most=3600),
        portal_link_days=found.number("PORTAL_LINK_DAYS", 90, least=1, most=3650),
        public_sign_up=found.is_on("PUBLIC_SIGN_UP", default=False),
        public_form=found.is_on("PUBLIC_FORM", default=True),
        digest_minutes=found.number("DIGEST_MINUTES", 60, least=1, most=10_080),
        mail_most_per_hour=found.number("MAIL_MOST_PER_HOUR", 30, least=1, most=100_000),
        reopen_days=found.number("REOPEN_DAYS", 14, least=0, most=3650),
        close_after_days=found.number("CLOSE_AFTER_DAYS", 7, least=1, most=3650),
        attachment_max_mb=found.number("ATTACHMENT_MAX_MB", 20, least=1, most=500),
        api_requests_per_minute=found.number(
            "API_REQUESTS_PER_MINUTE", 600, least=1, most=1_000_000
        ),
        oidc=_oidc(found),
    )


def _secret_key(found: Variables, *, is_public: bool) -> str:
    key = found.text("SECRET_KEY")
    if is_public and len(key) < 50:
        # The key itself is not shown.
        remedy = "ALLOWED_HOSTS names a public host, so set 50 random characters or more."
        raise WrongValue("SECRET_KEY", "…" if key else "", remedy)
    return key


def _database(found: Variables, var_dir: Path) -> dict[str, Any]:
    default = f"sqlite:///{var_dir / 'db.sqlite3'}"
    example = "postgres://user:password@host:5432/name or sqlite:////path/to/file"
    url = found.address("DATABASE_URL", default, DATABASE_SCHEMES, example)
    try:
        database: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, environ.ImproperlyConfigured):
        database = {}
    if not database.get("NAME") or " " in database.get("HOST", ""):
        raise WrongValue("DATABASE_URL", without_password(url), f"write it like {example}.")
    remedy = _settle_options(database)
    if remedy:
        raise WrongValue("DATABASE_URL", without_password(url), remedy)
    return database


def _settle_options(database: dict[str, Any]) -> str:
    """Read what Django asks of connections, which comes as text; return what is wrong with it."""
    age = database.get("CONN_MAX_AGE")
    if age is not None and (not isinstance(age, int) or age < 0):
        return "conn_max_age is a number of seconds, or None."
    for name in SWITCHES & database.keys():
        text = str(database[name]).lower()
        if text not in YES | NO:
            return f"{name.lower()} is a switch: write true or false."
        database[name] = text in YES
    return ""


def _mail(found: Variables) -> dict[str, Any]:
    """Return Django's mail settings; none of them where mail goes to the console and to files."""
    example = "smtp+tls://user:password@host:587"
    url = found.address("EMAIL_URL", "", MAIL_SCHEMES, example)
    if not url:
        return {}
    try:
        mail: dict[str, Any] = dict(environ.Env.email_url_config(url))
    except (ValueError, environ.ImproperlyConfigured):
        mail = {}
    if not mail or (url.startswith("smtp") and not is_host(mail["EMAIL_HOST"] or "")):
        raise WrongValue("EMAIL_URL", without_password(url), f"write it like {example}.")
    return mail


def _oidc(found: Variables) -> dict[str, str]:
    """Return the company sign-in as server, client, secret and name; empty where there is none."""
    server = found.like("OIDC_URL", "", is_site, "https://login.example.com")
    if not server:
        return {}
    client, secret = found.text("OIDC_CLIENT_ID"), found.text("OIDC_CLIENT_SECRET")
    for name, value in (("OIDC_CLIENT_ID", client), ("OIDC_CLIENT_SECRET", secret)):
        if not value:
            raise WrongValue(name, "", "OIDC_URL names a company sign-in, so say who we are to it.")
    name = found.text("OIDC_NAME", "your company account")
    return {"server": server.rstrip("/"), "client": client, "secret": secret, "name": name}


def _site_url(
    found: Variables, hosts: tuple[str, ...], *, has_https: bool, bind: str, port: int
) -> str:
    scheme = "https" if has_https else "http"
    host = _first_name(hosts) if set(hosts) - set(LOCAL_HOSTS) else f"{_reachable(bind)}:{port}"
    url = found.like("SITE_URL", f"{scheme}://{host}", is_site, "https://help.example.com")
    return url.rstrip("/")


def _first_name(hosts: tuple[str, ...]) -> str:
    """Return a name that can stand in an address: the first that is no pattern."""
    names = (host.lstrip(".") for host in hosts if host != "*" and not host.startswith("["))
    return next(names, "localhost")


def _reachable(bind: str) -> str:
    """Return the host by which an address of this machine's begins."""
    if bind in {"0.0.0.0", "::"}:  # noqa: S104  # compares, binds none
        return "127.0.0.1"
    return f"[{bind}]" if ":" in bind else bind


def without_password(url: str) -> str:
    """Return the address as it may be shown: a sentence on a console is read by others."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}…@{rest.rpartition('@')[2]}" if "@" in rest else url
