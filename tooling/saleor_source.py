"""Saleor's source, cloned at one tag into the user's cache."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tooling import places
from tooling.locks import alone
from tooling.progress import Trouble, run_logged, step

PIN = re.compile(r"^saleor @ git\+(?P<repository>\S+)@(?P<tag>\S+)$", re.MULTILINE)


ADVICE = """If you have a copy of Saleor, a git repository or an unpacked release, point at it:
    make <target> SALEOR_REPOSITORY=/path/or/address SALEOR=<tag>
or, to keep it, write these lines into ~/.config/saleor-nps-plugin/local.mk:
    SALEOR_REPOSITORY = /path/or/address
    SALEOR = <tag>
    SALEOR_OTHERS = <tag> <tag>"""


class SaleorNotAvailable(Trouble):
    """Saleor cannot be downloaded here; what does not need it can still run."""


@dataclass(frozen=True)
class Saleor:
    """One Saleor on this machine."""

    folder: Path

    @property
    def version(self) -> str:
        """What this source says it is, whatever tag it was asked for by."""
        text = (self.folder / "saleor" / "__init__.py").read_text()
        found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
        assert found, "saleor/__init__.py names its version"
        return found[1]

    @property
    def identifier(self) -> str:
        """The version as it can stand in the name of a database."""
        return re.sub(r"\W", "_", self.version)


def default_tag() -> str:
    return os.environ.get("SALEOR") or _pins()[-1][1]


def other_tags() -> list[str]:
    if os.environ.get("SALEOR_ASKED_FOR"):
        return []
    given = os.environ.get("SALEOR_OTHERS")
    if given is not None and given != "":
        return given.split()
    return [tag for _, tag in reversed(_pins()[:-1])]


def repository() -> str:
    return os.environ.get("SALEOR_REPOSITORY") or _pins()[-1][0]


def obtain(tag: str) -> Saleor:
    origin = repository()
    folder = places.cache() / "saleor" / f"{tag}-{places.short_hash(origin)}"
    with alone(f"source-{folder.name}"):
        if not folder.exists():
            with step(f"Downloading Saleor {tag} from {origin}"):
                _fetch(origin, tag, folder)
    return Saleor(folder)


def _fetch(origin: str, tag: str, folder: Path) -> None:
    """Made under another name, then renamed: half a download is never taken for a whole one."""
    unfinished = folder.with_name(f"{folder.name}.unfinished-{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    try:
        if _is_plain_copy(Path(origin)):
            shutil.copytree(origin, unfinished, symlinks=True)
        else:
            _clone(origin, tag, unfinished)
        unfinished.rename(folder)
    except Trouble as trouble:
        raise SaleorNotAvailable(_reason(origin, tag, str(trouble))) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _is_plain_copy(origin: Path) -> bool:
    """An unpacked release rather than a git repository."""
    return (origin / "saleor" / "__init__.py").exists() and not (origin / ".git").exists()


def _clone(origin: str, tag: str, folder: Path) -> None:
    # git ignores --depth for a bare path, and a full clone of Saleor is some 500 MB.
    address = f"file://{Path(origin).resolve()}" if Path(origin).is_dir() else origin
    command = ["git", "clone", "--quiet", "--depth", "1", "--branch", tag, address, str(folder)]
    if shutil.which("git") is None:
        raise Trouble("git is not installed")
    run_logged(
        command,
        log=places.logs() / f"clone-{tag}.log",
        env=os.environ | {"GIT_TERMINAL_PROMPT": "0"},
    )


def _reason(origin: str, tag: str, words: str) -> str:
    """One sentence; git's first line says most."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return f"Saleor {tag} cannot be downloaded from {origin} ({lines[0] if lines else 'no reason given'})."


def _pins() -> list[tuple[str, str]]:
    """(repository, tag) of each requirements/saleor-*.txt, the oldest first."""
    return list(_read_pins())


def _read_pins() -> Iterator[tuple[str, str]]:
    for file in sorted((places.PROJECT / "requirements").glob("saleor-*.txt")):
        found = PIN.search(file.read_text())
        assert found, f"{file.name} pins a Saleor"
        yield found["repository"], found["tag"]
