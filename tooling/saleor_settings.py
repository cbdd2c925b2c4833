"""Saleor's settings without our plugin: what the template databases are built with."""

import os

from saleor.settings import *  # noqa: F403

from tooling import places

NAME = "saleor_nps_plugin"

# Our tables change while we work on them, Saleor's do not: copies get ours by migrating on top.
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != NAME]  # noqa: F405
PLUGINS = [path for path in PLUGINS if not path.startswith(f"{NAME}.")]  # noqa: F405

# Saleor's default channel, warehouse and product type collide with its test fixtures.
POPULATE_DEFAULTS = False
SECRET_KEY = "only for building databases on this machine"
MEDIA_ROOT = os.path.join(places.cache(), "media")
