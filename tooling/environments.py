"""Virtual environments, each remembered by a hash of what was asked for: the second start is free."""

import configparser
import os
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from tooling import places
from tooling.locks import alone
from tooling.progress import run_logged, step

UV = "uv>=0.8,<1"
READY = "ready.txt"
# An editable install by path file: plain for mypy, pkg_resources and people alike.
EDITABLE = ("--config-settings", "editable_mode=compat", "--editable", str(places.PROJECT))


def light_environment() -> Path:
    """`.venv` in the project: everything that does not need Saleor."""
    environment = places.LIGHT_ENVIRONMENT
    key = places.short_hash(what_we_need("requirements/dev.txt", "requirements/test.txt"))
    with alone(f"light-{places.project_key()}"):
        if not is_ready(environment, key):
            with step("Installing the tools for checks, tests and preview into .venv"):
                make(environment)
                requirements = places.PROJECT / "requirements" / "dev.txt"
                install(environment, ["-r", str(requirements), *EDITABLE])
            mark_ready(environment, key)
    return environment


def make(environment: Path) -> None:
    """An empty environment; a half-made one from an interrupted run is thrown away."""
    shutil.rmtree(environment, ignore_errors=True)
    run_logged(
        [uv(), "venv", "--python", sys.executable, environment],
        log=places.logs() / "venv.log",
        env=_environment_variables(environment),
    )


def install(environment: Path, arguments: Sequence[str]) -> None:
    run_logged(
        [uv(), "pip", "install", *arguments],
        log=places.logs() / f"install-{environment.name}.log",
        env=_environment_variables(environment),
        cwd=places.PROJECT,
    )


def is_ready(environment: Path, key: str) -> bool:
    marker = environment / READY
    return marker.exists() and marker.read_text().split("\n")[0] == key


def mark_ready(environment: Path, key: str) -> None:
    (environment / READY).write_text(f"{key}\n{places.PROJECT}\n")


def remove_orphans(folder: Path) -> None:
    """Environments of checkouts that are gone."""
    for marker in folder.glob(f"*/{READY}"):
        project = marker.read_text().split("\n")[1]
        if not Path(project).exists():
            shutil.rmtree(marker.parent, ignore_errors=True)


def uv() -> Path:
    """Our own uv: one on the PATH may be too old to read Saleor's lock file."""
    environment = places.cache() / "uv"
    program = places.python_of(environment).with_name("uv.exe" if os.name == "nt" else "uv")
    with alone("uv"):
        if not is_ready(environment, UV):
            with step("Installing uv, which installs everything else"):
                shutil.rmtree(environment, ignore_errors=True)
                venv.create(environment, with_pip=True)
                pip = [str(places.python_of(environment)), "-m", "pip", "install", "--quiet", UV]
                run_logged(pip, log=places.logs() / "uv.log")
            mark_ready(environment, UV)
    return program


def run_in(environment: Path, arguments: Sequence[str | Path], extra: dict[str, str] | None = None) -> int:
    """Run a program of the environment in the foreground and tell its exit code."""
    command = [str(places.python_of(environment)), *(str(part) for part in arguments)]
    variables = {**_environment_variables(environment), **(extra or {})}
    with subprocess.Popen(command, cwd=places.PROJECT, env=variables) as process:
        before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        try:
            return _wait(process)
        finally:
            signal.signal(signal.SIGTERM, before)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Ctrl-C reaches the program too, and it may have a shop to close: so wait until it has."""
    while True:
        try:
            code = process.wait()
            # Ended by a signal: as a shell says it.
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt:
            continue


def _environment_variables(environment: Path) -> dict[str, str]:
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    variables["VIRTUAL_ENV"] = str(environment)
    variables["PATH"] = f"{places.python_of(environment).parent}{os.pathsep}{os.environ['PATH']}"
    return variables


def what_we_need(*files: str) -> str:
    """What an environment of ours depends on; how tests or mypy are set up is no reason to make it anew."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(places.PROJECT / "setup.cfg")
    ours = [config["metadata"]["version"]]
    for section in ("options", "options.entry_points"):
        ours += [f"{name}={value}" for name, value in sorted(config[section].items())]
    return "\0".join(ours + [(places.PROJECT / name).read_text() for name in files])
