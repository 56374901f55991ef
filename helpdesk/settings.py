"""Settings. What may differ between machines comes from helpdesk/environment.py alone."""

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
import structlog
from csp.constants import NONE, SELF

from helpdesk import environment
from helpdesk.folders import made
from helpdesk.secret import stored_key

# Lets classes such as ModelAdmin[User] be written where Django itself has no type parameter.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environment.read(os.environ, base_dir=BASE_DIR)

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key or stored_key(ENV.var_dir / "secret_key")
ALLOWED_HOSTS = list(ENV.allowed_hosts)
REDIS_URL = ENV.redis_url
REPORTING_TIME_ZONE = ENV.reporting_time_zone
DESK_LANGUAGE = ENV.desk_language
SITE_URL = ENV.site_url
MONITORING_TOKEN = ENV.monitoring_token
PORTAL_LINK_DAYS = ENV.portal_link_days
PUBLIC_SIGN_UP = ENV.public_sign_up
PUBLIC_FORM = ENV.public_form
REOPEN_DAYS = ENV.reopen_days
DIGEST_MINUTES = ENV.digest_minutes
IMAP_CA_FILE = ENV.imap_ca_file
MAIL_MOST_PER_HOUR = ENV.mail_most_per_hour
CLOSE_AFTER_DAYS = ENV.close_after_days
ATTACHMENT_MAX_BYTES = ENV.attachment_max_mb * 2**20
ATTACHMENT_MAX_FILES = 20

# Apps and addresses --------------------------------------------------------------------------

INSTALLED_APPS = [
    "helpdesk",
    "accounts",
    "tickets",
    "knowledge",
    "metrics",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_structlog",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ReaderZoneMiddleware",
    "accounts.middleware.ReaderLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Data ----------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "helpdesk.formats"

_database: dict[str, Any] = ENV.database
if _database["ENGINE"].endswith("sqlite3"):
    if _database["NAME"] != ":memory:":
        made("DATABASE_URL", Path(_database["NAME"]).parent)
    # Readers never wait for the writer (WAL), and a transaction takes the write lock at its start,
    # so that it waits its turn instead of failing halfway.
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database.setdefault("CONN_MAX_AGE", 60)
    _database.setdefault("CONN_HEALTH_CHECKS", True)
DATABASES = {"default": _database}
# SQLite has no unique constraints in which two empty values are equal. There are two, and both hold
# without: a category's path is unique, and the admin refuses a policy's second target of a kind.
SILENCED_SYSTEM_CHECKS = ["models.W047"]

CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "helpdesk.cache.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "helpdesk"}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

MEDIA_ROOT = made("MEDIA_ROOT", ENV.media_root)
STATIC_URL = "/static/"
STATIC_ROOT = made("STATIC_ROOT", ENV.static_root)  # WhiteNoise warns of a missing folder.
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "helpdesk.static.Storage"},
}
WHITENOISE_USE_FINDERS = True
# Otherwise it remembers the size of every file from the start, and cuts off one that grew. A desk
# that others reach has collected files, whose names tell their content, and is started again.
_is_collected = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_AUTOREFRESH = DEBUG or not (ENV.is_public or _is_collected)

# People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.adapter.SignUpForm"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
# Accounts that the desk made need no proof of their address; those that people make do.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if PUBLIC_SIGN_UP else "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A code in a mail opens the door without a password. With six digits, three tries for each and five
# codes an hour, who guesses all day and night for a year finds one with a chance of one in eight.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_FORMS = {"confirm_login_code": "accounts.code_form.CodeForm"}
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,5/h/key"}
ACCOUNT_SESSION_REMEMBER = True
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if ENV.oidc:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "company",
                "name": ENV.oidc["name"],
                "client_id": ENV.oidc["client"],
                "secret": ENV.oidc["secret"],
                "settings": {"server_url": ENV.oidc["server"]},
            }
        ],
    }
# The server was chosen by whoever runs the desk: an address that it calls proved is its owner's.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Helpdesk"

