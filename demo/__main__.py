"""python -m demo <template database>, in Saleor's environment: what `make demo` starts."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request

from saleor import __version__

from demo import database, ports
from demo.processes import Programs
from saleor_nps_plugin.links import DASHBOARD_PATH
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
        _forget_schedule()
        programs.start("shop", [sys.executable, "-m", "demo.shop"])
        with step(f"Saleor {__version__}: starting the API and the worker"):
            _wait_for_api(programs)
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
    pages = f"{api_url()}{DASHBOARD_PATH}"
    return f"""
Saleor {__version__} with the NPS plugin is running.

  Overview                     {pages}overview/
  Responses                    {pages}responses/
  Rewards                      {pages}rewards/
  Surveys                      {pages}surveys/
  Settings                     {pages}settings/
  Inbox                        {inbox}
  API and GraphQL playground   {api_url()}/graphql/
  Staff login                  admin@example.com / admin
  Logs                         {places.logs()}

Try first, in another terminal:  make demo-order
A shopper buys, staff fulfil the order, and within seconds a survey arrives in the inbox.
Answer it, and see the answer under Responses and the score under Overview.
make demo-referral goes on: a promoter shares a code, a friend orders with it, a part is refunded.

A Saleor Dashboard that you start beside it with API_URL={api_url()}/graphql/ has these pages in its menu, under
Customers, and shows scores on orders, customers, products and its home page.

Ctrl-C stops everything.
"""


def _forget_schedule() -> None:
    """Beat's notes of the last start may name what another Saleor has and this one has not."""
    for notes in places.state("demo/beat").iterdir():
        notes.unlink()


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


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
