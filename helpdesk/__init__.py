"""The site: settings, addresses, Celery, error mapping, health. No app imports it."""
