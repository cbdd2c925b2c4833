"""Our fields of Query about codes and points."""

from datetime import date
from typing import Any

import graphene
from django.db.models import Q, QuerySet
from django.utils import timezone
from graphql import GraphQLError
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.core.utils import get_client_ip
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection
from saleor.graphql.core.context import get_database_connection_name
from saleor.graphql.core.fields import BaseField, ConnectionField, PermissionsField
from saleor.graphql.core.types import DateRangeInput, NonNullList

from ..errors import Invalid, TooManyRequests
from ..referrals import lookups
from ..referrals.lookups import CodeInfo
from ..referrals.models import ReferralCode
from ..rewards.liability import Liability, liability
from ..rewards.models import PointsAccount
from ..shoppers.recognizing import email_hash
from .codes import NpsReferralCodeCountableConnection, NpsReferralCodeInfo
from .enums import DOC_CATEGORY
from .filters import NEWEST_CODES, search_words
from .liability import NpsPointsLiability
from .permissions import FOR_CODES, FOR_POINTS, viewer_of
from .points import NpsPointsAccountCountableConnection
from .queries import page_for_staff
from .score_inputs import day_in_range, without_nul


class NpsRewardQueries(graphene.ObjectType):
    nps_referral_code = BaseField(
        NpsReferralCodeInfo,
        code=graphene.String(required=True, description="The code as it was typed."),
        channel=graphene.String(required=True, description="Slug of the channel in which it is to be used."),
        description=(
            "Whether a referral code is good, for a landing page; public. Reveals nothing about its owner but a first name. "
            f"Null for an unknown code. An address of the network can ask {lookups.LOOKUPS_PER_MINUTE} times a minute."
        ),
        doc_category=DOC_CATEGORY,
    )
    nps_referral_codes = ConnectionField(
        NpsReferralCodeCountableConnection,
        search=graphene.String(
            description="Part of a code, or of a customer's e-mail address; a guest's whole address."
        ),
        description="List of referral codes, newest first.",
        permissions=[FOR_CODES],
        doc_category=DOC_CATEGORY,
    )
    nps_points_accounts = ConnectionField(
        NpsPointsAccountCountableConnection,
        search=graphene.String(description="Part of a customer's e-mail address; a guest's whole address."),
        currency=graphene.String(description="Code of a currency, such as USD."),
        description="List of accounts of points.",
        permissions=[FOR_POINTS],
        doc_category=DOC_CATEGORY,
    )
    nps_points_liability = PermissionsField(
        NonNullList(NpsPointsLiability),
        required=True,
        period=DateRangeInput(required=True, description="First and last day, in UTC; both included."),
        description="What the shop owes in points, one row per currency; of all channels that sell in it.",
        permissions=[FOR_POINTS],
        doc_category=DOC_CATEGORY,
    )

    @staticmethod
    def resolve_nps_referral_code(_root: object, info: ResolveInfo, *, code: str, channel: str) -> CodeInfo | None:
        visitor = get_client_ip(info.context) or ""
        try:
            # Lookups are counted, and Saleor closes the writer to queries.
            with allow_writer():
                return lookups.info(without_nul(code), without_nul(channel), visitor, now=timezone.now())
        except TooManyRequests as error:
            raise GraphQLError(error.message) from error

    @staticmethod
    def resolve_nps_referral_codes(
        _root: object, info: ResolveInfo, search: str | None = None, **kwargs: Any
    ) -> CountableConnection:
        words = search_words(search)
        wanted = Q(code__icontains=words) | _of_customer(info, words) if words else Q()
        # A code always has its channel; one whose channel was deleted can be shown to nobody.
        channels = Channel.objects.using(get_database_connection_name(info.context)).values("slug")
        codes = ReferralCode.objects.filter(wanted, viewer_of(info, FOR_CODES).visible, channel__in=channels)
        return page_for_staff(info, codes, {**kwargs, "sort_by": NEWEST_CODES}, NpsReferralCodeCountableConnection)

    @staticmethod
    def resolve_nps_points_accounts(
        _root: object, info: ResolveInfo, search: str | None = None, currency: str | None = None, **kwargs: Any
    ) -> CountableConnection:
        words = search_words(search)
        accounts = PointsAccount.objects.filter(_of_customer(info, words) if words else Q(), merged_into=None)
        if currency:
            accounts = accounts.filter(currency=without_nul(currency).strip().upper())
        return page_for_staff(info, accounts, kwargs, NpsPointsAccountCountableConnection)

    @staticmethod
    def resolve_nps_points_liability(
        _root: object, info: ResolveInfo, *, period: dict[str, date | None]
    ) -> list[Liability]:
        start, end = day_in_range(period.get("gte")), day_in_range(period.get("lte"))
        try:
            with allow_writer():
                return liability(start=start, end=end)
        except Invalid as error:
            raise GraphQLError(error.message) from error


def _of_customer(info: ResolveInfo, words: str) -> Q:
    """Condition on rows of a shopper: the account's address has these words in it, or they are a guest's address."""
    users: QuerySet[User] = User.objects.using(get_database_connection_name(info.context)).filter(
        email__icontains=words
    )
    return Q(shopper__user_id__in=users.values("pk")) | Q(shopper__email_hash=email_hash(words))