# Cookies and headers -------------------------------------------------------------------------

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.has_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = ENV.has_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^monitoring$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENV.has_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENV.has_https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusts_proxy else None
USE_X_FORWARDED_HOST = ENV.trusts_proxy
X_FRAME_OPTIONS = "DENY"
# Only our own files; nothing inline. Images may be data: for the QR code of two-factor sign-in.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Beyond this many even counting them is too much; forms and commands take ATTACHMENT_MAX_FILES.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_HANDLERS = [
    "helpdesk.uploads.CappedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# API -----------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.uploads.CappedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": "60/min",
        "user": f"{ENV.api_requests_per_minute}/min",
        "tokens": "20/min",
        # Requests of people who are not signed in: from one address of the net, and in the name of
        # one mail address.
        "requests_from": "20/hour",
        "requests_of": "5/hour",
        # Passwords at /api/v1/tokens/: all from one address of the net, and wrong ones for one
        # account. The sign-in page has limits of its own.
        "passwords_from": "20/min",
        "passwords_of": "10/hour",
    },
    "EXCEPTION_HANDLER": "helpdesk.errors.handle",
    "NUM_PROXIES": 1 if ENV.trusts_proxy else 0,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Helpdesk API",
    "DESCRIPTION": (
        "Tickets, their history, and the figures computed from it. Sign in with a token "
        "(`Authorization: Token …`), made at /api/v1/tokens/."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "helpdesk.schema.add_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "StatusEnum": "tickets.choices.Status",
        "ChannelEnum": "tickets.choices.Channel",
        "TicketTypeEnum": "tickets.choices.TicketType",
        "PriorityEnum": "tickets.choices.Priority",
        "GradeEnum": "tickets.choices.Impact",
        "OutageImpactEnum": "tickets.choices.OutageImpact",
        "LevelEnum": "accounts.choices.SupportLevel",
        "CapacityEnum": "tickets.choices.Capacity",
        "SourceEnum": "tickets.choices.Source",
        "EscalationReasonEnum": "tickets.choices.EscalationReason",
        "EscalationKindEnum": "tickets.choices.EscalationKind",
        "TransitionReasonEnum": "tickets.choices.TransitionReason",
        "AssignmentReasonEnum": "tickets.choices.AssignmentReason",
        "LinkKindEnum": "tickets.choices.LinkKind",
        "TargetKindEnum": "tickets.choices.TargetKind",
        "TargetStateEnum": "tickets.choices.TargetState",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
REST_KNOX: dict[str, Any] = {"TOKEN_TTL": None, "AUTO_REFRESH": False}

# Mail ----------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
EMAIL_BACKEND = "helpdesk.mailbox.Backend"
EMAIL_FILE_PATH = ENV.var_dir / "mail"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = "localhost", 25, "", ""
EMAIL_USE_TLS = EMAIL_USE_SSL = False
# Whoever sends a notice holds it for this long; one mail must take less (connect, send, quit).
NOTICE_LEASE_SECONDS = ENV.notice_lease_seconds
EMAIL_TIMEOUT = NOTICE_LEASE_SECONDS / 3
EMAIL_SUBJECT_PREFIX = ""
for _name, _value in ENV.mail.items():
    if _name != "EMAIL_FILE_PATH":
        globals()[_name] = _value

# Jobs ----------------------------------------------------------------------------------------

BROKER_URL = REDIS_URL or "memory://localhost"
WEB_PROCESSES = ENV.web_processes
WORKER_THREADS = ENV.worker_threads

# Logs: one line per event, with the request's id, in the worker too ---------------------------

DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10
DJANGO_STRUCTLOG_STATUS_2XX_LOG_LEVEL = 10
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = 20
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = 10
_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
_RENDERER: Any = (
    structlog.processors.JSONRenderer()
    if ENV.log_format == "json"
    else structlog.dev.ConsoleRenderer(colors=False)
)
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _RENDERER],
            "foreign_pre_chain": _PROCESSORS,
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    "loggers": {
        "django": {"handlers": [], "level": ENV.log_level, "propagate": True},
        "django.server": {"handlers": [], "level": ENV.log_level, "propagate": True},
        # Every request is one line of django_structlog's; Django's own line would be a second.
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
