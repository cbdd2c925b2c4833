"""python -m benchmarks [name …]: measures in copies of Saleor's sample shop, and says which bounds hold."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tooling import databases, places
from tooling.progress import step

NAMES = (
    "fulfilling",
    "scoring",
    "answering",
    "mailing",
    "ledger",
    "redeeming",
    "overview",
    "desk",
    "widgets",
    "importing",
    "doors",
)
WITH_A_YEAR = ("overview", "desk", "widgets")
PREFIX = f"nps_bench_{places.project_key()}"
MIGRATE = ["-m", "django", "migrate", "saleor_nps_plugin", "--verbosity=0"]


def main() -> int:
    wanted = sys.argv[1:] or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        sys.exit(f"There is no benchmark {', '.join(unknown)}. Benchmarks are: {', '.join(NAMES)}")
    databases.drop_leftovers()
    shop = _shop_with_our_tables(os.environ["NPS_TEMPLATE"])
    missed = [name for name in wanted if not _keeps_its_bounds(name, _filled(shop) if name in WITH_A_YEAR else shop)]
    print(f"\n{'Too slow: ' + ', '.join(missed) if missed else 'Every bound holds.'}")
    return int(bool(missed))


def _keeps_its_bounds(name: str, shop: str) -> bool:
    """Each in a process and a database of its own, so that none finds what another left."""
    with _copy_of(shop) as database:
        return _python(["-m", "benchmarks.alone", name], database) == 0


def _shop_with_our_tables(template: str) -> str:
    """Django takes half a minute to migrate, so the result is kept for as long as our migrations stay the same."""
    files = sorted((places.PROJECT / "saleor_nps_plugin" / "migrations").glob("0*.py"))
    return _kept(f"{PREFIX}_shop", template, files, MIGRATE, "Preparing the shop to be measured")


def _filled(shop: str) -> str:
    """The same with a year of answers, which takes minutes to make."""
    files = [places.PROJECT / "benchmarks" / name for name in ("year.py", "dashboard_year.py", "words.py")]
    files.append(places.PROJECT / "saleor_nps_plugin" / "surveys" / "reporting" / "tallies.py")
    return _kept(
        f"{PREFIX}_year", shop, files, ["-m", "benchmarks.dashboard_year"], "Filling it with a year of answers"
    )


def _kept(prefix: str, source: str, files: Iterable[Path], make: list[str], text: str) -> str:
    """A copy of a database in which a program has run; made anew when any of the files changes."""
    name = f"{prefix}_{places.short_hash(source, *(file.read_text() for file in files))}"
    if not databases.exists(name):
        for outdated in databases.names(prefix):
            databases.drop(outdated)
        with step(text), _copy_of(source) as unfinished:
            if _python(make, unfinished) != 0:
                sys.exit("This failed.")
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
