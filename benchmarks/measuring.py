"""Times of several ways to do a thing, taken in turns, and what their ratio is held against."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Times = dict[str, list[float]]


def in_turns(
    ways: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    warm_up: int = 3,
    before: Callable[[str], object] = lambda name: None,
) -> Times:
    """Return the seconds that each way took in each round.

    Every round runs all of them, and another one first, so that whatever else the machine does meets all alike.
    `before` is called with the name of each, and not timed.
    """
    for _ in range(warm_up):
        for name, run in ways.items():
            before(name)
            run()
    # As Saleor's ASGI application does at its start: what is loaded for good need not be looked through again.
    gc.collect()
    gc.freeze()
    times: Times = {name: [] for name in ways}
    names = list(ways)
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            before(name)
            times[name].append(_seconds(ways[name]))
    return times


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def median(seconds: list[float]) -> float:
    return statistics.median(seconds)


def spread(seconds: list[float]) -> str:
    """Median and quartiles in milliseconds, in words."""
    low, middle, high = statistics.quantiles(seconds, n=4)
    return f"{middle * 1000:8.2f} ms (half of them between {low * 1000:.2f} and {high * 1000:.2f})"


def tell_times(times: Times) -> None:
    width = max(map(len, times))
    for name, seconds in times.items():
        print(f"  {name:<{width}}  {spread(seconds)}, {len(seconds)} times")


@dataclass(frozen=True)
class Verdict:
    """A measured figure and the bound that it has to keep."""

    claim: str
    figure: float
    at_most: float | None = None
    at_least: float | None = None
    digits: int = 2

    @property
    def holds(self) -> bool:
        low = self.at_least is None or self.figure >= self.at_least
        return low and (self.at_most is None or self.figure <= self.at_most)

    def tell(self) -> None:
        bounds = [
            f"{words} {bound:g}"
            for words, bound in (("at least", self.at_least), ("at most", self.at_most))
            if bound is not None
        ]
        word = "OK" if self.holds else "TOO SLOW"
        print(f"  {word:<8}  {self.claim}: {self.figure:.{self.digits}f} ({', '.join(bounds)})", flush=True)


def tell(verdicts: list[Verdict]) -> int:
    """Print verdicts; return the exit code of a benchmark."""
    for verdict in verdicts:
        verdict.tell()
    return 0 if all(verdict.holds for verdict in verdicts) else 1
