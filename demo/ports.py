"""The ports of the demo, each changeable by a variable on make's command line."""

import os
import socket
from dataclasses import dataclass

from tooling.progress import Trouble


@dataclass(frozen=True)
class Port:
    variable: str
    default: int
    purpose: str

    @property
    def number(self) -> int:
        return int(os.environ.get(self.variable) or self.default)


API = Port("API_PORT", 8000, "Saleor's API")
INBOX = Port("INBOX_PORT", 8025, "the inbox's web page")
SMTP = Port("SMTP_PORT", 1025, "the inbox's mail server")


def see_that_free(*ports: Port) -> None:
    """One sentence per port that is taken, all of them at once."""
    taken = [
        f"Port {port.number}, for {port.purpose}, is in use by another program. Stop that program,"
        f" or choose another port: make demo {port.variable}={port.number + 1}"
        for port in ports
        if _is_taken(port.number)
    ]
    if taken:
        raise Trouble("\n".join(taken))


def _is_taken(number: int) -> bool:
    """Listened on already, on whatever address, or not allowed to be ours."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with socket.socket(family) as client:
            client.settimeout(1)
            if client.connect_ex((address, number)) == 0:
                return True
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", number))
        except OSError:
            return True
    return False
