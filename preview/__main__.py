"""python -m preview: makes a fresh database, fills it with samples, serves until Ctrl-C."""

import argparse
import os
import socket
import time
from threading import Thread

import django

from tooling import databases, places, postgres
from tooling.progress import Trouble, exit_with, say

DEFAULT_PORT = 8010
PAUSE_SECONDS = 2


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m preview", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PREVIEW_PORT") or DEFAULT_PORT))
    port = parser.parse_args().port
    try:
        _see_that_free(port)
        database = _fresh_database(port)
        try:
            _serve(port)
        except KeyboardInterrupt:
            say("\nStopped.")
        finally:
            _close(database)
    except Trouble as trouble:
        exit_with(trouble)


def _see_that_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Trouble(
                f"Port {port} is in use by another program. Stop that program, or choose another port: "
                f"make preview PREVIEW_PORT={port + 1}"
            ) from None


def _fresh_database(port: int) -> str:
    """The shop's orders live in memory, so answers of an earlier run would belong to nobody."""
    server = postgres.address()
    name = f"nps_preview_{places.project_key()}_{port}"
    databases.drop(name)
    databases.copy("template1", name)
    os.environ["DATABASE_URL"] = databases.url(name)
    os.environ["DJANGO_SETTINGS_MODULE"] = "preview.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    os.environ["DATABASE_URL"] = server
    return name


def _serve(port: int) -> None:
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    from preview import samples

    samples.open_shop(port)
    Thread(target=_work, daemon=True).start()
    server = ThreadedWSGIServer(("127.0.0.1", port), WSGIRequestHandler)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    say(f"The preview is at http://localhost:{port}/ (Ctrl-C stops it).")
    say(f"  every page and e-mail   http://localhost:{port}/")
    say(f"  the journey of a survey http://localhost:{port}/journey/")
    server.serve_forever()


def _work() -> None:
    """What Celery's beat and worker do for staff in a real shop, at a preview's pace."""
    from django.utils import timezone

    from saleor_nps_plugin.surveys.answering import door_answers
    from saleor_nps_plugin.surveys.following_up import case_values, replies
    from saleor_nps_plugin.surveys.reporting import stages

    while True:
        door_answers.record_due(now=timezone.now())
        replies.send_due(now=timezone.now())
        stages.count_new(now=timezone.now(), limit=500)
        case_values.note_values()
        time.sleep(PAUSE_SECONDS)


def _close(database: str) -> None:
    from django.db import connections

    connections.close_all()
    databases.drop(database)


if __name__ == "__main__":
    main()
