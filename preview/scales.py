"""What a year of answers has beside the survey about orders: a second survey with its word of mouth and its competitors,
satisfaction, effort, and customers who were asked again after their case was resolved."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from saleor_nps_plugin.surveys.models import (
    CaseStatus,
    Invitation,
    InvitationStatus,
    Question,
    QuestionKind,
    QuestionRole,
    Response,
    Scale,
    Source,
    Survey,
    Touchpoint,
)

_SHOPS = {"tea-palace": "Tea Palace", "northern-linen": "Northern Linen", "everything-store": "The Everything Store"}
_DAY = timedelta(days=1)


def measure(responses: Sequence[Response], now: datetime) -> None:
    """Write the rows; whoever calls counts them."""
    chance = Random(23)
    made = [
        *_relationship(responses, chance),
        *_scale(responses, Scale.CSAT, "Support", Touchpoint.SUPPORT_CONTACT, (1, 2, 3, 4, 4, 5, 5, 5, 5, 5), chance),
        *_scale(responses, Scale.CES, "Returns", Touchpoint.SUPPORT_CONTACT, (2, 3, 4, 5, 5, 6, 6, 6, 7, 7), chance),
        *_recovery(responses, chance, now),
        *_untrue(responses, chance),
    ]
    Invitation.objects.bulk_create([one.invitation for one in made if one.invitation])
    Response.objects.bulk_create(made)


def _survey(name: str, slug: str, touchpoint: str, **values: object) -> Survey:
    # Off: it is here for its numbers.
    return Survey.objects.create(name=name, slug=f"past-{slug}", touchpoint=touchpoint, is_active=False, **values)


def _again(about: Response, survey: Survey, score: int, at: datetime, **values: object) -> Response:
    """The same customer answers another survey."""
    segments = {key: about.segments[key] for key in ("product", "category", "language", "customer_kind")}
    asked = at - 2 * _DAY
    invitation = Invitation(
        survey=survey,
        shopper_id=about.shopper_id,
        channel=about.channel,
        country=about.country,
        language_code=about.language_code,
        segments=segments,
        status=InvitationStatus.ANSWERED,
        send_at=asked,
        sent_at=asked,
        opened_at=at,
        created_at=asked,
        is_tallied=True,
    )
    return Response(
        **{
            "survey": survey,
            "invitation": invitation,
            "shopper_id": about.shopper_id,
            "channel": about.channel,
            "country": about.country,
            "language_code": about.language_code,
            "segments": segments,
            "score": score,
            "created_at": at,
            "updated_at": at,
            "editable_until": at,
            **values,
        }
    )


def _relationship(responses: Sequence[Response], chance: Random) -> Iterator[Response]:
    survey = _survey("How we are doing", "relationship", Touchpoint.RELATIONSHIP, weight=2, asks_discourage=True)
    Question.objects.create(survey=survey, position=0, kind=QuestionKind.SCALE, role=QuestionRole.PREFERENCE)
    which = Question.objects.create(
        survey=survey,
        position=1,
        kind=QuestionKind.SINGLE_CHOICE,
        role=QuestionRole.COMPETITOR,
        choices=[{"value": value, "labels": {"en": name}} for value, name in _SHOPS.items()],
    )
    for about in responses[::3]:
        score = max(0, min(10, about.score + chance.choice((-2, -1, 0, 0, 1))))
        discourage = chance.choice((0, 1, 2)) if score > 6 else chance.choice((2, 4, 5, 7, 9, 10))
        preference = max(0, min(10, score + chance.choice((-3, -1, 0, 1))))
        named = f"{which.pk}:{chance.choice((*_SHOPS, 'tea-palace', 'tea-palace'))}" if preference not in (7, 8) else ""
        made = _again(about, survey, score, about.created_at + _DAY, discourage_score=discourage)
        made.segments = {
            **made.segments,
            "discourage": [str(discourage)],
            "preferred": [f"{named}:{preference}"],
            **({"competitor": [named]} if named else {}),
        }
        yield made


def _scale(
    responses: Sequence[Response], scale: Scale, name: str, touchpoint: str, scores: Sequence[int], chance: Random
) -> Iterator[Response]:
    survey = _survey(name, scale.value, touchpoint, scale=scale)
    for about in responses[:: 3 if scale == Scale.CSAT else 4]:
        yield _again(about, survey, chance.choice(scores), about.created_at + _DAY)


def _recovery(responses: Sequence[Response], chance: Random, now: datetime) -> Iterator[Response]:
    survey = _survey("Have we made it right?", "recovery", Touchpoint.SUPPORT_CONTACT, scale=Scale.RECOVERY)
    for about in responses:
        at = about.created_at + 12 * _DAY
        if about.case_status == CaseStatus.RESOLVED and at < now:
            made = _again(about, survey, chance.choice((3, 5, 6, 7, 8, 8, 9, 10)), at)
            assert made.invitation is not None
            made.invitation.source, made.invitation.recovers = Source.CASE, about
            yield made


def _untrue(responses: Sequence[Response], chance: Random) -> Iterator[Response]:
    for about in responses[-90::6]:
        at = about.created_at + timedelta(hours=chance.randrange(20))
        untrue = _again(about, about.survey, 0, at, flags=["too_fast"], is_counted=False)
        untrue.exclusion_reason = "Looks untrue: too_fast"
        untrue.comment = "Buy at evil.example"
        yield untrue
