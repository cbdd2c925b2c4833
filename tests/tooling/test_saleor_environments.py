"""What is installed beside a Saleor."""

from pathlib import Path

from tooling.saleor_environments import _from_poetry_lock

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
