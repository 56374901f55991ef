"""The site: settings, addresses, Celery, error mapping, health. It imports every app; no app imports it."""
