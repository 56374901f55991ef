"""The site: settings, addresses, Celery, error mapping, health. No app imports it."""

from helpdesk.celery import app as celery_app

__all__ = ("celery_app",)
