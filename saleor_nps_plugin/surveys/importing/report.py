"""What an import has found."""

from collections import Counter
from dataclasses import dataclass, field

# Of errors told one by one; the rest is counted.
MOST_TOLD = 1000


class RowError(Exception):
    """A row that cannot be imported, in words for whoever has the file in front of them."""


@dataclass
class Report:
    """`new` rows were written, or would be; `repeated` are there already; `passed_over` counts rows that say nothing, by why.

    `told` are errors with their lines, no more than MOST_TOLD of `errors` in all.
    """

    rows: int = 0
    new: int = 0
    repeated: int = 0
    errors: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def refuse(self, line: int, error: RowError) -> None:
        """Note a row that cannot be imported."""
        self.errors += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(f"line {line}: {error}")
