"""One environment per Saleor: its own locked packages, its source on the path, our plugin beside it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tooling import environments, places
from tooling.locks import alone
from tooling.progress import Trouble, run_logged, step
from tooling.saleor_source import Saleor

# Saleor up to 3.23 needs pkg_resources, which setuptools 81 dropped.
ALWAYS = ["setuptools<80"]


def saleor_environment(saleor: Saleor) -> Path:
    requirements = _locked_requirements(saleor)
    key = places.short_hash(requirements, environments.what_we_need("requirements/test.txt"), str(saleor.folder))
    folder = places.cache() / "environments"
    environment = folder / f"saleor-{saleor.version}-{places.project_key()}"
    with alone(environment.name):
        if not environments.is_ready(environment, key):
            environments.remove_orphans(folder)
            count = sum(1 for line in requirements.splitlines() if "==" in line)
            with step(f"Saleor {saleor.version}: installing {count} packages"):
                environments.make(environment)
                _install(environment, saleor, requirements)
            environments.mark_ready(environment, key)
    return environment


def _install(environment: Path, saleor: Saleor, requirements: str) -> None:
    locked = environment / "saleor-requirements.txt"
    locked.write_text(requirements)
    # The lock is complete: without --no-deps a resolver would look for newer answers.
    environments.install(environment, ["--no-deps", "-r", str(locked)])
    ours = str(places.PROJECT / "requirements" / "test.txt")
    constraint = ["--constraint", str(locked)]
    environments.install(environment, [*ALWAYS, *constraint, "-r", ours, *environments.EDITABLE])
    _put_on_path(environment, saleor.folder)
    _see_that_libmagic_is_there(environment)


def _put_on_path(environment: Path, folder: Path) -> None:
    site_packages = next(environment.glob("lib/python*/site-packages"), None)
    assert site_packages is not None, "an environment has site-packages"
    (site_packages / "saleor-source.pth").write_text(f"{folder}\n")


def _see_that_libmagic_is_there(environment: Path) -> None:
    if environments.run_in(environment, ["-c", "import magic"]) != 0:
        raise Trouble(
            "Saleor needs the library libmagic. Install it, then run make again:\n"
            "    apt install libmagic1      or      brew install libmagic"
        )


def _locked_requirements(saleor: Saleor) -> str:
    if (saleor.folder / "uv.lock").exists():
        return _from_uv_lock(saleor.folder)
    return "\n".join(_from_poetry_lock(saleor.folder / "poetry.lock")) + "\n"


def _from_uv_lock(folder: Path) -> str:
    exported = folder / ".locked-requirements.txt"
    if not exported.exists():
        without = ["--no-emit-project", "--no-hashes", "--no-annotate", "--no-header", "--quiet"]
        unfinished = exported.with_suffix(".unfinished")
        command = [str(environments.uv()), "export", "--frozen", *without, "--output-file", str(unfinished)]
        run_logged(command, log=places.logs() / "lock.log", cwd=folder)
        unfinished.rename(exported)
    return exported.read_text()


def _from_poetry_lock(lock: Path) -> Iterator[str]:
    for package in tomllib.loads(lock.read_text())["package"]:
        marker = _marker(package)
        pinned = f"{package['name']}=={package['version']}"
        yield f"{pinned} ; {marker}" if marker else pinned


def _marker(package: dict[str, Any]) -> str:
    """One marker, or one per dependency group; a group without a marker wants it everywhere."""
    markers = package.get("markers", "")
    if isinstance(markers, str):
        return markers
    if set(package["groups"]) - set(markers):
        return ""
    return " or ".join(f"({marker})" for marker in markers.values())
