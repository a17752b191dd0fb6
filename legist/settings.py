"""Every setting of the product, read once from the environment (see docs/reference/settings.md)."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

from csp.constants import NONCE, NONE, SELF

from legist import addresses, logs
from legist.environment import (
    boolean,
    choice,
    days,
    integer,
    keep_private,
    levels,
    links,
    number,
    refused,
    secret,
    split,
    telephone_numbers,
    text,
    words,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- Legist ------------------------------------------------------------------------------------
LEGIST_ENV = choice("LEGIST_ENV", "dev", {"dev", "prod"}, such_as="dev or prod")
IS_PRODUCTION = LEGIST_ENV == "prod"
LEGIST_BASE_URL = addresses.page("LEGIST_BASE_URL", "http://localhost:8000", is_origin=True)
LEGIST_FIELD_KEYS = split(secret("LEGIST_FIELD_KEYS", "field", is_production=IS_PRODUCTION))
LEGIST_INDEX_KEY = secret("LEGIST_INDEX_KEY", "index", is_production=IS_PRODUCTION)
LEGIST_TASK_ENGINE = choice(
    "LEGIST_TASK_ENGINE",
    "djangoq",
    {"djangoq", "celery", "immediate"},
    such_as="djangoq, celery or immediate",
)
LEGIST_REQUIRE_MFA = boolean("LEGIST_REQUIRE_MFA", default=IS_PRODUCTION)
LEGIST_REAUTH_MINUTES = integer("LEGIST_REAUTH_MINUTES", 240, at_least=1)
LEGIST_FIRM_NAME = text("LEGIST_FIRM_NAME", "Legist")
# The only telephone numbers and links that words for all clients may hold.
LEGIST_FIRM_PHONE = telephone_numbers("LEGIST_FIRM_PHONE", text("LEGIST_FIRM_PHONE"))
LEGIST_FIRM_LINKS = links("LEGIST_FIRM_LINKS", text("LEGIST_FIRM_LINKS"))
LEGIST_CORPUS = text("LEGIST_CORPUS")
LEGIST_TIER_INTERVALS = text("LEGIST_TIER_INTERVALS")
LEGIST_ALIVE_PATH = text("LEGIST_ALIVE_PATH")
LEGIST_FAILPOINT = text("LEGIST_FAILPOINT")
LEGIST_LEAVING_PATH = text("LEGIST_LEAVING_PATH")
LEGIST_ESCALATE_DAYS = days("LEGIST_ESCALATE_DAYS", "1,2")
LEGIST_JOIN_MINUTES = integer("LEGIST_JOIN_MINUTES", 10)
LEGIST_NUMBER_IN_MESSAGES = choice(
    "LEGIST_NUMBER_IN_MESSAGES", "masked", {"masked", "full", "none"}, such_as="masked, full or none"
)
LEGIST_ALARMS = levels("LEGIST_ALARMS", text("LEGIST_ALARMS"))
LEGIST_BACKUP_PATH = text("LEGIST_BACKUP_PATH")
LEGIST_METRICS_TOKEN = text("LEGIST_METRICS_TOKEN")
LEGIST_ALARM_REPEAT_HOURS = integer("LEGIST_ALARM_REPEAT_HOURS", 4, at_least=1)
LEGIST_VOCABULARY_REVIEW_DAYS = integer("LEGIST_VOCABULARY_REVIEW_DAYS", 91)

# Whether this process asks USCIS: it alone needs credentials, and no other may hold them.
LEGIST_POLLS = boolean("LEGIST_POLLS", default=True)
USCIS_API_URL = addresses.page("USCIS_API_URL", "https://api-int.uscis.gov")
USCIS_TOKEN_URL = addresses.page("USCIS_TOKEN_URL", "https://api-int.uscis.gov/oauth/accesstoken")
USCIS_CLIENT_ID = text("USCIS_CLIENT_ID")
USCIS_CLIENT_SECRET = text("USCIS_CLIENT_SECRET")
# Each credential is a lane with limits of its own; those beyond the first have a number behind their names.
USCIS_LANES = integer("USCIS_LANES", 1, at_least=1)
USCIS_MORE_CLIENTS = {
    lane: (text(f"USCIS_CLIENT_ID_{lane}"), text(f"USCIS_CLIENT_SECRET_{lane}"))
    for lane in range(2, max(USCIS_LANES, 9) + 1)
}
USCIS_DEMO_ID = text("USCIS_DEMO_ID")
USCIS_TPS = number("USCIS_TPS", 10)
USCIS_DAILY_QUOTA = integer("USCIS_DAILY_QUOTA", 10_000, at_least=1)
# What USCIS granted one lane in place of these two, where it is given; a check refuses what no lane reads.
_LANES = range(1, max(USCIS_LANES, 9) + 1)
USCIS_MORE_TPS = {
    lane: number(f"USCIS_TPS_{lane}", USCIS_TPS) for lane in _LANES if text(f"USCIS_TPS_{lane}")
}
USCIS_MORE_QUOTAS = {
    lane: integer(f"USCIS_DAILY_QUOTA_{lane}", USCIS_DAILY_QUOTA, at_least=1)
    for lane in _LANES
    if text(f"USCIS_DAILY_QUOTA_{lane}")
}
USCIS_TIMEOUT_S = number("USCIS_TIMEOUT_S", 10)

LEGIST_MODEL = text("LEGIST_MODEL")
LEGIST_MODEL_API_KEY = text("LEGIST_MODEL_API_KEY")
LEGIST_MODEL_BASE_URL = addresses.page("LEGIST_MODEL_BASE_URL")
LEGIST_MODEL_TIMEOUT_S = number("LEGIST_MODEL_TIMEOUT_S", 30)
LEGIST_MODEL_DAILY_CALLS = integer("LEGIST_MODEL_DAILY_CALLS", 200)

# --- Django ------------------------------------------------------------------------------------
SECRET_KEY = secret("LEGIST_SECRET_KEY", "session signing", is_production=IS_PRODUCTION)
DEBUG = boolean("LEGIST_DEBUG", default=False)
ALLOWED_HOSTS = words("LEGIST_ALLOWED_HOSTS", "" if IS_PRODUCTION else "localhost,127.0.0.1,[::1]")
ROOT_URLCONF = "legist.urls"
WSGI_APPLICATION = "legist.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "practice.User"

INSTALLED_APPS = [
    "legist.core",
    "legist.practice",
    "tracking",
    "workflows",
    "portal",
    "legist.insights",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "legist.core.apps.StaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "auditlog",
    "waffle",
    "django_q",
    "django_htmx",
    "django_include_bootstrap",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "legist.core.web.middleware.PrivacyHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "legist.practice.web.middleware.PersonLanguageMiddleware",
    "legist.core.web.middleware.RequestLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "legist.core.web.middleware.EntranceMiddleware",
    "legist.practice.web.middleware.KnownDeviceMiddleware",
    "legist.practice.web.middleware.StaffMfaMiddleware",
    "legist.core.web.middleware.UnreadableValuesMiddleware",
    "legist.core.web.middleware.ErrorPageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["legist.core.web.parts.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "legist.core.web.navigation.shell",
            ],
        },
    }
]

# --- Database, cache, queue --------------------------------------------------------------------
DATABASES = {"default": addresses.database("LEGIST_DATABASE_URL", f"sqlite:///{VAR_DIR / 'legist.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if DATABASES["default"]["NAME"] != ":memory:":
        keep_private(Path(DATABASES["default"]["NAME"]))
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# What move_to_postgres moves to.
LEGIST_TARGET_DATABASE_URL = text("LEGIST_TARGET_DATABASE_URL")
CACHES = {"default": addresses.cache("LEGIST_CACHE_URL", "locmemcache://")}
LEGIST_BROKER_URL = addresses.broker("LEGIST_BROKER_URL")
if LEGIST_TASK_ENGINE == "celery" and not LEGIST_BROKER_URL:
    raise refused("LEGIST_BROKER_URL", "the address of the broker, such as redis://host:6379/0, for celery")
# retry > timeout > the longest task; core.tasks.checks refuses other orders.
Q_CLUSTER = {
    "name": "legist",
    "orm": "default",
    "broker_class": "legist.core.tasks.djangoq.QueuesBroker",
    "workers": integer("LEGIST_WORKERS", 2, at_least=1),
    "timeout": 300,
    "retry": 360,
    "max_attempts": 5,
    "ack_failures": True,
    "catch_up": False,
    "poll": 0.2,
    "save_limit": -1,
    "scheduler": False,
    "label": "Legist queue",
}

# --- Sign-in -----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
# By default nobody's X-Forwarded-For is believed: a visitor can write anything into it.
ALLAUTH_TRUSTED_PROXY_COUNT = integer("LEGIST_TRUSTED_PROXIES", 0)
ACCOUNT_ADAPTER = "legist.practice.sign_in.adapters.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "request_login_code": "legist.practice.sign_in.forms.LoginCodeForm",
    "confirm_login_code": "legist.practice.sign_in.forms.ConfirmCodeForm",
    "reset_password": "legist.practice.sign_in.forms.PasswordResetForm",
}
# Counted by visitor, or by visitor and address (practice/sign_in/devices.py): no stranger shuts anybody out.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/5m/key",
    "login_failed_network": "10/m/ip",
    "request_login_code": "20/m/ip",
    "confirm_login_code": "30/10m/key",
    "reset_password": "20/m/ip",
    "send_files": "20/h/user",  # each is drawn anew, which takes a processor for seconds
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = LEGIST_REAUTH_MINUTES * 60
ACCOUNT_SESSION_REMEMBER = None
MFA_ADAPTER = "legist.practice.sign_in.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "legist.practice.sign_in.forms.SecondFactorForm",
    "reauthenticate": "legist.practice.sign_in.forms.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = LEGIST_FIRM_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
GUARDIAN_GET_INIT_ANONYMOUS_USER = None
ANONYMOUS_USER_NAME = None
AUDITLOG_CID_GETTER = "legist.core.correlation.current"
AUDITLOG_DISABLE_REMOTE_ADDR = True

# --- Browser security --------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
IS_HTTPS = LEGIST_BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = IS_PRODUCTION and IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION and IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_SERIALIZER = "legist.practice.sign_in.sealing.SealedSerializer"
CSRF_FAILURE_VIEW = "legist.core.web.middleware.csrf_failure"
CSRF_TRUSTED_ORIGINS = [LEGIST_BASE_URL]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["legist.core.web.uploads.InMemoryUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024  # the largest file that is taken has 25
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

# --- Language, time, files, mail, logs ---------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = choice(
    "LEGIST_TIME_ZONE", "America/New_York", available_timezones(), such_as="a zone such as America/Chicago"
)
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # a fresh checkout starts without a step of preparation
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "legist.core.web.staticfiles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
# Pages fetch what has its digest in its name. Nobody fetches maps, which took longest to compress.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("br", "gz", "map", "woff2")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Production has no mailbox by default: what lies in one reaches nobody.
locals().update(addresses.mail("LEGIST_EMAIL_URL", "" if IS_PRODUCTION else f"file://{VAR_DIR / 'mail'}"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = addresses.sender("LEGIST_FROM_EMAIL", "office@legist.example")
EMAIL_TIMEOUT = 15
LOGGING = logs.configuration(
    as_json=IS_PRODUCTION,
    level=choice("LEGIST_LOG_LEVEL", "INFO", logs.LEVELS, such_as=", ".join(logs.LEVELS)),
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# Ids on the record are ours: a header from outside could carry anything.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False
