"""Saleor's own test settings, on a copy of a database that its migrations built once."""

import os

# Saleor warns of a missing one before its test settings give one.
os.environ.setdefault("SECRET_KEY", "not a secret: tests only")

from saleor import __version__
from saleor.tests.settings import *  # noqa: F403

from tests.database import database_name

VERSION = __version__.replace(".", "_").replace("-", "_")

DATABASES["default"]["TEST"] = {  # noqa: F405
    "NAME": database_name(f"_{VERSION}"),
    # Django runs the migrations that are missing in the copy: ours.
    "TEMPLATE": os.environ.get("NPS_TEMPLATE_DATABASE"),
}
