"""Chromium in front of the preview, which runs as its users run it: in a process of its own, with its sample data.

One server and one browser serve all tests of this folder. Both end with the folder: while playwright's loop runs, Django
refuses to touch the database in this process.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboard.browser.dashboard import Alone, Dashboard
from tooling import axe, places
from tooling.progress import Trouble

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="package")
def port() -> Iterator[int]:
    """Where the preview listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    log = places.logs() / f"preview-for-tests-{free}.log"
    with log.open("w") as errors:
        command = [sys.executable, "-m", "preview", "--port", str(free)]
        process = subprocess.Popen(command, cwd=places.PROJECT, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert process.stdout is not None
            assert any("The preview is at" in line for line in process.stdout), log.read_text()[-3000:]
            yield free
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """One Chromium; CHROMIUM names another one."""
    api = pytest.importorskip("playwright.sync_api")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    # A busy machine may be slow, and a test that succeeds waits for nothing.
    api.expect.set_options(timeout=20_000)
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"there is no Chromium here: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def dashboard(browser, port) -> Iterator[Dashboard]:
    """A Dashboard with our pages in it. At the end nothing must have failed in the browser's console."""
    opened = Dashboard(browser, port)
    yield opened
    opened.close()


@pytest.fixture
def alone(browser, port) -> Iterator[Alone]:
    """Our pages at their own address, without a Dashboard."""
    opened = Alone(browser, port)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def axe_script() -> str:
    try:
        return axe.script()
    except Trouble as trouble:
        pytest.skip(str(trouble))


@pytest.fixture
def seeing(dashboard, axe_script) -> Dashboard:
    dashboard.context.add_init_script(axe_script)
    return dashboard
