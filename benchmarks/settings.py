"""Saleor's own settings as in production: no DEBUG, every plugin that Saleor brings, one database.

Two things favour Saleor's side of a comparison as much as ours, and make the bounds harder to keep: connections to
PostgreSQL stay open, and Celery's broker is memory, so that handing over a task costs next to nothing.
"""

import os

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

os.environ |= {
    "DEBUG": "False",
    "SECRET_KEY": "not a secret: benchmarks only",
    "ALLOWED_HOSTS": "shop.example",
    "ALLOWED_CLIENT_HOSTS": "shop.example",
    "PUBLIC_URL": "https://shop.example",
    "DB_CONN_MAX_AGE": "600",
    "CELERY_BROKER_URL": "memory://",
    "TELEMETRY_RAISE_UNIT_CONVERSION_ERRORS": "False",
}

from saleor.settings import *  # noqa: F403

_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PRIVATE_KEY = _KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
