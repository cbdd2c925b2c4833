"""Databases made once per Saleor and then copied: its migrations take minutes, a copy seconds."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tooling import places, postgres
from tooling.locks import alone
from tooling.progress import Step, run_logged, step
from tooling.saleor_source import Saleor

APPLYING = re.compile(r"^\s+Applying ")
LEFTOVER = re.compile(r"(test_nps_\w+_run|nps_\w+_unfinished_)(?P<process>\d+)(_gw\d+)?")
SETTINGS = "tooling.saleor_settings"


def template(saleor: Saleor, environment: Path) -> str:
    """A database with Saleor's tables and no row of ours or of a shop: what tests copy."""
    name = template_name(saleor)

    def fill(database: str, current: Step) -> None:
        _migrate(saleor, environment, database, current)

    _build_once(name, f"Saleor {saleor.version}: building its database", fill)
    return name


def shop_template(saleor: Saleor, environment: Path) -> str:
    """The same with Saleor's own sample shop: what the demo copies."""
    empty = template(saleor, environment)
    name = f"nps_shop_{saleor.identifier}_{_migrations_key(saleor)}"

    def fill(database: str, current: Step) -> None:
        _drop(database)
        copy(empty, database)
        _manage(saleor, environment, database, ["django", "populatedb", "--createsuperuser"], current.tell)

    _build_once(name, f"Saleor {saleor.version}: loading its sample shop", fill)
    return name


def template_name(saleor: Saleor) -> str:
    return f"nps_template_{saleor.identifier}_{_migrations_key(saleor)}"


def url(database: str) -> str:
    """The server's address with another database name in it."""
    parts = urlsplit(postgres.address())
    return urlunsplit(parts._replace(path=f"/{database}"))


def exists(database: str) -> bool:
    with _server() as connection:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(query, [database]).fetchone() is not None


def names(prefix: str) -> list[str]:
    with _server() as connection:
        rows = connection.execute("SELECT datname FROM pg_database ORDER BY datname").fetchall()
    return [name for (name,) in rows if name.startswith(prefix)]


def copy(source: str, target: str) -> None:
    _execute("CREATE DATABASE {} TEMPLATE {}", target, source)


def drop(database: str) -> None:
    _drop(database)


def drop_leftovers() -> None:
    """Databases of runs that were killed; their names tell the process that made them."""
    for name in names(""):
        found = LEFTOVER.fullmatch(name)
        if found and not _is_running(int(found["process"])):
            _drop(name)


def _build_once(name: str, text: str, fill: Callable[[str, Step], None]) -> None:
    """Built under another name, then renamed: a half-built one is never taken for a whole one."""
    with alone(name):
        if exists(name):
            return
        unfinished = f"{name}_unfinished_{os.getpid()}"
        with step(text) as current:
            _execute("CREATE DATABASE {}", unfinished)
            try:
                fill(unfinished, current)
                _execute("ALTER DATABASE {} RENAME TO {}", unfinished, name)
            finally:
                _drop(unfinished)


def _migrate(saleor: Saleor, environment: Path, database: str, current: Step) -> None:
    total = len(_migrations(saleor))
    applied = 0

    def count(line: str) -> None:
        nonlocal applied
        if APPLYING.match(line):
            applied += 1
            current.detail = f", {applied} of about {total} migrations"

    _manage(saleor, environment, database, ["tooling.migrate_saleor"], count)


def _manage(
    saleor: Saleor,
    environment: Path,
    database: str,
    arguments: list[str],
    on_line: Callable[[str], None] = lambda line: None,
) -> None:
    run_logged(
        [places.python_of(environment), "-u", "-m", *arguments],
        log=places.logs() / f"{arguments[-1].strip('-')}-{saleor.version}.log",
        env=os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS, "DATABASE_URL": url(database)},
        # populatedb finds its pictures relative to Saleor's own folder.
        cwd=saleor.folder,
        on_line=on_line,
    )


def _migrations(saleor: Saleor) -> list[str]:
    return sorted(file.stem for file in saleor.folder.glob("saleor/*/migrations/0*.py"))


def _migrations_key(saleor: Saleor) -> str:
    return places.short_hash(*_migrations(saleor))[:6]


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.address(), autocommit=True) as connection:
        yield connection


def _execute(statement: str, *names: str) -> None:
    with _server() as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _drop(database: str) -> None:
    _execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
