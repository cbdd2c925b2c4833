"""The responses page with a text search, at 1,000,000 responses, against the Dashboard's own list of orders."""

from benchmarks.dashboard import Pages, against_the_list, statements
from benchmarks.measuring import Verdict

# Words of benchmarks/words.py: in a fifth of the comments, in one of sixty, in one of five hundred, in none.
SEARCHES = {
    "a word in many comments": {"search": "good"},
    "a rare word": {"search": "thermos"},
    "two words": {"search": "kettle mug"},
    "a word that nobody wrote": {"search": "umbrella"},
    "an order number": {"search": "1000100"},
    "a word, of detractors": {"search": "thermos", "group": "detractor"},
}
PATH = "responses/"


def measure() -> list[Verdict]:
    """The page as it is opened, and all that it loads by itself."""
    pages = Pages()
    ways = {
        f"searching {name}": lambda wanted=wanted: pages.get_whole(PATH, wanted) for name, wanted in SEARCHES.items()
    }
    ways["the responses without a search"] = lambda: pages.get_whole(PATH)
    verdicts = against_the_list(ways, at_most=3.0)
    many = statements(ways["searching a word in many comments"])
    few = statements(ways["searching an order number"])
    return [*verdicts, Verdict("SQL statements for a full list, against one of one row", many, at_most=few, digits=0)]
