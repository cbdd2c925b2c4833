"""The overview of twelve months with every breakdown, at 1,000,000 responses, against the Dashboard's own list of orders."""

from benchmarks.dashboard import Pages, against_the_list, statements
from benchmarks.measuring import Verdict

TWELVE_MONTHS = {"period": "12m"}
ONE_CHANNEL = {"period": "12m", "channel": "channel-pln"}


def measure() -> list[Verdict]:
    """The page and all that it loads by itself, one after the other."""
    pages = Pages()
    parts = pages.get_whole("overview/", TWELVE_MONTHS)
    assert all(
        word in "".join(parts) for word in ("Channels", "Countries", "Products", "Product categories", "Languages")
    )
    print(f"  the overview is {len(parts)} requests, {sum(map(len, parts)):,} characters", flush=True)
    verdicts = against_the_list(
        {"the overview with all breakdowns": lambda: pages.get_whole("overview/", TWELVE_MONTHS)}, at_most=3.0
    )
    whole = statements(lambda: pages.get_whole("overview/", TWELVE_MONTHS))
    part = statements(lambda: pages.get_whole("overview/", ONE_CHANNEL))
    print(f"  SQL statements: {whole} for all channels, {part} for one")
    return verdicts
