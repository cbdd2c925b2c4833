"""python -m demo <template database>, in Saleor's environment: what `make demo` starts."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from saleor import __version__

from demo import database, ports
from demo.processes import Program, Programs
from tooling import databases, places
from tooling.progress import Trouble, exit_with, say, step

BOOT_SECONDS = 180
SECRET_KEY = "only for the demo on this machine"


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        run(sys.argv[1])
    except Trouble as trouble:
        exit_with(trouble)
    except KeyboardInterrupt:
        say("\nThe demo has stopped.")
        raise SystemExit(0) from None


def run(template: str) -> None:
    has_inbox = not os.environ.get("EMAIL_URL")
    wanted = (ports.API, ports.INBOX, ports.SMTP) if has_inbox else (ports.API,)
    ports.see_that_free(*wanted)
    env = environment()
    database.prepare(template, env)
    # Preparing takes minutes the first time, in which somebody else may have come.
    ports.see_that_free(*wanted)
    with Programs(env) as programs:
        if has_inbox:
            programs.start("inbox", [sys.executable, "-m", "demo.inbox"], quiet=False)
        programs.start("api", _api())
        worker = programs.start("worker", _worker())
        with step(f"Saleor {__version__}: starting the API and the worker"):
            _wait_for_api(programs)
            _wait_for_worker(programs, worker)
        say(words(has_inbox=has_inbox))
        while True:
            time.sleep(1)
            programs.see_that_all_run()


def environment() -> dict[str, str]:
    """What an operator would set; whatever is set already wins."""
    given = os.environ
    return {
        "CELERY_BROKER_URL": "filesystem://",
        "EMAIL_URL": f"smtp://localhost:{ports.SMTP.number}",
        "PUBLIC_URL": api_url(),
        "SECRET_KEY": SECRET_KEY,
        "SEND_USAGE_TELEMETRY": "False",
        **{name: value for name, value in given.items() if value},
        "DJANGO_SETTINGS_MODULE": "demo.settings",
        "DATABASE_URL": databases.url(database.database_name()),
        "PYTHONUNBUFFERED": "1",
    }


def api_url() -> str:
    return f"http://localhost:{ports.API.number}"


def words(*, has_inbox: bool) -> str:
    inbox = f"http://localhost:{ports.INBOX.number}/" if has_inbox else "yours (EMAIL_URL)"
    return f"""
Saleor {__version__} with the NPS plugin is running.

  API and GraphQL playground   {api_url()}/graphql/
  Inbox                        {inbox}
  Staff login                  admin@example.com / admin
  Logs                         {places.logs()}

Try first, in another terminal:  make demo-order
A shopper buys, staff fulfil the order, and within seconds a survey arrives in the inbox.
Answer it, then ask for the score:  query {{ npsScore {{ value marginOfError responses }} }}

Ctrl-C stops everything.
"""


def _api() -> list[str]:
    port = str(ports.API.number)
    address = ["--host", "127.0.0.1", "--port", port]
    return [sys.executable, "-m", "uvicorn", "saleor.asgi:application", *address]


def _worker() -> list[str]:
    # Threads: a second process of Saleor would cost 400 MB, and a demo has little to do.
    pool = ["--pool", "threads", "--concurrency", "2", "--beat"]
    schedule = ["--schedule", str(_fresh_schedule())]
    program = [sys.executable, "-m", "celery", "--app", "saleor.celeryconf:app", "worker"]
    return [*program, *pool, *schedule]


def _fresh_schedule() -> Path:
    """Beat's notes of the last start may name what another Saleor has and this one has not."""
    folder = places.state("demo/beat")
    for notes in folder.iterdir():
        notes.unlink()
    return folder / "schedule"


def _wait_for_api(programs: Programs) -> None:
    body = b'{"query": "{ shop { name } }"}'
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{api_url()}/graphql/", body, headers)
    for _ in range(BOOT_SECONDS):
        programs.see_that_all_run()
        try:
            with urllib.request.urlopen(request, timeout=60):
                return
        except urllib.error.HTTPError as error:
            raise Trouble(f"The API answers with an error: {error.read()[:2000]!r}") from error
        except OSError:
            time.sleep(1)
    raise Trouble(f"The API did not answer within {BOOT_SECONDS} s. Its log: {places.logs()}/api.log")


def _wait_for_worker(programs: Programs, worker: Program) -> None:
    """Not being ready is no failure: mails then come a little later."""
    for _ in range(60):
        programs.see_that_all_run()
        if worker.log and " ready." in worker.log.read_text():
            return
        time.sleep(0.5)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
