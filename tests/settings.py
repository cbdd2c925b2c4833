"""Django settings for the tests that do without Saleor."""

import os

import dj_database_url

from tests.database import database_name

SECRET_KEY = "not a secret: tests only"
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "saleor_nps_plugin.urls"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True

INSTALLED_APPS = ["django.contrib.postgres", "saleor_nps_plugin"]
SALEOR_NPS_SHOP = "preview.shop.PreviewShop"

# As in Saleor's settings: no request and no i18n context processors.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"string_if_invalid": '<< MISSING VARIABLE "%s" >>'},
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# mypy and makemigrations read these settings without a server.
NO_SERVER = "postgres://postgres@localhost/postgres"
DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", NO_SERVER))}
DATABASES["default"]["TEST"] = {"NAME": database_name()}
