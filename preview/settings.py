"""Django settings of the preview. Templates are as strict and as bare as in Saleor's settings."""

import os

import dj_database_url

SECRET_KEY = "not a secret: the preview runs on one person's computer"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
ROOT_URLCONF = "preview.urls"
INSTALLED_APPS = ["django.contrib.postgres", "saleor_nps_plugin", "preview"]
SALEOR_NPS_SHOP = "preview.shop.PreviewShop"
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"string_if_invalid": '<< MISSING VARIABLE "%s" >>'},
    }
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # One line per request would bury what matters.
    "loggers": {"django.server": {"handlers": [], "propagate": False}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
