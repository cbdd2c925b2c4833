"""The same settings for Saleor behind a network. Its ASGI application has a thread per request, which would each keep a
connection to PostgreSQL open: so it closes them, as Saleor does unless told otherwise."""

from benchmarks.settings import *  # noqa: F403
from benchmarks.settings import DATABASES

for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0
