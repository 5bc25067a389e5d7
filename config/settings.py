"""Settings of Rallies: only from the environment, only here, and safe when nothing is set.

Every variable has a row in the table of README.md; tests/test_docs.py looks for it.
"""

from pathlib import Path

from csp.constants import NONE, SELF

from config import env
from rallies import __version__  # noqa: F401  (importing rallies settles where zone data come from)

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What the operator says -----------------------------------------------------------------------

DATA_DIR = env.directory("DATA_DIR", default="data", base=BASE_DIR)
PORT = env.number("PORT", default=8000, lowest=1, highest=65535)
BIND_ADDRESS = env.ip_address("BIND_ADDRESS", default="127.0.0.1")
SITE = env.site("SITE_URL", default=f"http://localhost:{PORT}")
SITE_URL = SITE.url
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0, lowest=0, highest=9)
SITE_NAME = env.text("SITE_NAME", "Rallies")
SITE_MARK = env.mark("SITE_MARK", base=DATA_DIR)
SITE_CONTACT = env.contact("SITE_CONTACT")
SITE_OPERATOR = env.text("SITE_OPERATOR")
SITE_OPERATOR_ADDRESS = env.text("SITE_OPERATOR_ADDRESS")
MAP_TILES = env.tiles("MAP_TILES_URL")
MAP_TILES_URL = MAP_TILES.url
MAP_TILES_ATTRIBUTION = env.text("MAP_TILES_ATTRIBUTION")
MAP_PMTILES = env.archive("MAP_PMTILES", base=DATA_DIR, here=SITE_URL)
env.at_most_one("MAP_TILES_URL", "MAP_PMTILES")
DEFAULT_TIME_ZONE = env.time_zone("DEFAULT_TIME_ZONE", default="UTC")
DEBUG = env.yes_or_no("DEBUG", default=False)
SEED = env.yes_or_no("SEED", default=True)
LOG_LEVEL = env.one_of("LOG_LEVEL", ("debug", "info", "warning", "error", "critical"), default="warning")
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", default=2, lowest=1, highest=64)
WEB_THREADS = env.number("WEB_THREADS", default=4, lowest=1, highest=64)
SESSION_DAYS = env.number("SESSION_DAYS", default=30, lowest=1, highest=365)
REQUIRE_SECOND_FACTOR = env.yes_or_no("REQUIRE_SECOND_FACTOR", default=True)
MAIL_FROM = env.mail_address("MAIL_FROM")
SMTP = env.mail_server("SMTP_URL", sender=MAIL_FROM)
WORKER = env.one_of("WORKER", ("inside", "off"), default="inside")
SECRET_KEY = env.secret("SECRET_KEY") or env.key_in(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.secrets_of("SECRET_KEY_FALLBACKS")

# --- Languages and time ---------------------------------------------------------------------------

LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("pt", "Português"),
    ("ar", "العربية"),
]
LANGUAGE_CODE = env.one_of("DEFAULT_LANGUAGE", [code for code, _ in LANGUAGES], default="en")
# What rallies/catalogues.py compiles when the site starts.
LOCALE_PATHS = [DATA_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
# Instants are UTC; each action brings its own zone. DEFAULT_TIME_ZONE is only what a new one begins with.
USE_TZ = True
TIME_ZONE = "UTC"

# --- The application ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "rallies",
    "rallies.http.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "simple_history",
    "csp",
    "rest_framework",
    "drf_spectacular",
]

# No LocaleMiddleware: it varies every page by Accept-Language; the language is in the path, and ours reads it there.
# Sessions, CSRF and messages touch nothing unless a view asks, so public pages vary by no cookie.
MIDDLEWARE = [
    # What it answers went through all the others before.
    "rallies.feeds.known.known_feeds",
    "rallies.http.middleware.head_without_body",
    "csp.middleware.CSPMiddleware",
    "rallies.http.middleware.without_permissions",
    "rallies.web.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rallies.http.language.language_of_the_address",
    "rallies.http.middleware.public_without_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rallies.http.sessions.seen_this_hour",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rallies.http.sign_in.asked_to_prove",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "rallies.web.context.site",
            ],
        },
    },
]

# --- Where data lie -------------------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL", data_dir=DATA_DIR, connections=WEB_THREADS)}
CACHES = {"default": env.cache("CACHE_URL")}

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "rallies.styles.BundledStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
# Everything links to the names that hold a hash; compressing the others too would double the first start.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Safety ---------------------------------------------------------------------------------------

