"""What the person at the terminal sees while long things happen."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

BEAT_SECONDS = 10


class Trouble(Exception):
    """Something a person has to know, in words for that person."""


def say(text: str = "") -> None:
    print(text, flush=True)


class Step:
    """A long step: its line is repeated with the seconds gone by, so that nobody thinks it hangs."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.detail = ""
        self.started = time.monotonic()
        self._done = threading.Event()

    def seconds(self) -> int:
        return int(time.monotonic() - self.started)

    def tell(self, line: str) -> None:
        """Show the latest line of a program that tells what it does."""
        self.detail = f" ({line.strip()[:60]})"

    def beat(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            say(f"  … {self.text}{self.detail}, {self.seconds()} s")

    def finish(self) -> None:
        self._done.set()


@contextmanager
def step(text: str) -> Iterator[Step]:
    say(f"{text} …")
    current = Step(text)
    thread = threading.Thread(target=current.beat, daemon=True)
    thread.start()
    try:
        yield current
    finally:
        current.finish()
        thread.join()
    say(f"  done in {current.seconds()} s")


def run_logged(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    on_line: Callable[[str], None] = lambda line: None,
) -> None:
    """Run a chatty program with its words in a log file; when it fails, show the end of them."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as file:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        for line in process.stdout:
            file.write(line)
            on_line(line)
    if process.wait() != 0:
        tail = "".join(log.read_text().splitlines(keepends=True)[-30:])
        raise Trouble(f"{tail}\nThis failed: {command[0]} {command[1]}. All of it: {log}")


def exit_with(trouble: Trouble) -> None:
    print(f"\n{trouble}", file=sys.stderr, flush=True)
    raise SystemExit(1)
