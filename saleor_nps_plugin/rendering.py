"""Our templates, compiled once per process.

Saleor's own template engine compiles a template anew each time it is used, and prints words about missing variables into
pages when DEBUG is on; hence an engine of our own. A project can still replace a template from its template folders.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Engine

_LIBRARIES = {"i18n": "django.templatetags.i18n", "dashboard": "saleor_nps_plugin.dashboard.tags"}
_OURS = str(Path(__file__).parent / "templates")


@cache
def engine() -> Engine:
    """Return the engine that renders our templates."""
    backends: list[dict[str, Any]] = settings.TEMPLATES
    theirs = [str(folder) for backend in backends for folder in backend.get("DIRS", [])]
    return Engine(dirs=[*theirs, _OURS], libraries=_LIBRARIES)


def render(name: str, context: Mapping[str, Any]) -> str:
    """Render one of our templates, named below templates/saleor_nps_plugin/."""
    return engine().get_template(f"saleor_nps_plugin/{name}").render(Context(dict(context)))
