"""The demo's database: a copy of the sample shop, with our tables and a year of answers in it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from saleor import __version__

from tooling import databases, places
from tooling.progress import run_logged, step


def prepare(template: str, env: Mapping[str, str]) -> None:
    """Does nothing when nothing has changed since the last start: that one takes seconds."""
    name = database_name()
    done = places.state("demo") / f"prepared-{name}.txt"
    is_new = not databases.exists(name)
    key = _state(env)
    if not is_new and done.exists() and done.read_text() == key:
        return
    if is_new:
        databases.copy(template, name)
    with step("Preparing the shop: our tables, the plugin's settings, a year of answers"):
        _fill(env, is_new=is_new)
    done.write_text(key)


def database_name() -> str:
    version = __version__.replace(".", "_").replace("-", "_")
    return f"nps_demo_{places.project_key()}_{version}"


def _fill(env: Mapping[str, str], *, is_new: bool) -> None:
    arguments = ["--new"] if is_new else []
    try:
        run_logged(
            [sys.executable, "-m", "demo.fill", *arguments],
            log=places.logs() / "fill.log",
            env={**env, "CELERY_TASK_ALWAYS_EAGER": "1"},
            cwd=places.PROJECT,
        )
    except BaseException:
        # Half a shop would be taken for a whole one at the next start.
        if is_new:
            databases.drop(database_name())
        raise


def _state(env: Mapping[str, str]) -> str:
    """What the database was prepared for: our tables and, in the Dashboard's menu, the shop's address."""
    folder = Path(places.PROJECT) / "saleor_nps_plugin"
    files = [*sorted(folder.glob("migrations/0*.py")), folder / "registration.py"]
    return places.short_hash(*(file.read_text() for file in files), os.environ["DATABASE_URL"], env["PUBLIC_URL"])
