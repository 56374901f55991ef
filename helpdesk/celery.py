"""The Celery application. Its settings and the beat schedule are in helpdesk/jobs.py."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.apps import beat
from celery.signals import celeryd_init
from celery.utils.log import get_logger
from celery.worker import consumer
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

from helpdesk.reaching import require_database, require_queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

LOG = get_logger(__name__)


class Consumer(consumer.Consumer):
    """Connects again whatever became of the lost connection. With a job at hand whose receipt is
    not confirmed, Kombu wants to put it back through the connection that it has just let go, and
    fails with an AttributeError, which would end the worker. Redis gives such a job out again."""

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Close what is left of the connection."""
        try:
            super().on_connection_error_after_connected(exc)
        except AttributeError as problem:
            LOG.warning("The lost connection could not be closed in order: %s", problem)


class Beat(beat.Beat):
    """Starts where its queue is reached. By itself it would try for ever, or send what is due into
    its own memory, where nobody looks."""

    def run(self) -> None:
        """Send what is due when it is due."""
        require_shared_queue()
        super().run()


app = Celery("helpdesk")
app.config_from_object("helpdesk.jobs")
app.Beat = app.subclass_with_self(Beat)  # type: ignore[misc]  # made when first asked for, and kept
app.steps["worker"].add(DjangoStructLogInitStep)  # carries a request's id into its jobs' logs
app.autodiscover_tasks()


@celeryd_init.connect
def refuse_a_worker_without_a_queue(**kwargs: Any) -> None:
    """End `celery worker` where queue or database do not answer."""
    require_shared_queue()
    require_database()


def require_shared_queue() -> None:
    """End a worker, or a beat, where the queue is in another process's memory (`manage.py up` has
    its own and does not come by here), or does not answer."""
    if not settings.REDIS_URL:
        raise SystemExit(
            "Cannot start: without REDIS_URL the queue lives inside `manage.py up`, which has its "
            "own worker and beat. Set REDIS_URL for all."
        )
    require_queue()
