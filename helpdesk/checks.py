"""System checks of how the desk is run; `manage.py check --deploy` and every start ask them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from tickets.models import Mailbox
from tickets.services.leads import teams_without

E_MEMORY_QUEUE = "helpdesk.E001"
W_NOT_COLLECTED = "helpdesk.W002"
W_MAIL_TO_FILES = "helpdesk.W001"
W_NOBODY_VOUCHES = "helpdesk.W003"
W_NOBODY_LEADS = "helpdesk.W004"


def register() -> None:
    """Tell Django of every check here. Calling it twice adds nothing."""
    checks.register(check_queue)
    checks.register(check_static, deploy=True)
    checks.register(check_mail, deploy=True)
    checks.register(check_mailboxes, checks.Tags.database)
    checks.register(check_leads, checks.Tags.database)


def check_queue(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Refuse the in-memory queue where several processes would each have their own."""
    if settings.REDIS_URL or settings.WEB_PROCESSES == 1:
        return []
    return [
        checks.Error(
            f"WEB_CONCURRENCY is {settings.WEB_PROCESSES} processes; the queue is in memory.",
            hint="Set REDIS_URL, or run one process.",
            id=E_MEMORY_QUEUE,
        )
    ]


def check_static(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Ask for `collectstatic` before a deployment."""
    if (settings.STATIC_ROOT / "staticfiles.json").exists():
        return []
    hint = "Run manage.py collectstatic."
    return [checks.Warning("Static files are not collected.", hint=hint, id=W_NOT_COLLECTED)]


def check_mail(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Say that nobody gets mail while EMAIL_URL is absent."""
    if settings.EMAIL_BACKEND != "helpdesk.mailbox.Backend":
        return []
    return [
        checks.Warning(
            "Mail goes to files in var/mail, to nobody else.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@mail.example.com:587.",
            id=W_MAIL_TO_FILES,
        )
    ]


def check_mailboxes(
    app_configs: Sequence[AppConfig] | None,
    *,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """Name the mailboxes whose senders nobody vouches for. Asks the database, so it runs with
    `check --database default` alone: a worker that starts checks everything, and names none."""
    if not databases:
        return []
    try:
        active = Mailbox.objects.using(databases[0]).filter(is_active=True)
        addresses = list(active.filter(trusted_servers=[]).values_list("address", flat=True))
    except DatabaseError:  # no tables yet
        return []
    return [
        checks.Warning(
            f"Nothing vouches for who writes to {address}: its senders confirm each ticket.",
            hint='Name your own mail servers under "trusted servers" of the mailbox.',
            id=W_NOBODY_VOUCHES,
        )
        for address in addresses
    ]


def check_leads(
    app_configs: Sequence[AppConfig] | None,
    *,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[checks.CheckMessage]:
    """Name the teams whose missed promises are told to nobody. Runs as `check_mailboxes` does."""
    if not databases:
        return []
    try:
        teams = teams_without()
    except DatabaseError:  # no tables yet
        return []
    return [
        checks.Warning(
            f"Promises that {team} misses are told to nobody above its agents.",
            hint="Let somebody lead the team, or give somebody the role of a manager.",
            id=W_NOBODY_LEADS,
        )
        for team in teams
    ]
