"""Waves of the stand-in shop, none of which has sent a mail yet, and what strangers open: a ballot, a parcel's code."""

from datetime import datetime, timedelta
from uuid import UUID

from saleor_nps_plugin.links import address_token, ballot_token, door_token, order_token
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.asking import waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Ballot, Door, DoorKind, Question, Survey, Touchpoint, Wave

from . import orders

_STAFF = [Person(f"{name}@fjordandfern.example") for name in ("ada", "ben", "cyd", "dag", "eva", "finn")]


def make(now: datetime) -> None:
    """Plan one wave of each sort, and stop one."""
    yearly = _survey("Once a year", "yearly", Touchpoint.RELATIONSHIP)
    people = _survey("Our people", "our-people", Touchpoint.EMPLOYEE)
    soon = now + timedelta(days=3)
    since = now - timedelta(days=365)
    waves.ask_customers(waves.Plan(yearly, "All customers", soon, days=14), channels=(), ordered_since=since, now=now)
    staff = waves.Plan(people, "Our people in autumn", soon, days=1)
    waves.ask_addresses(staff, _STAFF, channel=orders.SHOP, is_anonymous=True, now=now)
    partners = waves.ask_addresses(waves.Plan(people, "Partners", soon, days=7), _STAFF, channel=orders.SHOP, now=now)
    waves.stop(partners.pk, now=now)


def _survey(name: str, slug: str, touchpoint: Touchpoint) -> Survey:
    made = Survey.objects.create(name=name, slug=slug, touchpoint=touchpoint)
    Question.objects.create(survey=made, position=0, is_comment=True)
    return made


def ballot(language: str) -> str:
    """Return the token of a ballot, for a reader of this language; looking uses nothing up."""
    key: UUID = Ballot.objects.filter(wave=Wave.objects.get(is_anonymous=True)).values_list("key", flat=True)[0]
    return ballot_token(key, language)


def address() -> str:
    """Return the token by which one of our people refuses surveys."""
    return address_token(email_hash(_STAFF[0].email))


def parcel(language: str, now: datetime) -> str:
    """Return the token that is printed into the parcel of an order."""
    order = orders.place_order(first_name="", language=language, channel=orders.GALLERY, fulfilled_at=now)
    return order_token(order.id, Survey.objects.earliest("pk").pk)


def door(kind: str) -> str:
    """Return the token of a door of this kind."""
    return door_token(Door.objects.filter(kind=kind).earliest("pk").key)


def tablet(survey: Survey) -> str:
    """Return the token of a tablet that asks a survey."""
    values = {"name": "Tablet in the showroom", "channel": orders.GALLERY}
    return door_token(Door.objects.get_or_create(survey=survey, kind=DoorKind.KIOSK, defaults=values)[0].key)
