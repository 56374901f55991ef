"""App configuration of the site: the last app, so it ties the others to Celery and checks all."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """The site itself; it has commands and checks, and no models."""

    name = "helpdesk"

    def ready(self) -> None:
        """Register the system checks, and let commands wake the worker."""
        from helpdesk import checks, nudging  # noqa: PLC0415  # both need all apps to be loaded

        checks.register()
        nudging.register()
