"""python -m benchmarks.alone <name>: one benchmark in this process, in the database of DATABASE_URL."""

import sys
from importlib import import_module

import django


def main(name: str) -> int:
    django.setup()
    module = import_module(f"benchmarks.{name}")
    from benchmarks.measuring import tell

    print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
    return tell(module.measure())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
