"""The programs of the demo: started together, watched, and stopped together."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tooling import places
from tooling.progress import Trouble

PATIENCE_SECONDS = 5


@dataclass
class Program:
    name: str
    process: subprocess.Popen[str]
    log: Path | None


@dataclass
class Programs:
    """A context: leaving it stops whatever was started inside."""

    env: Mapping[str, str]
    running: list[Program] = field(default_factory=list)

    def __enter__(self) -> "Programs":
        return self

    def __exit__(self, *_: object) -> None:
        for program in reversed(self.running):
            _signal(program, signal.SIGTERM)
        until = time.monotonic() + PATIENCE_SECONDS
        for program in self.running:
            try:
                program.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(program, signal.SIGKILL)

    def start(self, name: str, command: Sequence[str], *, quiet: bool = True) -> Program:
        """In a process group of its own, so that its children are stopped with it."""
        log = places.logs() / f"{name}.log" if quiet else None
        output = log.open("w") if log else None
        process = subprocess.Popen(
            command,
            cwd=places.PROJECT,
            env=dict(self.env),
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        program = Program(name, process, log)
        self.running.append(program)
        return program

    def see_that_all_run(self) -> None:
        for program in self.running:
            code = program.process.poll()
            if code is not None:
                tail = program.log.read_text().splitlines()[-25:] if program.log else []
                where = f"\nAll of it: {program.log}" if program.log else ""
                words = "\n".join(tail)
                raise Trouble(f"{words}\nThe demo's {program.name} ended with code {code}.{where}")


def _signal(program: Program, number: signal.Signals) -> None:
    try:
        os.killpg(program.process.pid, number)
    except ProcessLookupError:
        return
