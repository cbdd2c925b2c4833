"""A year of believable surveys for demo and preview, always the same ones for the same day.

What makes them believable: Christmas brings more orders and late parcels, a new warehouse in the
spring makes things better, one product disappoints and another delights, Poland is a little harder to
please, and people who are angry write more than people who are content.
"""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from demo.sample_comments import COMMENTS
from demo.sample_people import FIRST_NAMES

ANSWERED = 2000
UNANSWERED = 2500
DAYS = 365
# The mails of a day go out together.
SENT_AT_HOUR = 6
SEED = "saleor-nps-plugin"
ORDER_IDS = uuid.UUID("0b1d7a52-6f0c-4e0e-9a57-2f6c1d1a9c11")
# Of 100 shoppers, how many give 0, 1, … 10 in an ordinary week.
SCORES = (2, 1, 1, 1, 2, 4, 5, 11, 18, 21, 34)
COMMENT_SHARE = {"detractor": 0.62, "passive": 0.30, "promoter": 0.34}
SHARE_RETURNING = 0.3


@dataclass(frozen=True)
class Market:
    channel: str
    country: str
    language: str
    share: int
    mood: float = 0.0


MARKETS = (
    Market("default-channel", "US", "en", 34),
    Market("default-channel", "US", "es", 6, 0.1),
    Market("default-channel", "GB", "en", 10, -0.1),
    Market("default-channel", "DE", "de", 10, -0.15),
    Market("default-channel", "FR", "fr", 7, -0.2),
    Market("default-channel", "ES", "es", 4, 0.1),
    Market("default-channel", "RO", "ro", 3, 0.15),
    Market("default-channel", "AE", "fa", 2, 0.05),
    Market("channel-pln", "PL", "pl", 21, -0.25),
    Market("channel-pln", "PL", "en", 2, -0.1),
    Market("channel-pln", "PL", "ru", 1, -0.1),
)
CURRENCIES = {"default-channel": "USD", "channel-pln": "PLN"}
# How a product changes the mood of those who bought it.
LOVED = ("Mighty Mug", "Monospace Tee")
DISAPPOINTING = ("Neck Warmer",)


@dataclass(frozen=True)
class Product:
    """A product of the shop: its id there, as text, and those of its category."""

    id: str
    name: str
    category_id: str = ""


@dataclass(frozen=True)
class Person:
    first_name: str
    email: str


@dataclass(frozen=True)
class Answer:
    answered_at: datetime
    score: int
    comment: str


@dataclass(frozen=True)
class SampleSurvey:
    """One order, the survey about it, and what its shopper answered, if anything."""

    order_id: uuid.UUID
    number: str
    person: Person
    market: Market
    total: Decimal
    products: tuple[Product, ...]
    sent_at: datetime
    answer: Answer | None


Catalogue = Mapping[str, Sequence[Product]]


class Year:
    """The surveys of the year before `until`; `catalogue` holds the products of each channel."""

    def __init__(
        self, until: datetime, catalogue: Catalogue, *, answered: int = ANSWERED, unanswered: int = UNANSWERED
    ) -> None:
        self.until = until
        self.answered = answered
        self.unanswered = unanswered
        self.catalogue = catalogue
        self.chance = random.Random(SEED)
        self.shoppers: dict[Market, list[Person]] = {market: [] for market in MARKETS}

    def surveys(self) -> Iterator[SampleSurvey]:
        """In no particular order of time."""
        weights = [_orders_on(self.until, day) for day in range(DAYS)]
        days = self.chance.choices(range(DAYS), weights=weights, k=self.answered + self.unanswered)
        for number, day in enumerate(days):
            yield self._survey(number, self.until - timedelta(days=day), is_answered=number < self.answered)

    def _survey(self, number: int, date: datetime, *, is_answered: bool) -> SampleSurvey:
        market = self.chance.choices(MARKETS, weights=[market.share for market in MARKETS])[0]
        products = self._products(market.channel)
        answered_at = min(_daytime(date, self.chance), self.until)
        answer = self._answer(answered_at, market, products) if is_answered else None
        return SampleSurvey(
            order_id=uuid.uuid5(ORDER_IDS, str(number)),
            number=str(100_000 + number),
            person=self._person(market),
            market=market,
            total=Decimal(self.chance.randrange(1500, 24_000)) / 100,
            products=products,
            sent_at=_sent_at(answered_at - _time_to_answer(self.chance)),
            answer=answer,
        )

    def _products(self, channel: str) -> tuple[Product, ...]:
        catalogue = list(self.catalogue[channel])
        count = min(len(catalogue), self.chance.choice((1, 1, 1, 2, 3)))
        return tuple(self.chance.sample(catalogue, k=count))

    def _person(self, market: Market) -> Person:
        known = self.shoppers[market]
        if known and self.chance.random() < SHARE_RETURNING:
            return self.chance.choice(known)
        place = f"{market.language}-{market.country}".lower()
        person = Person(
            self.chance.choice(FIRST_NAMES[market.language]), f"shopper{len(known) + 1}.{place}@example.com"
        )
        known.append(person)
        return person

    def _answer(self, answered_at: datetime, market: Market, products: Sequence[Product]) -> Answer:
        mood = market.mood + _mood_of_season(answered_at) + _mood_of_products(products)
        score = _score(mood, self.chance)
        name = products[0].name if products else ""
        return Answer(answered_at, score, _comment(score, market.language, name, self.chance))


def _orders_on(until: datetime, day: int) -> float:
    """More answers at the end of the year and at the start of a week, and a shop that grows."""
    date = until - timedelta(days=day)
    growth = 1.4 - day / DAYS
    christmas = 1.9 if date.month == 12 else 1.4 if date.month in (11, 1) else 1.0
    return growth * christmas * (1.15, 1.2, 1.1, 1.0, 0.9, 0.75, 0.9)[date.weekday()]


def _daytime(date: datetime, chance: random.Random) -> datetime:
    hour = chance.choices(range(24), weights=(1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8) * 2)[0]
    return date.replace(hour=hour, minute=chance.randrange(60), second=chance.randrange(60), microsecond=0)


def _mood_of_season(date: datetime) -> float:
    """Parcels are late around Christmas; in spring a new warehouse opens."""
    if date.month in (12, 1):
        return -0.45
    return 0.2 if date.month in (4, 5, 6) else 0.05


def _mood_of_products(products: Sequence[Product]) -> float:
    names = {product.name for product in products}
    return 0.6 * bool(names & set(LOVED)) - 0.8 * bool(names & set(DISAPPOINTING))


def _score(mood: float, chance: random.Random) -> int:
    """The ordinary week's scores, tilted: each step of the scale more or less likely by the mood."""
    weights = [weight * 2.718 ** (mood * (score - 7) / 2.5) for score, weight in enumerate(SCORES)]
    return chance.choices(range(11), weights=weights)[0]


def _time_to_answer(chance: random.Random) -> timedelta:
    """Half answer within hours, the rest over days, some after the reminder."""
    return timedelta(minutes=min(chance.lognormvariate(5.3, 1.5), 60 * 24 * 12))


def _sent_at(moment: datetime) -> datetime:
    """The last time before `moment` at which mails went out."""
    day = moment if moment.hour >= SENT_AT_HOUR else moment - timedelta(days=1)
    return day.replace(hour=SENT_AT_HOUR, minute=0, second=0, microsecond=0)


def _comment(score: int, language: str, product: str, chance: random.Random) -> str:
    category = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    if chance.random() >= COMMENT_SHARE[category]:
        return ""
    return chance.choice(COMMENTS[language][category]).replace("{product}", product)
