"""How jobs travel: Celery's own settings, by its names, and what the beat does when.

A module of its own because Celery reads it late, once Django's settings stand.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

LONGEST_TASK_SECONDS = 300
CONNECT_WITHIN_SECONDS = 1

REDIS_OPTIONS: dict[str, Any] = {
    # While Redis is away a request that nudges it is held up by one short try, not by a series.
    "max_retries": 0,
    "connect_retries_timeout": CONNECT_WITHIN_SECONDS,
    "socket_connect_timeout": CONNECT_WITHIN_SECONDS,
    "socket_keepalive": True,
    "health_check_interval": 30,
    # A task that a killed worker had taken comes back after this long: above the longest task, or
    # a slow one would run twice.
    "visibility_timeout": 2 * LONGEST_TASK_SECONDS,
    # How often the others look for such tasks. The defaults make it a minute and more.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
MEMORY_OPTIONS: dict[str, Any] = {"polling_interval": 0.02}

broker_url = settings.BROKER_URL
broker_transport_options = REDIS_OPTIONS if settings.REDIS_URL else MEMORY_OPTIONS
broker_connection_retry_on_startup = True
broker_connection_max_retries = None
worker_consumer = "helpdesk.celery:Consumer"

# The outbox and the ledger are the truth; nobody reads what a task returns.
task_ignore_result = True
task_serializer = "json"
accept_content = ["json"]
# A task is taken off the queue when it begins: what it leaves is found by the next one. A late
# acknowledgement would give the broker something to redeliver that nobody needs, and a worker that
# loses its broker something to trip over.
task_acks_late = False
task_soft_time_limit = LONGEST_TASK_SECONDS - 30
task_time_limit = LONGEST_TASK_SECONDS
task_publish_retry = False
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = True
timezone = "UTC"
beat_scheduler = "helpdesk.scheduling:Scheduler"

# Every task here does what is due and nothing else, so one that is late or doubled is harmless;
# `expires` drops those that pile up behind a busy worker.
beat_schedule: dict[str, Any] = {
    "deliver-notices": {"task": "tickets.tasks.deliver_notices", "schedule": 10.0},
    "deliver-account-mails": {"task": "accounts.tasks.deliver_mails", "schedule": 10.0},
    "run-broadcasts": {"task": "tickets.tasks.run_broadcasts", "schedule": 10.0},
    "fetch-mail": {"task": "tickets.tasks.fetch_mail", "schedule": 20.0},
    "watch-promises": {"task": "tickets.tasks.watch_promises", "schedule": 10.0},
    "close-by-time": {"task": "tickets.tasks.close_by_time", "schedule": 300.0},
    "sweep": {"task": "tickets.tasks.sweep", "schedule": 3600.0},
    "ask-customers": {"task": "tickets.tasks.ask_customers", "schedule": 60.0},
    "fill-metrics": {"task": "metrics.tasks.fill", "schedule": 10.0},
    "follow-settings": {"task": "metrics.tasks.follow_settings", "schedule": 300.0},
}
for _entry in beat_schedule.values():
    _entry["options"] = {"expires": _entry["schedule"]}
