"""Django's settings, read from the data directory that LIANXUN_INSTANCE names.

Without a data directory the module still imports (types, migrations and documentation need it); the
first connection then fails.
"""

from __future__ import annotations

import os
import secrets
from typing import Any

from csp.constants import NONE, SELF

from lianxun.config.instance import DatabaseAddress, Instance, InstanceError, default_folder, load
from lianxun.config.rooms import ROOMS

try:
    INSTANCE = load()
except InstanceError:
    INSTANCE = Instance(
        folder=default_folder(),
        demo=False,
        database=DatabaseAddress(host=str(default_folder() / "pg" / "run")),
    )

SECRET_KEY = INSTANCE.secrets.get("django") or secrets.token_urlsafe(32)
# Signs who acts (fabric.identity); the database holds the same key.
LIANXUN_CONTEXT_KEY = INSTANCE.secrets.get("context") or secrets.token_hex(32)
LIANXUN_DEMO = INSTANCE.demo
LIANXUN_INSTANCE = INSTANCE.folder
# Seconds between two looks at the clocks of the trace, and between two heartbeats (trace.writer).
LIANXUN_TRACE_LOOK_SECONDS = 2.0
LIANXUN_TRACE_HEARTBEAT_SECONDS = 30.0

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *INSTANCE.hosts]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in INSTANCE.hosts]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    *ROOMS,  # before allauth: their templates replace its own
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "lianxun.web.middleware.WholeBodyMiddleware",
    "lianxun.web.middleware.StorableMiddleware",
    "lianxun.web.middleware.UploadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lianxun.config.accounts.SecondFactorMiddleware",
    "lianxun.web.middleware.ActorMiddleware",
]
# What answers without sign-in: the sign-in itself, its files, the health check.
LIANXUN_PUBLIC_PATHS = (
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/static/",
    "/healthz/",
    "/api/",
)
CSRF_FAILURE_VIEW = "lianxun.web.problems.csrf_failure"

ROOT_URLCONF = "lianxun.config.urls"
WSGI_APPLICATION = "lianxun.config.wsgi.application"
AUTH_USER_MODEL = "access.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lianxun.web.nav.navigation",
            ]
        },
    }
]


def _database(role: str, *, pooled: bool = False, **more: Any) -> dict[str, Any]:
    where = INSTANCE.database
    options: dict[str, Any] = {"connect_timeout": 10, "application_name": f"lianxun {role}"}
    if pooled:
        # A scram handshake for each request costs six times the throughput (stack.md §3).
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    return {
        "ENGINE": "lianxun.fabric.db",
        "HOST": where.host,
        "PORT": str(where.port),
        "NAME": where.name,
        "USER": role,
        "PASSWORD": INSTANCE.password(role),
        "OPTIONS": {**options, **where.options},
        "CONN_HEALTH_CHECKS": not pooled,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        **more,
    }


DATABASES = {
    "default": _database(
        "lx_app", pooled=os.environ.get("LIANXUN_POOL") == "1", LIANXUN_IDENTITY=True
    ),
    "owner": _database("lx_owner"),
    "seq": _database("lx_seq"),
    "audit": _database("lx_audit"),
}
DATABASE_ROUTERS = ["lianxun.config.router.OwnerMigrates"]
PROCRASTINATE_DATABASE_ALIAS = "default"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = INSTANCE.static
MEDIA_ROOT = INSTANCE.files
# clamd: a socket path or host:port; empty = not configured, and every file says so.
LIANXUN_CLAMD = os.environ.get("LIANXUN_CLAMD", "")
# An OpenAI-compatible embedding endpoint on the intranet that re-ranks the hits of the library; empty = off.
LIANXUN_EMBEDDING = {
    "url": os.environ.get("LIANXUN_EMBEDDING_URL", ""),
    "model": os.environ.get("LIANXUN_EMBEDDING_MODEL", ""),
    "api_key": os.environ.get("LIANXUN_EMBEDDING_KEY", ""),
}
# Data keys of sealed identities, outside of the database and its backups (settled.md 22).
LIANXUN_KEYSTORE = INSTANCE.folder / "keystore"
# Nightly copies of them, kept for at most 35 days; belongs on another disk.
LIANXUN_KEYSTORE_COPIES = (
    os.environ.get("LIANXUN_KEYSTORE_COPIES") or INSTANCE.folder / "keystore-copies"
)
# Wraps the data keys of delivered files (exchange.keys); made by the launcher, empty without a data directory.
LIANXUN_EXCHANGE_KEY = INSTANCE.secrets.get("exchange", "")
# Working space of readers and engines: private, beside the data, cleared of what killed processes left.
os.environ.setdefault("LIANXUN_SCRATCH", str(INSTANCE.folder / "scratch"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "lianxun.config.accounts.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "lianxun.config.accounts.SealedFactors"
MFA_TOTP_ISSUER = "联巡"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60  # one working day, in seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Behind a proxy that speaks HTTPS; the demo speaks plain HTTP to this machine alone.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = bool(INSTANCE.hosts)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if INSTANCE.hosts else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
# Uploads carry clear identifiers: they never get a name on disk (fabric.uploads).
FILE_UPLOAD_HANDLERS = ["lianxun.fabric.uploads.NamelessUploadHandler"]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
TEST_RUNNER = "django.test.runner.DiscoverRunner"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_matter": {"()": "lianxun.web.logs.WithoutMatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_matter"],
        }
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("LIANXUN_LOG_LEVEL", "WARNING")},
}
