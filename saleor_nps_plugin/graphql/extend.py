"""Adds our part to Saleor's own schema before it is built, or rebuilds it where somebody was earlier."""

import sys
from typing import Any

import graphene
from graphql.type.definition import GraphQLArgument, GraphQLField, GraphQLList, GraphQLNonNull

from .introspection import mark_cache_keys

API = "saleor.graphql.api"

_ONE: dict[str, Any] = {"complexity": 1}
_PAGED: dict[str, Any] = {"complexity": 1, "multipliers": ["first", "last"]}
COSTS: dict[str, dict[str, dict[str, Any]]] = {
    "Query": {
        "npsInvitation": _ONE,
        "npsScore": _ONE,
        "npsSatisfaction": _ONE,
        "npsCompetitors": _ONE,
        "npsRecovery": _ONE,
        "npsSurvey": _ONE,
        "npsSurveys": _PAGED,
        "npsResponse": _ONE,
        "npsResponses": _PAGED,
        "npsInvitations": _PAGED,
        "npsReferralCode": _ONE,
        "npsReferralCodes": _PAGED,
        "npsPointsAccounts": _PAGED,
        "npsPointsLiability": {"complexity": 10},
    },
    "User": {"npsResponses": _PAGED, "npsPointsAccounts": _ONE, "npsPointsAccount": _ONE, "npsReferralCode": _ONE},
    "Order": {"npsInvitations": _ONE, "npsResponses": _ONE, "npsPointsEntries": _ONE, "npsSurveyLinks": _ONE},
    "NpsSurvey": {"channels": _ONE, "questions": _ONE, "score": _ONE},
    "NpsInvitation": {"survey": _ONE, "order": _ONE, "user": _ONE, "channel": _ONE, "response": _ONE},
    "NpsResponse": {
        "survey": _ONE,
        "invitation": _ONE,
        "order": _ONE,
        "user": _ONE,
        "channel": _ONE,
        "answers": _ONE,
        "assignee": _ONE,
        "notes": _ONE,
    },
    "NpsNote": {"user": _ONE},
    "NpsSurveyLink": {"survey": _ONE},
    "NpsReferralCode": {"user": _ONE, "channel": _ONE, "voucher": _ONE, "referrals": _PAGED, "rewardedCount": _ONE},
    "NpsReferral": {"order": _ONE, "referralCode": _ONE, "pointsEntry": _ONE},
    "NpsPointsAccount": {
        "user": _ONE,
        "balance": _ONE,
        "pending": _ONE,
        "worth": _ONE,
        "expiringNext": _ONE,
        "entries": _PAGED,
    },
    "NpsPointsEntry": {"order": _ONE, "giftCard": _ONE, "reverses": _ONE},
    "NpsThanks": {"referralCode": _ONE, "pointsEntry": _ONE},
    "NpsScore": {"trend": {"complexity": 10}, "by": {"complexity": 1, "multipliers": ["first"]}},
    "NpsSatisfaction": {"trend": {"complexity": 10}, "by": {"complexity": 1, "multipliers": ["first"]}},
}


def install() -> None:
    """Add our types and fields to Saleor's schema. Repeating it changes nothing."""
    from saleor.graphql.account.types import User
    from saleor.graphql.core.schema import CoreMutations, CoreQueries
    from saleor.graphql.order.types import Order

    from .doors import NpsLinksOnOrder
    from .mutations import NpsMutations
    from .on_saleor_types import NpsOnOrder, NpsOnUser
    from .queries import NpsQueries
    from .reward_queries import NpsRewardQueries
    from .rewards_on_saleor_types import NpsRewardsOnOrder, NpsRewardsOnUser
    from .satisfaction import NpsReportQueries

    if "nps_score" in vars(CoreQueries):
        return
    queries = (NpsQueries, NpsReportQueries, NpsRewardQueries)
    # Saleor's api module collects Query and Mutation from these when it is imported.
    _add_attributes(CoreQueries, *queries)
    _add_attributes(CoreMutations, NpsMutations)
    _add_fields(User, NpsOnUser, NpsRewardsOnUser)
    _add_fields(Order, NpsOnOrder, NpsRewardsOnOrder, NpsLinksOnOrder)
    if API in sys.modules:
        api = sys.modules[API]
        _add_fields(api.Query, *queries)
        _add_fields(api.Mutation, NpsMutations)
        _rebuild(api)
    _add_costs()
    mark_cache_keys()


def _resolvers(source: type[graphene.ObjectType]) -> dict[str, Any]:
    names = (f"resolve_{name}" for name in source._meta.fields)
    return {name: staticmethod(getattr(source, name)) for name in names if hasattr(source, name)}


def _add_attributes(target: type[graphene.ObjectType], *sources: type[graphene.ObjectType]) -> None:
    for source in sources:
        for name, value in {**source._meta.fields, **_resolvers(source)}.items():
            setattr(target, name, value)


def _add_fields(target: type[graphene.ObjectType], *sources: type[graphene.ObjectType]) -> None:
    """Graphene reads the fields of a type when it builds the schema."""
    for source in sources:
        target._meta.fields.update(source._meta.fields)
        for name, resolver in _resolvers(source).items():
            setattr(target, name, resolver)


def _add_costs() -> None:
    from saleor.graphql.query_cost_map import COST_MAP

    # An entry for a field that the schema lacks makes every query fail: call this last.
    for type_name, fields in COSTS.items():
        COST_MAP.setdefault(type_name, {}).update(fields)


def _rebuild(api: Any) -> None:
    """Build the types of the existing schema anew; views, subscriptions and caches hold on to this very object.

    Only where another plugin has imported Saleor's api while Django started. What Saleor adds for Apollo Federation after
    it has built its schema is added again.
    """
    from saleor.graphql.core.federation.schema import create_entity_type_resolver, create_service_sdl_resolver

    schema = api.schema
    entities = schema.get_query_type().fields["_entities"]
    schema.build_typemap()
    schema.get_type("_Entity").resolve_type = create_entity_type_resolver(schema)
    fields = schema.get_query_type().fields
    fields["_entities"] = GraphQLField(
        _same_type(schema, entities.type),
        args={name: GraphQLArgument(_same_type(schema, argument.type)) for name, argument in entities.args.items()},
        resolver=entities.resolver,
    )
    fields["_service"] = GraphQLField(schema.get_type("_Service"), resolver=create_service_sdl_resolver(schema))
    # Saleor 3.23 counts the use of fields.
    if hasattr(api, "monitor_fields_usage"):
        api.monitor_fields_usage(schema)


def _same_type(schema: Any, old: Any) -> Any:
    """The type of this name among the types that were built anew, wrapped alike."""
    if isinstance(old, GraphQLNonNull | GraphQLList):
        return type(old)(_same_type(schema, old.of_type))
    return schema.get_type(old.name)
