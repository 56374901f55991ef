"""The site's settings as tests need them: nothing collected, nothing hashed slowly, own keys."""

import os
from urllib.parse import urlsplit

from helpdesk.settings import *  # noqa: F403  # everything that is not changed below
from helpdesk.settings import CACHES, DATABASES, LOGGING

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are looked up when asked for, not listed for each test client.
WHITENOISE_AUTOREFRESH = True
# Test processes share one Redis, and clearing a cache empties its whole database: one each, the
# given one first, and on from 0 after the last.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
if CACHES["default"].get("LOCATION"):
    _given = urlsplit(CACHES["default"]["LOCATION"])
    _own = (int(_given.path.strip("/") or 0) + _worker) % 16
    CACHES["default"]["LOCATION"] = _given._replace(path=f"/{_own}").geturl()
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # What a test stores need not survive a power cut; every flush waits for the disk otherwise. And
    # nobody counts the rows of its tables: PostgreSQL takes them for large, and spends more on
    # compiling a query, on workers for it and on the order of its joins than on the few rows there
    # are.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c synchronous_commit=off -c jit=off -c max_parallel_workers_per_gather=0"
        " -c join_collapse_limit=1 -c from_collapse_limit=1"
    )
LOGGING["root"]["level"] = "WARNING"
