"""First step of every make target: see that .venv is there, then go on inside it.

Runs with a bare Python, so it and what it imports use the standard library only.
"""

import os
import sys

from tooling import environments, places
from tooling.progress import Trouble, exit_with


def main() -> None:
    try:
        environment = environments.light_environment()
    except Trouble as trouble:
        exit_with(trouble)
        return
    python = str(places.python_of(environment))
    os.chdir(places.PROJECT)
    os.execv(python, [python, "-m", "tooling", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()
