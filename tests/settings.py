"""The site's settings as tests need them: nothing collected, nothing hashed slowly, own keys."""

import os

from helpdesk.settings import *  # noqa: F403  # everything that is not changed below
from helpdesk.settings import CACHES, LOGGING

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files are looked up when asked for, not listed for each test client.
WHITENOISE_AUTOREFRESH = True
# Test processes that share one Redis do not see each other's counts.
CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "alone")
LOGGING["root"]["level"] = "WARNING"
