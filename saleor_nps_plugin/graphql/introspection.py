"""Keeps Saleor from serving a schema that it cached before we were installed or upgraded.

Saleor caches answers to introspection for a week, under its own version and the query's text.
"""

from typing import Any

from django.conf import settings
from django.core.signals import request_started

from .. import __version__

_MARK = f"nps-{__version__}"
_LABEL = "saleor_nps_plugin.introspection"


def mark_cache_keys() -> None:
    """Make our version part of the key under which answers to introspection are cached."""
    suffix = getattr(settings, "GRAPHQL_CACHE_SUFFIX", None)
    if suffix is None:
        # Saleor 3.21 has no such setting. Its views must not be imported while Django starts, hence at the first request.
        request_started.connect(_wrap_cache_key, dispatch_uid=_LABEL)
    elif _MARK not in suffix:
        settings.GRAPHQL_CACHE_SUFFIX = "-".join(filter(None, [suffix, _MARK]))


def _wrap_cache_key(**kwargs: Any) -> None:
    from saleor.graphql import views

    request_started.disconnect(dispatch_uid=_LABEL)
    plain = views.generate_cache_key
    if getattr(plain, "mark", None) == _MARK:
        return

    def marked(raw_query: str) -> str:
        return f"{plain(raw_query)}-{_MARK}"

    marked.mark = _MARK  # type: ignore[attr-defined]
    views.generate_cache_key = marked
