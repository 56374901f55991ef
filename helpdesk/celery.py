"""The Celery application. Its settings and the beat schedule are in helpdesk/jobs.py."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import celeryd_init
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("helpdesk.jobs")
app.steps["worker"].add(DjangoStructLogInitStep)  # carries a request's id into its jobs' logs
app.autodiscover_tasks()


@celeryd_init.connect
def refuse_a_worker_without_a_queue(**kwargs: Any) -> None:
    """End `celery worker` where the queue is in another process's memory (`manage.py up` has its
    own worker and does not come by here)."""
    if not settings.REDIS_URL:
        raise SystemExit(
            "Cannot start: without REDIS_URL the queue lives inside `manage.py up`, which has its "
            "own worker. Set REDIS_URL for both."
        )
