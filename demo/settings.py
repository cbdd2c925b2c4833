"""Saleor's settings for the demo: its own, plus a Celery broker that needs no server."""

import os
from datetime import timedelta

from saleor import __version__
from saleor.settings import *  # noqa: F403

from tooling import places

# DEBUG stays on, as for any developer of Saleor: that is how Saleor serves pictures, explains errors
# and makes its own signing key. Only its marking of missing template variables is off, since mails
# and pages should look here as they do in production.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""  # noqa: F405

# Where the sample shop's pictures were put when its database was built.
MEDIA_ROOT = str(places.cache() / "media")

if os.environ["CELERY_BROKER_URL"] == "filesystem://":
    # Per version: a waiting task of one Saleor may be unknown to another.
    QUEUE = places.state(f"demo/queue-{__version__}")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE),
        "data_folder_out": str(QUEUE),
        "control_folder": str(places.state(f"demo/control-{__version__}")),
        "polling_interval": 0.5,
    }

# Every minute is right for a shop; somebody who is trying it out wants the mail now.
CELERY_BEAT_SCHEDULE["saleor-nps-send-due"] = {  # noqa: F405
    "task": "saleor_nps_plugin.tasks.send_due",
    "schedule": timedelta(seconds=5),
}
