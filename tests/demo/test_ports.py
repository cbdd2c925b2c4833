"""A port in use is named in words."""

import socket

import pytest

from demo.ports import Port, see_that_free
from tooling.progress import Trouble


def test_a_port_in_use_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        monkeypatch.setenv("SOME_PORT", str(number))

        with pytest.raises(Trouble) as trouble:
            see_that_free(Port("SOME_PORT", 8000, "Saleor's API"))

    assert str(trouble.value) == (
        f"Port {number}, for Saleor's API, is in use by another program. Stop that program,"
        f" or choose another port: make demo SOME_PORT={number + 1}"
    )


def test_a_free_port_is_nothing_to_talk_about(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    monkeypatch.setenv("SOME_PORT", str(number))

    see_that_free(Port("SOME_PORT", 8000, "Saleor's API"))
