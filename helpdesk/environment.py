"""What the environment says, read and checked once. A wrong value ends the start with one sentence.

Pure: settings.py gives it the variables and gets plain values back. Nothing else in the project
reads the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ

from helpdesk.addresses import is_host, is_redis, is_sender, is_site
from helpdesk.variables import NO, YES, Variables, WrongValue, without_password

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
DATABASE_SCHEMES = frozenset({"sqlite", "postgres", "postgresql"})
SWITCHES = frozenset(
    {"ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"}
)
MAIL_SCHEMES = frozenset({"smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "memorymail"})
LANGUAGES = frozenset({"en", "de"})
LOG_LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})


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
    var_dir = Path(found.text("VAR_DIR", str(base_dir / "var")))
    return Environment(
        debug=found.is_on("DEBUG", default=False),
        has_demo=found.is_on("DEMO", default=not is_public),
        **_doors(found, hosts, is_public=is_public),
        **_stores(found, var_dir),
        **_mails(found, hosts),
        **_people(found),
        **_rules(found),
        **_workers(found),
        **_watching(found, is_public=is_public),
    )


def _doors(found: Variables, hosts: tuple[str, ...], *, is_public: bool) -> dict[str, Any]:
    """Where the desk is reached, and how safely."""
    has_https = found.is_on("HTTPS", default=is_public)
    bind = found.like("BIND", "127.0.0.1", is_host, "127.0.0.1, 0.0.0.0 or ::")
    port = found.number("PORT", 8000, least=1, most=65535)
    return {
        "secret_key": _secret_key(found, is_public=is_public),
        "allowed_hosts": hosts,
        "is_public": is_public,
        "has_https": has_https,
        "trusts_proxy": found.is_on("TRUST_PROXY", default=False),
        "site_url": _site_url(found, hosts, has_https=has_https, bind=bind, port=port),
        "bind": bind,
        "port": port,
    }


def _stores(found: Variables, var_dir: Path) -> dict[str, Any]:
    """Where what is kept is kept."""
    return {
        "database": _database(found, var_dir),
        "redis_url": found.like("REDIS_URL", "", is_redis, "redis://127.0.0.1:6379/0"),
        "media_root": Path(found.text("MEDIA_ROOT", str(var_dir / "media"))),
        "static_root": Path(found.text("STATIC_ROOT", str(var_dir / "static"))),
        "var_dir": var_dir,
    }


def _mails(found: Variables, hosts: tuple[str, ...]) -> dict[str, Any]:
    """How mail goes out and comes in."""
    sender = f"Helpdesk <helpdesk@{_first_name(hosts)}>"
    return {
        "mail": _mail(found),
        "mail_from": found.like("MAIL_FROM", sender, is_sender, "Helpdesk <help@example.com>"),
        "imap_ca_file": found.certificates("IMAP_CA_FILE"),
        "notice_lease_seconds": found.number("NOTICE_LEASE_SECONDS", 60, least=3, most=3600),
        "digest_minutes": found.number("DIGEST_MINUTES", 60, least=1, most=10_080),
        "mail_most_per_hour": found.number("MAIL_MOST_PER_HOUR", 30, least=1, most=100_000),
    }


def _people(found: Variables) -> dict[str, Any]:
    """How people get in, and what they read."""
    return {
        "oidc": _oidc(found),
        "public_sign_up": found.is_on("PUBLIC_SIGN_UP", default=False),
        "public_form": found.is_on("PUBLIC_FORM", default=True),
        "portal_link_days": found.number("PORTAL_LINK_DAYS", 90, least=1, most=3650),
        "desk_language": found.choice("DESK_LANGUAGE", "en", LANGUAGES),
        "reporting_time_zone": found.time_zone("REPORTING_TIME_ZONE", "Europe/Amsterdam"),
    }


def _rules(found: Variables) -> dict[str, Any]:
    """What the desk allows, and for how long."""
    return {
        "reopen_days": found.number("REOPEN_DAYS", 14, least=0, most=3650),
        "close_after_days": found.number("CLOSE_AFTER_DAYS", 7, least=1, most=3650),
        "attachment_max_mb": found.number("ATTACHMENT_MAX_MB", 20, least=1, most=500),
        "api_requests_per_minute": found.number(
            "API_REQUESTS_PER_MINUTE", 600, least=1, most=1_000_000
        ),
    }


def _workers(found: Variables) -> dict[str, Any]:
    """How many work at once."""
    return {
        "web_processes": found.number("WEB_CONCURRENCY", 1, least=1, most=64),
        "web_threads": found.number("WEB_THREADS", 8, least=1, most=256),
        "worker_threads": found.number("WORKER_THREADS", 2, least=1, most=64),
    }


def _watching(found: Variables, *, is_public: bool) -> dict[str, Any]:
    """What whoever runs the desk sees of it."""
    form = "json" if is_public else "console"
    return {
        "log_level": found.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
        "log_format": found.choice("LOG_FORMAT", form, frozenset({"json", "console"})),
        "monitoring_token": found.text("MONITORING_TOKEN"),
    }


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
