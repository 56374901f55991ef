"""Commands: plain functions in the imperative, one module per subject. No HTTP, no Celery."""
