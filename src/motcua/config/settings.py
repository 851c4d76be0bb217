"""Every setting of the system, read strictly from the environment, with defaults that run at once.

The database role of a process is chosen by MOTCUA_DB_ROLE (app, owner, sequencer, reader): one process, one role.
"""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from motcua.config import env, postgres, secrets

PACKAGE = Path(__file__).resolve().parent.parent
_checkout = PACKAGE.parent.parent
ROOT = _checkout if (_checkout / "pyproject.toml").exists() else Path.cwd()

MOTCUA_VAR = env.folder("MOTCUA_VAR", ROOT / "var")
MOTCUA_FILES_DIR = env.folder("MOTCUA_FILES_DIR", MOTCUA_VAR / "files")
MOTCUA_KEYS_DIR = env.folder("MOTCUA_KEYS_DIR", MOTCUA_VAR / "keys")
MOTCUA_SECRETS_FILE = MOTCUA_VAR / "secrets.json"

# A process that was never set up (a type checker, `makemigrations`) gets secrets that die with it.
SECRETS = secrets.read(MOTCUA_SECRETS_FILE) or secrets.fresh()
SECRET_KEY = SECRETS.django_key
MOTCUA_PAYLOAD_KEY = SECRETS.payload_key
MOTCUA_CODE_PEPPER = SECRETS.code_pepper

DEBUG = env.flag("MOTCUA_DEBUG", False)
MOTCUA_DEMO = env.flag("MOTCUA_DEMO", True)  # synthetic province, pretended time; off in a real office
MOTCUA_PORT = env.number("MOTCUA_PORT", 8000, low=1, high=65535)
MOTCUA_PUBLIC_URL = env.text("MOTCUA_PUBLIC_URL", f"http://127.0.0.1:{MOTCUA_PORT}")
MOTCUA_SANDBOX_PORT = env.number("MOTCUA_SANDBOX_PORT", 8010, low=1, high=65000)
MOTCUA_SANDBOX_URL = env.text("MOTCUA_SANDBOX_URL", f"http://127.0.0.1:{MOTCUA_SANDBOX_PORT}")
MOTCUA_VNEID_ISSUER = env.text("MOTCUA_VNEID_ISSUER", MOTCUA_SANDBOX_URL + "/vneid")
MOTCUA_VNEID_CLIENT_ID = env.text("MOTCUA_VNEID_CLIENT_ID", "motcua")
MOTCUA_VNEID_CLIENT_SECRET = env.text("MOTCUA_VNEID_CLIENT_SECRET", SECRETS.vneid_client_secret)
MOTCUA_PROVINCE = env.text("MOTCUA_PROVINCE", "40")  # Nghệ An, the statistics office's code
ALLOWED_HOSTS = env.words("MOTCUA_HOSTS", "127.0.0.1,localhost,[::1],testserver")

# A folder with the province's own tariffs and reductions, over those that ship with the system.
MOTCUA_FEES_LAW_DIR = env.text("MOTCUA_FEES_LAW_DIR", "")

# --- the systems outside -------------------------------------------------------------------------------------
# MOTCUA_CONNECTOR_<ID>_<KEY>: a real endpoint is a setting away. In the demo each is the sandbox's.
MOTCUA_CONNECTORS = env.connectors(
    {
        "national": {
            "url": MOTCUA_SANDBOX_URL + "/national",
            "user": "motcua",
            "secret": SECRETS.outside_secret,
        },
        "pay": {"url": MOTCUA_SANDBOX_URL + "/pay", "user": "motcua", "secret": SECRETS.outside_secret},
        "bank": {
            "url": MOTCUA_SANDBOX_URL + "/bank",
            "user": "motcua",
            "secret": SECRETS.outside_secret,
            # an account that no bank has: a QR of the demo, scanned by mistake, pays nobody
            "account": "999900112233",
            "bin": "999999",
            "name": "UBND TINH NGHE AN (GIA LAP)",
        },
        "population": {
            "url": MOTCUA_SANDBOX_URL + "/population",
            "user": "motcua",
            "secret": SECRETS.outside_secret,
        },
        "post": {"url": MOTCUA_SANDBOX_URL + "/post", "user": "motcua", "secret": SECRETS.outside_secret},
        "sms": {"url": MOTCUA_SANDBOX_URL + "/sms", "user": "motcua", "secret": SECRETS.outside_secret},
        "mail": {
            "url": f"smtp://127.0.0.1:{MOTCUA_SANDBOX_PORT + 1}",
            "user": "",
            "secret": "",
            "sender": "khong-tra-loi@motcua.invalid",
            "box": MOTCUA_SANDBOX_URL + "/mail/box",  # where reports of mails that did not arrive come back
        },
    }
    if MOTCUA_DEMO
    else {}
)

