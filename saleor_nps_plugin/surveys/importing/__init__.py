"""Moving in: past responses, points and opt-outs from files that other tools export.

Each import is a stream of rows that are checked one by one, and written in batches. Nothing is written without being told
to, and the same file twice writes nothing the second time.
"""

from .files import Unreadable, open_rows
from .formats import FORMATS, Kind
from .opt_outs import import_opt_outs
from .points import import_points
from .report import Report
from .responses import Destination, import_responses
from .values import Dates

__all__ = [
    "FORMATS",
    "Dates",
    "Destination",
    "Kind",
    "Report",
    "Unreadable",
    "import_opt_outs",
    "import_points",
    "import_responses",
    "open_rows",
]
