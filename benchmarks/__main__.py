"""python -m benchmarks [name …]: measures in copies of Saleor's sample shop, and says which bounds hold."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tooling import databases, places
from tooling.progress import step

NAMES = ("fulfilling", "scoring", "answering", "mailing", "ledger", "redeeming")
PREFIX = f"nps_bench_{places.project_key()}"
MIGRATE = ["-m", "django", "migrate", "saleor_nps_plugin", "--verbosity=0"]


def main() -> int:
    wanted = sys.argv[1:] or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}. Benchmarks are: {', '.join(NAMES)}")
    databases.drop_leftovers()
    shop = _shop_with_our_tables(os.environ["NPS_TEMPLATE"])
    missed = [name for name in wanted if not _keeps_its_bounds(name, shop)]
    print(f"\n{'Too slow: ' + ', '.join(missed) if missed else 'Every bound holds.'}")
    return int(bool(missed))


def _keeps_its_bounds(name: str, shop: str) -> bool:
    """Each in a process and a database of its own, so that none finds what another left."""
    with _copy_of(shop) as database:
        return _python(["-m", "benchmarks.alone", name], database) == 0


def _shop_with_our_tables(template: str) -> str:
    """Django takes half a minute to migrate, so the result is kept for as long as our migrations stay the same."""
    files = sorted((places.PROJECT / "saleor_nps_plugin" / "migrations").glob("0*.py"))
    name = f"{PREFIX}_{places.short_hash(template, *(file.read_text() for file in files))}"
    if not databases.exists(name):
        for outdated in databases.names(PREFIX):
            databases.drop(outdated)
        with step("Preparing the shop to be measured"), _copy_of(template) as unfinished:
            if _python(MIGRATE, unfinished) != 0:
                sys.exit("The migrations failed.")
            databases.copy(unfinished, name)
    return name


@contextmanager
def _copy_of(database: str) -> Iterator[str]:
    name = f"{PREFIX}_unfinished_{os.getpid()}"
    databases.copy(database, name)
    try:
        yield name
    finally:
        databases.drop(name)


def _python(arguments: list[str], database: str) -> int:
    url = databases.url(database)
    own = {"DATABASE_URL": url, "DATABASE_URL_REPLICA": url, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    return subprocess.run([sys.executable, *arguments], env=os.environ | own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
