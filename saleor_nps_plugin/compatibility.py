"""Which versions of Saleor this release runs on."""

import logging
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error

logger = logging.getLogger(__name__)

TESTED = ("3.21", "3.22", "3.23")
OLDEST = (3, 21)


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


def problem_with(version: str) -> str:
    """Return why a version of Saleor is known not to work, or ""."""
    if _minor(version) < OLDEST:
        return f"Saleor {version} is too old for saleor-nps-plugin: it lacks parts of the plugin interface. Upgrade to 3.21 or later."
    return ""


def check_saleor_version(**kwargs: Any) -> Sequence[CheckMessage]:
    """Refuse by name a Saleor that is known not to work."""
    from saleor import __version__

    problem = problem_with(__version__)
    return (
        [Error(problem, hint="Uninstall saleor-nps-plugin to keep this Saleor.", id="saleor_nps_plugin.E001")]
        if problem
        else []
    )


def warn_about_untested_version() -> None:
    """Log one line where this release has not been tested with the Saleor that runs."""
    from saleor import __version__

    if not __version__.startswith(tuple(f"{minor}." for minor in TESTED)):
        logger.warning("saleor-nps-plugin is tested with Saleor %s, not with %s", ", ".join(TESTED), __version__)
