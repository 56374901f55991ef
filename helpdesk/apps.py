"""App configuration of the site: the last app, so it ties the others to Celery and checks all."""

from django.apps import AppConfig


class HelpdeskConfig(AppConfig):
    """The site itself; it has commands and checks, and no models."""

    name = "helpdesk"

    def ready(self) -> None:
        """Register the system checks."""
        from helpdesk import checks  # noqa: PLC0415  # needs the settings to stand

        checks.register()
