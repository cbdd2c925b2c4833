"""Keeps survey tokens out of the logs that web servers and Django write about requests."""

import logging
import re
from typing import Any

_TOKEN = re.compile(r"\b[0-9a-f]{32}\.[\w-]{43}")
# Who writes the path of a request: the servers, and Django about refused ones.
REQUEST_LOGGERS = ("uvicorn.access", "gunicorn.access", "hypercorn.access", "django.request", "django.server")


def mask(value: Any) -> Any:
    """Return text without the tokens in it; anything else as it is."""
    return _TOKEN.sub("<token>", value) if isinstance(value, str) else value


class TokenFilter(logging.Filter):
    """Masks tokens in a record's text and arguments; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(mask(argument) for argument in record.args)
        return True


def mask_request_logs() -> None:
    """Mask tokens in every log of requests. Repeating it changes nothing."""
    for name in REQUEST_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(present, TokenFilter) for present in logger.filters):
            logger.addFilter(TokenFilter())