ALLOWED_HOSTS = list(SITE.hosts)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# https is required exactly when SITE_URL says it. Django itself always hears plain http: what the visitor
# uses is known from the proxy in front, which must set this header and drop one that a visitor sends.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE.https else None
SECURE_SSL_REDIRECT = SITE.https
# One year, for this host name alone: neighbours below or beside it are not ours to promise for.
SECURE_HSTS_SECONDS = 31_536_000 if SITE.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_HSTS_PRELOAD = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Under https a name that begins so is only taken from this very host, over https, for all of it: a neighbour below the same
# domain cannot plant one.
_PREFIX = "__Host-" if SITE.https else ""
SESSION_COOKIE_NAME = f"{_PREFIX}rallies_session"
SESSION_COOKIE_SECURE = SITE.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_PREFIX}rallies_csrf"
CSRF_COOKIE_SECURE = SITE.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# What a page says to the next one travels in the session, not in a cookie of its own.
SESSION_ENGINE = "rallies.http.sessions"
# Two weeks after the hour in which it was last used, and never more than SESSION_DAYS after the one in which it began.
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "rallies.web.errors.form_too_old"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:", *([MAP_TILES.origin] if MAP_TILES.origin else [])],
        "connect-src": [SELF, *([MAP_PMTILES.origin] if MAP_PMTILES.origin else [])],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"rallies.rules.passwords.{name}"} for name in ("LongEnough", "NotTheName", "NotCommon", "NotOnlyDigits")
]

# --- Signing in: allauth does it, without its pages, its mails and its counting of attempts ------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "rallies.accounts.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
# It would keep addresses in clear, and a count that a fuller cache forgets: see rallies/accounts/limits.py.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
# Never: rallies/http/sign_in.py says what is recent enough.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_FORMS = {
    "login": "rallies.accounts.forms.SignIn",
    "reauthenticate": "rallies.accounts.forms.Password",
    "change_password": "rallies.accounts.forms.ChangePassword",
    "set_password": "rallies.accounts.forms.SetPassword",
}
MFA_ADAPTER = "rallies.accounts.adapter.SecondFactors"
MFA_FORMS = {
    "authenticate": "rallies.accounts.forms.Code",
    "reauthenticate": "rallies.accounts.forms.CodeAgain",
    "activate_totp": "rallies.accounts.forms.SetUpApp",
    "add_webauthn": "rallies.accounts.forms.AddPasskey",
    "edit_webauthn": "rallies.accounts.forms.NamePasskey",
    "authenticate_webauthn": "rallies.accounts.forms.Passkey",
    "reauthenticate_webauthn": "rallies.accounts.forms.PasskeyAgain",
    "login_webauthn": "rallies.accounts.forms.PasskeyAlone",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Clocks of phones differ by half a minute.
MFA_TOTP_TOLERANCE = 1

# --- Mail: invitations and recovery links, if there is a server for it --------------------------------

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if SMTP.host else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = SMTP.host, SMTP.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP.user, SMTP.password
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP.security == "tls", SMTP.security == "ssl"
# Somebody waits for the page meanwhile, and the link is on it whatever happens.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = MAIL_FROM

# Django 6 takes https for web addresses typed without a scheme; we do so now.
FORMS_URLFIELD_ASSUME_HTTPS = True

# rallies/checks.py says these in a self-hoster's words, from SITE_URL and DEBUG, which they set.
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS
    "security.W005",  # HSTS for names below ours: see above
    "security.W008",  # redirect to https
    "security.W011",  # secure session cookie
    "security.W016",  # secure CSRF cookie
    "security.W018",  # DEBUG
    "security.W021",  # HSTS preload: see above
]

# --- The API ----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "rallies.api.problems.handle",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME}: actions",
    "DESCRIPTION": "Public actions, their dates, places, groups and campaigns. Read-only, without an account.",
    "VERSION": "1",
    "SERVERS": [{"url": SITE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": [],
    "ENUM_NAME_OVERRIDES": {
        "ActionKind": "rallies.enums.ActionKind.choices",
        "ActionStatus": "rallies.enums.ActionStatus.choices",
    },
}

# --- Logs: to stderr, without addresses of visitors and tokens of links ------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "rallies.http.logs.WithoutTokens",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL.upper()},
    "loggers": {
        # Django's own handlers would mail errors to ADMINS and print requests of its test server.
        "django": {"handlers": [], "propagate": True},
        # 404s and the like are visitors' matters; errors stay.
        "django.request": {"level": "ERROR"},
        # A stranger's wrong host name or path is answered, and no fault of the site.
        "django.security": {"level": "CRITICAL"},
    },
}
