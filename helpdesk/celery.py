"""The Celery application. Its settings and the beat schedule are in helpdesk/jobs.py."""

from __future__ import annotations

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("helpdesk.jobs")
app.steps["worker"].add(DjangoStructLogInitStep)  # carries a request's id into its jobs' logs
app.autodiscover_tasks()
