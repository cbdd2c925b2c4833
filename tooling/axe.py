"""axe-core, which finds what keeps people with disabilities from using a page; from npm, kept in the user's cache."""

import shutil
import subprocess
import tarfile
from pathlib import Path

from tooling import places
from tooling.locks import alone
from tooling.progress import Trouble, step

# A minor version may bring new rules, and with them new faults: raised on purpose only.
VERSION = "4.14"


def script() -> str:
    """Return axe's JavaScript. Raises Trouble where it is not there and cannot be had."""
    folder = places.cache() / f"axe-core-{VERSION}"
    with alone(folder.name):
        if not (folder / "axe.min.js").exists():
            with step(f"Downloading axe-core {VERSION}"):
                _fetch(folder)
    return (folder / "axe.min.js").read_text()


def _fetch(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Trouble("npm is not installed, and axe-core comes from there.")
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", f"axe-core@~{VERSION}.0", "--silent", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    archive = next(folder.glob("axe-core-*.tgz"), None)
    if done.returncode != 0 or archive is None:
        raise Trouble(f"npm cannot bring axe-core: {(done.stderr.strip().splitlines() or ['no reason given'])[0]}")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, members=[packed.getmember("package/axe.min.js")], filter="data")
    (folder / "package" / "axe.min.js").rename(folder / "axe.min.js")
    archive.unlink()
