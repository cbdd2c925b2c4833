"""`make test` and `make check`: which suites run where, and what is said about them in the end."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tooling import databases, environments, places, postgres, saleor_source
from tooling.progress import Trouble, say
from tooling.saleor_environments import saleor_environment
from tooling.saleor_source import Saleor, SaleorNotAvailable

LIGHT = places.LIGHT_ENVIRONMENT
PYTEST = ["-m", "pytest"]
AT_ONCE = ["-n", "auto", "--maxprocesses", "4"]
BROWSER = "tests/dashboard/browser"
# Whoever names parameters by a set wants them alike everywhere.
ALIKE = {"PYTHONHASHSEED": "0"}
# Hypothesis searches further when pytest is run by hand; what everybody waits for gives the same result twice.
FIXED = ["--hypothesis-profile=ci"]
NO_TESTS = 5


@dataclass
class Summary:
    """The last words of a run: one line per suite."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False
    advice: str = ""

    def result(self, suite: str, code: int) -> None:
        words = {0: "passed", NO_TESTS: "has no tests yet"}.get(code, "FAILED")
        self.failed |= words == "FAILED"
        self.lines.append(f"{suite}: {words}")

    def skipped(self, suite: str, reason: Trouble) -> None:
        self.lines.append(f"{suite}: SKIPPED. {reason}")
        self.advice = f"\n\n{saleor_source.ADVICE}"

    def tell(self) -> int:
        say("\n" + "\n".join(self.lines) + self.advice)
        return int(self.failed)


def check() -> int:
    summary = Summary()
    _check(summary)
    return summary.tell()


def test() -> int:
    summary = Summary()
    _check(summary)
    _without_saleor(summary)
    _with_saleor(summary, saleor_source.default_tag())
    for tag in saleor_source.other_tags():
        _with_saleor(summary, tag, "-m", "every_version")
    return summary.tell()


def variables_for_saleor(saleor: Saleor, environment: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": postgres.address(),
        "DJANGO_SETTINGS_MODULE": "tests.with_saleor.settings",
        "NPS_TEMPLATE_DATABASE": databases.template(saleor, environment),
    }


def _check(summary: Summary) -> None:
    _suite(summary, "ruff", ["-m", "ruff", "check", "."])
    _suite(summary, "ruff format", ["-m", "ruff", "format", "--check", "."])
    _suite(summary, "mypy", ["-m", "mypy"])
    if (places.PROJECT / "tests" / "test_architecture.py").exists():
        _suite(summary, "architecture", [*PYTEST, "-q", "tests/test_architecture.py"])


def _without_saleor(summary: Summary) -> None:
    say(f"\nTests without Saleor, on {_database_words()}")
    if not os.environ.get("DATABASE_URL"):
        databases.drop_leftovers()
    own = {"DATABASE_URL": postgres.address(), **ALIKE}
    arguments = [*PYTEST, "-q", *AT_ONCE, *FIXED, "tests", "--ignore=tests/with_saleor", f"--ignore={BROWSER}"]
    _suite(summary, "Tests without Saleor", arguments, own)
    # Alone: a browser that waits for its turn takes a slow page for a broken one. What fails is tried once more, and named.
    _suite(summary, "Tests in a browser", [*PYTEST, "-q", "--reruns=1", "-rR", BROWSER], own)


def _with_saleor(summary: Summary, tag: str, *selection: str) -> None:
    extent = "the tests for every version" if selection else "all tests"
    try:
        saleor = saleor_source.obtain(tag)
    except SaleorNotAvailable as trouble:
        summary.skipped(f"Saleor {tag}, {extent}", trouble)
        return
    say(f"\nSaleor {saleor.version}: {extent}")
    environment = saleor_environment(saleor)
    variables = variables_for_saleor(saleor, environment)
    # In order: tests that commit empty Saleor's tables, so they come last.
    arguments = [*PYTEST, "-q", *AT_ONCE, "tests/with_saleor", *selection]
    code = environments.run_in(environment, arguments, {**variables, **ALIKE})
    summary.result(f"Saleor {saleor.version}, {extent}", code)


def _suite(summary: Summary, name: str, arguments: Sequence[str], extra: dict[str, str] | None = None) -> None:
    say(f"\n{name}")
    summary.result(name, environments.run_in(LIGHT, arguments, extra))


def _database_words() -> str:
    return "your DATABASE_URL" if os.environ.get("DATABASE_URL") else "the embedded PostgreSQL"
