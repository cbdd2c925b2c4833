"""A year of responses of any number, in the plugin's own tables or beside them in a schema of its own.

In a schema, years of several sizes stand side by side: its tables are made like the plugin's own, every index included;
what is left out are foreign keys and the write-ahead log, which matter for filling them only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from saleor.product.models import Category, Product

from benchmarks.words import WORDS
from saleor_nps_plugin.surveys.models import Question, QuestionKind, Survey
from saleor_nps_plugin.surveys.reporting import tallies

TABLES = ("nps_shopper", "nps_invitation", "nps_response", "nps_tally", "nps_invitation_tally")
CHANNELS = ("default-channel", "channel-pln", "channel-eur")
COUNTRIES = ("US", "DE", "FR", "GB", "PL", "ES", "IT", "NL", "AT", "RO", "SE", "CZ")
LANGUAGES = ("en", "de", "fr", "es", "pl", "ro", "ru", "fa")
PRODUCTS, CATEGORIES = 400, 20
REASONS = ("late", "broken", "taste", "price", "service", "wrong_item")
DAYS = 330
# Answers per shopper; invitations per answer, those that were skipped among them.
ANSWERS_OF_ONE, INVITATIONS_PER_ANSWER = 5, 4
# Of a hundred answers: 10 of a detractor, 30 of a passive, 60 of a promoter.
SCORES = (0, 2, 3, 4, 5, 5, 6, 6, 6, 6, *[7] * 12, *[8] * 18, *[9] * 25, *[10] * 35)

_SHOPPERS = """
INSERT INTO nps_shopper (email_hash, created_at)
SELECT encode(sha256(('shopper ' || n)::bytea), 'hex'), now() - %(days)s * interval '1 day'
FROM generate_series(1, %(shoppers)s) AS n
"""
# Every other answer has a comment, in which the first words come much more often than the last. Detractors say why.
_RESPONSES = """
INSERT INTO nps_response (survey_id, shopper_id, order_id, channel, country, language_code, segments, score, comment, may_contact,
    is_counted, exclusion_reason, case_status, tags, created_at, updated_at, editable_until)
SELECT %(survey)s, %(first_shopper)s + n %% %(shoppers)s, gen_random_uuid(), (%(channels)s::text[])[1 + n %% 3],
    (%(countries)s::text[])[1 + n / 3 %% 12], language,
    jsonb_build_object(
        'language', jsonb_build_array(language),
        'customer_kind', jsonb_build_array(CASE WHEN n %% 3 = 0 THEN 'new' ELSE 'returning' END),
        'product', jsonb_build_array((%(products)s::text[])[product]),
        'category', jsonb_build_array((%(categories)s::text[])[1 + product %% %(category_count)s])
    ) || CASE WHEN score <= 6 THEN jsonb_build_object('reason', jsonb_build_array(
        %(question)s || ':' || (%(reasons)s::text[])[1 + floor(random() * 6)::int])) ELSE '{}' END,
    score,
    CASE WHEN n %% 2 = 0 THEN '' ELSE (
        SELECT string_agg((%(words)s::text[])[1 + floor(%(word_count)s * random() ^ 2)::int], ' ')
        FROM generate_series(1, 6 + n %% 10)) END,
    false, true, '', CASE WHEN score > 6 THEN 'none' WHEN n %% 50 < 2 THEN 'open' ELSE 'resolved' END, '{}',
    answered, answered, answered + interval '1 day'
FROM generate_series(1, %(responses)s) AS n
CROSS JOIN LATERAL (SELECT
    (%(languages)s::text[])[1 + n / 36 %% 8] AS language,
    1 + floor(%(product_count)s * random() ^ 2)::int AS product,
    (%(scores)s::int[])[1 + floor(random() * 100)::int] AS score,
    now() - (n / %(responses)s::float * %(days)s) * interval '1 day' AS answered
) AS drawn
"""
_INVITATIONS = """
INSERT INTO nps_invitation_tally (survey_id, day, channel, stage, count)
SELECT %(survey)s, (now() AT TIME ZONE 'UTC')::date - day, channel, stage,
    round(%(responses)s * %(invitations)s * share / %(days)s / 3)::int
FROM generate_series(0, %(days)s) AS day CROSS JOIN unnest(%(channels)s::text[]) AS channel
CROSS JOIN (VALUES ('asked', 0.7), ('sent', 0.68), ('opened', 0.4), ('answered', 0.25), ('cooldown', 0.2),
    ('sampled_out', 0.05), ('opted_out', 0.03), ('order_canceled', 0.01), ('order_refunded', 0.01)) AS s (stage, share)
"""


@dataclass(frozen=True)
class Year:
    """Tables that hold one year; inside `with year.current():` the plugin reads these and no others."""

    responses: int
    days: int = DAYS

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
        """Make and fill the tables of the schema; return the number of tallies."""
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {self.schema}")
            for table in TABLES:
                cursor.execute(f"CREATE UNLOGGED TABLE {self.schema}.{table} (LIKE public.{table} INCLUDING ALL)")
        with self.current():
            return self.fill_here()

    def fill_here(self) -> int:
        """Fill the tables that are current; return the number of tallies."""
        values = self._values()
        with connection.cursor() as cursor:
            cursor.execute("SELECT setseed(0.5)")
            cursor.execute(f"{_SHOPPERS} RETURNING id", values)
            first = cursor.fetchone()[0]
            cursor.execute(_RESPONSES, values | {"first_shopper": first})
        count = tallies.rebuild()
        with connection.cursor() as cursor:
            cursor.execute(_INVITATIONS, values)
            cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
        return count

    def _values(self) -> dict[str, object]:
        survey = Survey.objects.earliest("pk")
        return {
            "survey": survey.pk,
            "question": question_of(survey).pk,
            "responses": self.responses,
            "shoppers": max(self.responses // ANSWERS_OF_ONE, 1),
            "invitations": INVITATIONS_PER_ANSWER,
            "channels": list(CHANNELS),
            "countries": list(COUNTRIES),
            "languages": list(LANGUAGES),
            "scores": list(SCORES),
            "products": _ids_of(Product, PRODUCTS),
            "product_count": PRODUCTS,
            "categories": _ids_of(Category, CATEGORIES),
            "category_count": CATEGORIES,
            "reasons": list(REASONS),
            "words": list(WORDS),
            "word_count": len(WORDS),
            "days": self.days,
        }


def question_of(survey: Survey) -> Question:
    """The question why, with choices."""
    choices = [{"value": reason, "labels": {"en": reason.replace("_", " ").capitalize()}} for reason in REASONS]
    defaults = {"kind": QuestionKind.SINGLE_CHOICE, "choices": choices, "categories": ["detractor"]}
    return Question.objects.get_or_create(survey=survey, position=10, defaults=defaults)[0]


def _ids_of(model: type[Product] | type[Category], how_many: int) -> list[str]:
    """Those of the sample shop, and then some that it does not have."""
    ids = [str(pk) for pk in model.objects.order_by("pk").values_list("pk", flat=True)[:how_many]]
    return ids + [str(10_000_000 + number) for number in range(how_many - len(ids))]
