"""No number of queries grows with the number of nodes."""

import pytest

from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.models import Answer, Invitation, Question, Survey, SurveyText

from .conftest import ask, queries_of

SURVEY = "slug delayHours question(languageCode: DE) questions { text choices { label } } channels { slug }"
INVITATION = f"""
    url skipReason channel {{ slug }} order {{ number }} user {{ email }} survey {{ {SURVEY} }}
    response {{ score tags }}
"""
RESPONSE = f"""
    category comment channel {{ slug }} order {{ number }} user {{ email }} survey {{ {SURVEY} }} invitation {{ {INVITATION} }}
    answers {{ text choices {{ label }} question {{ text choices {{ label }} }} }}
    assignee {{ email }} notes {{ text user {{ email }} }}
"""
SCORE = """
    value exactValue marginOfError distribution invitationsSent responseRate
    weightedValue weightedMarginOfError wordOfMouthIndex wordOfMouthMarginOfError wordOfMouthResponses falseDetractors
    trend { from to score { value } } by(dimension: CHANNEL) { key label score { value } }
"""


def page(name: str, node: str) -> str:
    return f"{name}(first: 10) {{ totalCount edges {{ node {{ {node} }} }} }}"


QUERIES = {
    "npsResponses": page("npsResponses", RESPONSE),
    "npsInvitations": page("npsInvitations", INVITATION),
    "npsSurveys": page("npsSurveys", f"{SURVEY} score {{ {SCORE} }}"),
    "orders": page("orders", f"npsInvitations {{ {INVITATION} }} npsResponses {{ {RESPONSE} }}"),
    "customers": page("customers", page("npsResponses", RESPONSE)),
}


@pytest.fixture
def happen(story, place, staff_users, channel_USD, channel_PLN, customer_user, customer_user2):
    """Something of each kind happens, to another customer, in another channel and in another survey each time."""
    customers = [customer_user, customer_user2, staff_users[0]]
    channels = [channel_USD, channel_PLN, channel_USD]

    def happen(number):
        channel, customer = channels[number], customers[number]
        Survey.objects.update(is_active=False)
        survey = Survey.objects.create(
            name=str(number), slug=str(number), touchpoint="order_fulfilled", channels=[channel.slug], delay_hours=None
        )
        SurveyText.objects.create(survey=survey, language_code="de", question=str(number))
        choices = [{"value": "tea", "labels": {"en": "Tea"}}]
        question = Question.objects.create(survey=survey, position=0, kind="single_choice", choices=choices)
        order = place(channel=channel, currency=channel.currency_code, user=customer, user_email=customer.email)
        story.invite_all(order)
        response = story.reply(Invitation.objects.get(order_id=order.pk), number, "Cold")
        Answer.objects.create(response=response, question=question, choices=["tea"])
        author = staff_users[number % len(staff_users)].pk
        cases.update_response(response.pk, Changes(assignee_id=author, note="Called"), staff_id=author, now=story.now)

    return happen


@pytest.mark.parametrize("name", QUERIES)
def test_three_nodes_take_as_many_queries_as_one(name, staff, permission_manage_users, happen):
    query = f"{{ {QUERIES[name]} }}"
    staff.user.user_permissions.add(permission_manage_users)
    Survey.objects.all().delete()
    happen(0)
    ask(staff, query)
    with_one = queries_of(staff, query)
    for number in (1, 2):
        happen(number)

    with_three = queries_of(staff, query)

    assert len(ask(staff, query)[name]["edges"]) >= 2
    assert with_three == with_one


def test_the_owner_of_orders_reads_their_surveys_in_a_fixed_number_of_queries(customer, story, place):
    invitation = INVITATION.replace("channels { slug }", "")
    seen = f"npsInvitations {{ {invitation} }} npsResponses {{ score order {{ id }} invitation {{ url }} }}"
    query = f"{{ me {{ {page('orders', seen)} }} }}"
    story.answer(place(), 9)
    ask(customer, query)
    with_one = queries_of(customer, query)
    for score in (3, 8):
        story.answer(place(), score)

    assert queries_of(customer, query) == with_one
