"""python -m demo.shop: Saleor's API and its worker, out of one start.

Importing Saleor takes some 20 s of a processor and 400 MB; two programs that do it apart need both twice.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from django.db import connections

from demo import ports
from tooling import places
from tooling.progress import say


def main() -> None:
    # Sets Django up and builds the GraphQL schema.
    from saleor.asgi import application
    from saleor.celeryconf import app

    connections.close_all()
    worker = _fork("worker", lambda: _work(app))
    names = {worker: "worker", _fork("api", lambda: _serve(application)): "api"}
    # SIGTERM is sent to the whole process group; the children stop, and then so does this.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ended, status = os.wait()
    say(_log(names.pop(ended)).read_text()[-3000:])
    for child in names:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
    raise SystemExit(os.waitstatus_to_exitcode(status))


def _log(name: str) -> Path:
    return places.logs() / f"{name}.log"


def _fork(name: str, program: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        log = os.open(_log(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())
        program()
        # Past the parent's own end, which is not the child's to reach.
        os._exit(0)
    return child


def _serve(application: Any) -> None:
    uvicorn.run(application, host="127.0.0.1", port=ports.API.number)


def _work(app: Any) -> None:
    # Threads: a second process of Saleor would cost 400 MB, and a demo has little to do.
    pool = ["--pool", "threads", "--concurrency", "2", "--beat"]
    # Celery's own waits for ever on schedules that Saleor computes anew, such as that of its promotions.
    pool += ["--scheduler", "saleor.schedulers.schedulers.PersistentScheduler"]
    app.worker_main(["worker", *pool, "--schedule", str(places.state("demo/beat") / "schedule")])


if __name__ == "__main__":
    main()
