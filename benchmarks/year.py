"""A year of responses of any number, in a PostgreSQL schema of its own, so that years of several sizes stand side by side.

The tables are made like the plugin's own, every index included; what is left out are foreign keys and the write-ahead log,
which matter for filling them only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from saleor_nps_plugin.surveys import tallies
from saleor_nps_plugin.surveys.models import Survey

TABLES = ("nps_invitation", "nps_response", "nps_tally")
CHANNELS = ("default-channel", "channel-pln", "channel-eur")
COUNTRIES = ("US", "DE", "FR", "GB", "PL", "ES", "IT", "NL", "AT", "RO", "SE", "CZ")
LANGUAGES = ("en", "de", "fr", "es", "pl", "ro", "ru", "fa")
PRODUCTS = 400
DAYS = 330
# Of a hundred answers: 10 of a detractor, 30 of a passive, 60 of a promoter.
SCORES = (0, 2, 3, 4, 5, 5, 6, 6, 6, 6, *[7] * 12, *[8] * 18, *[9] * 25, *[10] * 35)

_FILL = """
INSERT INTO nps_response (survey_id, channel, country, language_code, segments, score, comment, may_contact, is_counted,
    exclusion_reason, case_status, tags, created_at, updated_at, editable_until)
SELECT %(survey)s, (%(channels)s::text[])[1 + n %% 3], (%(countries)s::text[])[1 + n / 3 %% 12], language,
    jsonb_build_object('language', jsonb_build_array(language), 'product', jsonb_build_array(product::text)),
    (%(scores)s::int[])[1 + floor(random() * 100)], CASE WHEN n %% 2 = 0 THEN repeat('So good. ', 8) ELSE '' END,
    false, true, '', 'none', '{}', answered, answered, answered + interval '1 day'
FROM generate_series(1, %(responses)s) AS n
CROSS JOIN LATERAL (SELECT
    (%(languages)s::text[])[1 + n / 36 %% 8] AS language,
    1 + floor(random() * %(products)s)::int AS product,
    now() - (n / %(responses)s::float * %(days)s) * interval '1 day' AS answered
) AS drawn
"""


@dataclass(frozen=True)
class Year:
    """Tables that hold one year; inside `with year.current():` the plugin reads these and no others."""

    responses: int

    @property
    def schema(self) -> str:
        return f"year_of_{self.responses}"

    @contextmanager
    def current(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {self.schema}, public")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET search_path TO public")

    def fill(self) -> int:
        """Make and fill the tables; return the number of tallies."""
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {self.schema}")
            for table in TABLES:
                cursor.execute(f"CREATE UNLOGGED TABLE {self.schema}.{table} (LIKE public.{table} INCLUDING ALL)")
        with self.current():
            with connection.cursor() as cursor:
                cursor.execute(_FILL, self._values())
            count = tallies.rebuild()
            with connection.cursor() as cursor:
                cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
        return count

    def _values(self) -> dict[str, object]:
        return {
            "survey": Survey.objects.earliest("pk").pk,
            "responses": self.responses,
            "channels": list(CHANNELS),
            "countries": list(COUNTRIES),
            "languages": list(LANGUAGES),
            "scores": list(SCORES),
            "products": PRODUCTS,
            "days": DAYS,
        }
