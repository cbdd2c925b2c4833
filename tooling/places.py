"""Where things are kept: everything that can be fetched or built again lives in the user's cache."""

import hashlib
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LIGHT_ENVIRONMENT = PROJECT / ".venv"
NAME = "saleor-nps-plugin"


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / NAME
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def state(name: str) -> Path:
    """A folder of this checkout, so that two checkouts never share a queue or a log."""
    folder = cache() / "state" / f"{PROJECT.name}-{project_key()}" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def logs() -> Path:
    return state("logs")


def project_key() -> str:
    return short_hash(str(PROJECT))


def short_hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def python_of(environment: Path) -> Path:
    if sys.platform == "win32":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"
