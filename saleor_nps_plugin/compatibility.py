"""Which versions of Saleor this release runs on, and what a shop has to have set."""

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

logger = logging.getLogger(__name__)

TESTED = ("3.21", "3.22", "3.23")
OLDEST = (3, 21)
# What Saleor and Django call a shop that nobody has named yet.
_NO_ADDRESS = ("", "localhost", "127.0.0.1", "::1", "example.com")


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def problem_with(version: str) -> str:
    """Return why a version of Saleor is known not to work, or ""."""
    if _minor(version) < OLDEST:
        return f"Saleor {version} is too old for saleor-nps-plugin: it lacks parts of the plugin interface. Upgrade to 3.21 or later."
    return ""


def check_saleor_version(**kwargs: Any) -> Sequence[checks.CheckMessage]:
    """Refuse by name a Saleor that is known not to work."""
    from saleor import __version__

    problem = problem_with(__version__)
    return (
        [checks.Error(problem, hint="Uninstall saleor-nps-plugin to keep this Saleor.", id="saleor_nps_plugin.E001")]
        if problem
        else []
    )


def warn_about_untested_version() -> None:
    """Log one line where this release has not been tested with the Saleor that runs."""
    from saleor import __version__

    if not __version__.startswith(tuple(f"{minor}." for minor in TESTED)):
        logger.warning("saleor-nps-plugin is tested with Saleor %s, not with %s", ", ".join(TESTED), __version__)


def check_public_address(*, databases: Sequence[str] | None = None, **kwargs: Any) -> Sequence[checks.CheckMessage]:
    """Say so where links in mails, and the Dashboard, would lead to no shop."""
    if getattr(settings, "PUBLIC_URL", None) or "default" not in (databases or ()):
        return []
    host = urlsplit(f"//{_domain_of_site()}").hostname or ""
    if host not in _NO_ADDRESS:
        return []
    return [
        checks.Warning(
            f'The public address of this shop is not set: its site has the domain "{host}". Links in e-mails, and the '
            "plugin's pages in the Dashboard, lead nowhere.",
            hint="Set the environment variable PUBLIC_URL to the address of Saleor's API, such as https://api.example.org, "
            "then run: manage.py nps_register",
            id="saleor_nps_plugin.W001",
        )
    ]


def _domain_of_site() -> str:
    from django.contrib.sites.models import Site

    try:
        return Site.objects.get_current().domain
    except (DatabaseError, Site.DoesNotExist):
        # Before the first migrate there is no table.
        return ""
