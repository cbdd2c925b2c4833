"""Enums of the API. Values are the domain's own, so nothing has to be translated on the way."""

from collections.abc import Mapping
from enum import Enum, StrEnum

import graphene
from django.conf import settings
from saleor.graphql.core.types import BaseEnum

from ..referrals.models import ReferralStatus
from ..rewards.models import EntryKind
from ..surveys.answering.untrue import Flag
from ..surveys.models import (
    CaseStatus,
    InvitationStatus,
    QuestionKind,
    QuestionRole,
    Scale,
    SkipReason,
    Touchpoint,
)
from ..surveys.reporting.scoring import Category

DOC_CATEGORY = "NPS"


def _enum(name: str, members: type[Enum], description: str, meanings: Mapping[str, str]) -> type[graphene.Enum]:
    def describe(member: Enum | None) -> str:
        return description if member is None else meanings[member.name]

    made = graphene.Enum(name, [(member.name, member.value) for member in members], description=describe)
    made.doc_category = DOC_CATEGORY
    return made


class Interval(StrEnum):
    """In capitals, because the printed schema shows the value of an argument's default, not its name."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"


class SatisfactionScale(StrEnum):
    CSAT = "csat"
    CES = "ces"


class Dimension(StrEnum):
    CHANNEL = "channel"
    COUNTRY = "country"
    LANGUAGE = "language"
    PRODUCT = "product"
    CATEGORY = "category"
    TOUCHPOINT = "touchpoint"
    SURVEY = "survey"
    CUSTOMER_KIND = "customer_kind"
    REASON = "reason"


NpsCategoryEnum = _enum(
    "NpsCategoryEnum",
    Category,
    "Category of a respondent, by score.",
    {
        "PROMOTER": "Scores 9 and 10.",
        "PASSIVE": "Scores 7 and 8.",
        "DETRACTOR": "Scores 0 to 6.",
    },
)
NpsTouchpointEnum = _enum(
    "NpsTouchpointEnum",
    Touchpoint,
    "The moment that prompts the question.",
    {
        "ORDER_FULFILLED": "Some days after the order left the warehouse.",
        "PRODUCT_USED": "Weeks later, when the product has been lived with.",
        "SUPPORT_CONTACT": "After a contact with support; started by an API call of the help desk.",
        "SITE_VISIT": "During a visit to the storefront, which starts it.",
        "STORE_VISIT": "At the till of a store, on a tablet.",
        "RELATIONSHIP": "From time to time, not tied to an order.",
        "EMPLOYEE": "Employees are asked (eNPS).",
        "PARTNER": "Business partners are asked.",
    },
)
NpsInvitationStatusEnum = _enum(
    "NpsInvitationStatusEnum",
    InvitationStatus,
    "Where an invitation stands.",
    {
        "SCHEDULED": "Waits for its time to be sent.",
        "SENT": "The e-mail is out.",
        "OPENED": "Somebody acted on the survey page.",
        "ANSWERED": "There is a response.",
        "SKIPPED": "Was not sent; see the skip reason.",
        "CANCELED": "Was taken back by staff.",
        "EXPIRED": "Its time ran out without a response.",
        "FAILED": "Could not be sent.",
    },
)
NpsSkipReasonEnum = _enum(
    "NpsSkipReasonEnum",
    SkipReason,
    "Why somebody was not asked.",
    {
        "COOLDOWN": "The customer was asked recently.",
        "OPTED_OUT": "The customer does not want surveys.",
        "SAMPLED_OUT": "The order is not among the share of orders that are asked about.",
        "BELOW_MINIMUM_TOTAL": "The order's total is below the minimum.",
        "NO_ADDRESS": "There is no e-mail address.",
        "ORDER_CANCELED": "The order was cancelled.",
        "ORDER_REFUNDED": "The order was refunded in full.",
        "ORDER_RETURNED": "The order was returned.",
        "CUSTOMER_DELETED": "The customer's account was deleted.",
        "OPEN_CASE": "An earlier answer of the customer is still being followed up.",
        "PLUGIN_INACTIVE": "Surveys were switched off when it was due.",
    },
)
NpsQuestionKindEnum = _enum(
    "NpsQuestionKindEnum",
    QuestionKind,
    "How a follow-up question is answered.",
    {
        "TEXT": "With free text.",
        "SINGLE_CHOICE": "With one of the choices.",
        "MULTIPLE_CHOICE": "With any number of the choices.",
        "YES_NO": "With yes or no.",
        "SCALE": "With a whole number from 0 to 10.",
        "NUMBER": "With any number.",
    },
)
NpsQuestionRoleEnum = _enum(
    "NpsQuestionRoleEnum",
    QuestionRole,
    "What a follow-up question is for, beyond its wording.",
    {
        "LIKED": "Reasons of people who are content; choices such as quality have labels of the plugin's own.",
        "IMPROVE": "Reasons of the others; choices such as quality have labels of the plugin's own.",
        "PRODUCT": "Which product the answer is about; its choices are the products of the order.",
        "PREFERENCE": "How likely people are to prefer this shop to another, 0 to 10.",
        "COMPETITOR": "Which other shop; asked of those who answer 9, 10 or 0 to 6 about their preference.",
    },
)
NpsScaleEnum = _enum(
    "NpsScaleEnum",
    Scale,
    "What a survey measures, and on which numbers. Only NPS counts in the Net Promoter Score.",
    {
        "NPS": "Net Promoter Score, answered from 0 to 10.",
        "CSAT": "Customer satisfaction, answered from 1 to 5.",
        "CES": "Customer effort, answered from 1 to 7, where 7 is easy.",
        "RECOVERY": "The question of the Net Promoter Score asked again after a case was resolved, answered from 0 to 10.",
    },
)
NpsCaseStatusEnum = _enum(
    "NpsCaseStatusEnum",
    CaseStatus,
    "Where the follow-up of a response stands.",
    {
        "NONE": "There is nothing to follow up.",
        "OPEN": "Nobody has taken it up.",
        "IN_PROGRESS": "Staff are on it.",
        "RESOLVED": "Done.",
    },
)
NpsFlagEnum = _enum(
    "NpsFlagEnum",
    Flag,
    "Why an answer looks untrue.",
    {
        "TOO_FAST": "Given faster than anybody writes.",
        "SAME_DEVICE": "One of many from one device on one day.",
        "SAME_NETWORK": "One of many from one network on one day.",
        "SAME_COMMENT": "Its comment was sent several times.",
        "HONEYPOT": "A field that people do not see was filled in.",
        "SCANNER": "Sent by a program.",
    },
)
NpsIntervalEnum = _enum(
    "NpsIntervalEnum",
    Interval,
    "Length of the points of a trend.",
    {
        "DAY": "Days, in UTC.",
        "WEEK": "Weeks from Monday to Sunday.",
        "MONTH": "Calendar months.",
        "QUARTER": "Calendar quarters.",
    },
)
NpsDimensionEnum = _enum(
    "NpsDimensionEnum",
    Dimension,
    "What a score is broken down by.",
    {
        "CHANNEL": "Channel of the order.",
        "COUNTRY": "Country of delivery.",
        "LANGUAGE": "Language of the survey.",
        "PRODUCT": "Products of the order.",
        "CATEGORY": "Categories of the order's products.",
        "TOUCHPOINT": "Touchpoint of the survey.",
        "SURVEY": "Survey.",
        "CUSTOMER_KIND": "New or returning customer.",
        "REASON": "Reason that the respondent chose.",
    },
)
NpsSatisfactionScaleEnum = _enum(
    "NpsSatisfactionScaleEnum",
    SatisfactionScale,
    "Scales that have reports of their own and never count in the Net Promoter Score.",
    {
        "CSAT": "Customer satisfaction, answered from 1 to 5.",
        "CES": "Customer effort, answered from 1 to 7, where 7 is easy.",
    },
)
NpsReferralStatusEnum = _enum(
    "NpsReferralStatusEnum",
    ReferralStatus,
    "Where a friend's order stands.",
    {
        "PENDING": "Placed; not yet paid and fulfilled.",
        "QUALIFIED": "Paid and fulfilled; the reward is on its way.",
        "REWARDED": "The owner of the code got points.",
        "REJECTED": "Earns nothing; see the reason.",
        "REVERSED": "The points were taken back; see the reason.",
    },
)
NpsPointsEntryKindEnum = _enum(
    "NpsPointsEntryKindEnum",
    EntryKind,
    "What changed a balance.",
    {
        "CASHBACK": "Part of what was paid for an order.",
        "REFERRAL": "A friend ordered with the customer's code.",
        "BONUS": "A present of the shop.",
        "REDEMPTION": "Points became a gift card.",
        "REVERSAL": "Points were taken back, because an order was refunded, returned or cancelled.",
        "EXPIRY": "Points were not used in time.",
        "ADJUSTMENT": "Staff corrected the balance.",
    },
)


class NpsResponseSortField(BaseEnum):
    CREATED_AT = ["created_at", "pk"]
    SCORE = ["score", "pk"]

    class Meta:
        doc_category = DOC_CATEGORY
        description = "What responses are sorted by."

    @property
    def description(self) -> str:
        meanings = {"CREATED_AT": "Sort by the time of the answer.", "SCORE": "Sort by score."}
        return meanings[self.name]


_LANGUAGES = {code for code, _ in settings.LANGUAGES}


def language_code(code: str) -> str:
    """Return a code that Saleor's LanguageCodeEnum has: the language without its region where need be."""
    known = (candidate for candidate in (code, code.lower(), code.lower().split("-")[0]) if candidate in _LANGUAGES)
    return next(known, "en")
