"""What `make` calls: python -m tooling <command>."""

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path

from tooling import databases, environments, places, postgres, saleor_source, suites
from tooling.progress import Trouble, exit_with, say
from tooling.saleor_environments import saleor_environment
from tooling.saleor_source import Saleor, SaleorNotAvailable

LIGHT = places.LIGHT_ENVIRONMENT


def demo() -> int:
    try:
        saleor, environment = _saleor()
    except SaleorNotAvailable as trouble:
        say(f"{trouble}\n{saleor_source.ADVICE}\n")
        say("Starting the preview instead: the same pages and e-mails in a stand-in shop.")
        return preview()
    template = databases.shop_template(saleor, environment)
    return environments.run_in(environment, ["-m", "demo", template], _database_variables())


def demo_order() -> int:
    return environments.run_in(LIGHT, ["-m", "demo.order"])


def demo_referral() -> int:
    return environments.run_in(LIGHT, ["-m", "demo.referral"])


def demo_reset() -> int:
    for name in databases.names(f"nps_demo_{places.project_key()}"):
        databases.drop(name)
        say(f"The database {name} is gone.")
    shutil.rmtree(places.state("demo"), ignore_errors=True)
    return 0


def preview() -> int:
    return environments.run_in(LIGHT, ["-m", "preview"], _database_variables())


def bench() -> int:
    saleor, environment = _saleor()
    template = databases.shop_template(saleor, environment)
    return environments.run_in(
        environment,
        ["-m", "benchmarks", *_rest()],
        _database_variables() | {"NPS_TEMPLATE": template},
    )


def build() -> int:
    shutil.rmtree(places.PROJECT / "build", ignore_errors=True)
    messages()
    return environments.run_in(LIGHT, ["-m", "build", "--installer", "uv"])


def messages() -> int:
    return environments.run_in(LIGHT, ["-m", "tooling.messages"])


def run() -> int:
    """A program in Saleor's environment with its test database: for working on one test."""
    saleor, environment = _saleor()
    return environments.run_in(environment, _rest(), suites.variables_for_saleor(saleor, environment))


def clean() -> int:
    shutil.rmtree(LIGHT, ignore_errors=True)
    for environment in (places.cache() / "environments").glob(f"*-{places.project_key()}"):
        shutil.rmtree(environment, ignore_errors=True)
    return 0


COMMANDS = {
    "demo": demo,
    "demo-order": demo_order,
    "demo-referral": demo_referral,
    "demo-reset": demo_reset,
    "preview": preview,
    "test": suites.test,
    "check": suites.check,
    "bench": bench,
    "build": build,
    "messages": messages,
    "run": run,
    "clean": clean,
}


def _saleor() -> tuple[Saleor, Path]:
    saleor = saleor_source.obtain(saleor_source.default_tag())
    say(f"Using Saleor {saleor.version}.")
    return saleor, saleor_environment(saleor)


def _database_variables() -> dict[str, str]:
    return {"DATABASE_URL": postgres.address()}


def _rest() -> list[str]:
    return sys.argv[2:]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tooling", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args(sys.argv[1:2]).command
    os.environ["PYTHONUNBUFFERED"] = "1"
    # PostgreSQL is let go of on the way out, so a polite end has to be a way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        code = COMMANDS[command]()
    except SaleorNotAvailable as trouble:
        exit_with(Trouble(f"{trouble}\n{saleor_source.ADVICE}"))
    except Trouble as trouble:
        exit_with(trouble)
    except KeyboardInterrupt:
        say("\nStopped.")
        code = 130
    raise SystemExit(code)


if __name__ == "__main__":
    main()
