"""What is installed beside a Saleor."""

from pathlib import Path

import pytest

from tooling.saleor_environments import _from_poetry_lock, _without_clashes
from tooling.saleor_source import Saleor

POETRY_LOCK = """
[[package]]
name = "django"
version = "5.2.17"
groups = ["main"]

[[package]]
name = "colorama"
version = "0.4.6"
groups = ["dev"]
markers = "sys_platform == \\"win32\\""

[[package]]
name = "amqp"
version = "5.3.1"
groups = ["main", "dev"]
markers = {main = "sys_platform == \\"win32\\"", dev = "os_name == \\"nt\\""}

[[package]]
name = "packaging"
version = "24.2"
groups = ["main", "dev"]
markers = {main = "sys_platform == \\"win32\\""}
"""


@pytest.fixture
def saleor(tmp_path: Path) -> Saleor:
    (tmp_path / "saleor").mkdir()
    (tmp_path / "saleor" / "__init__.py").write_text('__version__ = "3.21.0"\n')
    return Saleor(tmp_path)


def test_the_lock_of_poetry_keeps_its_markers(tmp_path: Path) -> None:
    lock = tmp_path / "poetry.lock"
    lock.write_text(POETRY_LOCK)

    assert list(_from_poetry_lock(lock)) == [
        "django==5.2.17",
        'colorama==0.4.6 ; sys_platform == "win32"',
        'amqp==5.3.1 ; (sys_platform == "win32") or (os_name == "nt")',
        # Its group dev wants it everywhere.
        "packaging==24.2",
    ]


def test_what_the_plugin_cannot_run_on_is_not_taken_from_the_lock(
    saleor: Saleor, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = _without_clashes(saleor, "django==4.2.20\ncelery==5.5.1\nDjango-Filter==24.3\n")

    assert kept == "celery==5.5.1\nDjango-Filter==24.3\n"
    assert "Saleor 3.21.0 locks django==4.2.20" in capsys.readouterr().out


def test_what_fits_stays_as_locked(saleor: Saleor) -> None:
    lock = "django==5.2.17 ; python_version > '3'\ngraphene==2.1.9\n"

    assert _without_clashes(saleor, lock) == lock
