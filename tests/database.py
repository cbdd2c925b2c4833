"""A pytest plugin, loaded by `-p` in setup.cfg: bare `pytest` finds a PostgreSQL too, not only make.

Every run has a test database of its own, named after its process, so that two people (or two shells)
can test one checkout at once. `--reuse-db` keeps one under a lasting name instead.
"""

import os
import sys

import pytest

from tooling import places, postgres

RUN = "NPS_TEST_RUN"


def pytest_addoption(parser: pytest.Parser) -> None:
    # The first hook of all, used for its time: Django's settings are read right after it.
    os.environ.setdefault("DATABASE_URL", postgres.address())
    if "--reuse-db" not in sys.argv:
        # Workers of pytest-xdist inherit it and add their own suffix.
        os.environ.setdefault(RUN, f"_run{os.getpid()}")


def database_name(suffix: str = "") -> str:
    return f"test_nps_{places.project_key()}{suffix}{os.environ.get(RUN, '')}"