# --- database -----------------------------------------------------------------------------------------------
MOTCUA_CLUSTER = postgres.Cluster(folder=MOTCUA_VAR / "pg", password=SECRETS.superuser_password)
MOTCUA_DATABASE_NAME = "motcua"
MOTCUA_EXTERNAL_DATABASE = bool(env.text("DATABASE_URL", ""))
if MOTCUA_EXTERNAL_DATABASE and not env.text("DATABASE_OWNER_URL", ""):
    raise env.BadSetting("DATABASE_URL and DATABASE_OWNER_URL belong together: who serves, and who migrates")


def _url(role: str, password: str) -> str:
    return MOTCUA_CLUSTER.url(user=f"motcua_{role}", password=password, database=MOTCUA_DATABASE_NAME)


MOTCUA_DATABASE_URLS = {
    "app": env.text("DATABASE_URL", _url("app", SECRETS.app_password)),
    "owner": env.text("DATABASE_OWNER_URL", _url("owner", SECRETS.owner_password)),
}
MOTCUA_DATABASE_URLS["sequencer"] = env.text(
    "DATABASE_SEQUENCER_URL",
    MOTCUA_DATABASE_URLS["owner"]
    if MOTCUA_EXTERNAL_DATABASE
    else _url("sequencer", SECRETS.sequencer_password),
)
MOTCUA_DATABASE_URLS["reader"] = env.text(
    "DATABASE_READER_URL",
    MOTCUA_DATABASE_URLS["app"] if MOTCUA_EXTERNAL_DATABASE else _url("reader", SECRETS.reader_password),
)
MOTCUA_DB_ROLE = env.text("MOTCUA_DB_ROLE", "app")
if MOTCUA_DB_ROLE not in MOTCUA_DATABASE_URLS:
    raise env.BadSetting(f"MOTCUA_DB_ROLE={MOTCUA_DB_ROLE!r} is none of {sorted(MOTCUA_DATABASE_URLS)}")
DATABASES = {
    "default": env.database(MOTCUA_DATABASE_URLS[MOTCUA_DB_ROLE])
    | {"CONN_MAX_AGE": env.number("MOTCUA_DB_KEEP", 600, low=0, high=86400), "CONN_HEALTH_CHECKS": True},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the house, from the bottom up ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "motcua.base",
    "motcua.ledger",
    "motcua.units",
    "motcua.people",
    "motcua.deadlines",
    "motcua.staff",
    "motcua.documents",
    "motcua.procedures",
    "motcua.fees",
    "motcua.dossiers",
    "motcua.feedback",
    "motcua.notices",
    "motcua.exchange",
    "motcua.quality",
    "motcua.indicators",
    "motcua.ui",
    "motcua.portal",
    "motcua.desk",
    "motcua.ioc",
    "motcua.gateway",
    "motcua.demo",
    "motcua.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "motcua.config.middleware.PretendedTime",
    "motcua.config.middleware.DeadDatabase",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.ui.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "motcua.config.middleware.ContentSecurity",
]
ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
AUTH_USER_MODEL = "staff.Account"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/desk/sign-in/"

# --- language and time ----------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- static files, sessions, limits ---------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = MOTCUA_VAR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
_https = MOTCUA_PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_TRUSTED_ORIGINS = [MOTCUA_PUBLIC_URL]
CSRF_FAILURE_VIEW = "motcua.ui.views.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MOTCUA_MAX_FILE_BYTES = env.number("MOTCUA_MAX_FILE_BYTES", 20 * 1024 * 1024, low=1024, high=2**31)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("MOTCUA_LOG", "WARNING")},
}
