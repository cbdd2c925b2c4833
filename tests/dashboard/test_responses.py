"""The list of responses: what it shows, in which order, and what its address asks for."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.dashboard.responses.filters import ROWS
from saleor_nps_plugin.surveys.models import CaseStatus, Response


@pytest.fixture
def answer(story):
    """Somebody answers; further facts of the order, and of the response with a leading underscore."""
    numbers = iter(range(2000, 3000))

    def answer(score, comment="", **facts):
        number = str(next(numbers))
        own = {name[1:]: facts.pop(name) for name in list(facts) if name.startswith("_")}
        order = {"email": f"{number}@example.com", "number": number, **facts}
        response = story.answer(story.invite(**order), score, comment)
        Response.objects.filter(pk=response.pk).update(**own)
        response.refresh_from_db()
        return response

    return answer


def shown(page):
    """Ids of the responses in the list, in their order."""
    return [int(row["id"].removeprefix("row-")) for row in page.all("a", class_="case-row")]


def see(desk, query="", who=ADA):
    ada = desk(who)
    assert ada.get(f"responses/{query}").status_code == 200
    return ada.sees()


def test_the_desk_opens_with_open_cases_the_most_valuable_customer_first(desk, answer):
    poor = answer(3, _customer_value=Decimal(5))
    unknown = answer(2)
    rich = answer(6, _customer_value=Decimal(900), _case_status=CaseStatus.IN_PROGRESS)
    answer(1, _case_status=CaseStatus.RESOLVED, _customer_value=Decimal(9000))
    answer(10)

    page = see(desk)

    assert shown(page) == [rich.pk, poor.pk, unknown.pk]
    assert page.one("nav", class_="desk-views").one("a", aria_current="page").text == "Open cases 3"


def test_everything_shows_everything(desk, answer):
    first, second = answer(10), answer(1)

    assert shown(see(desk, "?sort=newest")) == [second.pk, first.pk]


def test_quick_views_count_what_waits(desk, answer):
    answer(1, _assignee_id=ADA.id)
    answer(1, _assignee_id=BEN.id)
    answer(1)

    views = [link.text for link in see(desk).one("nav", class_="desk-views").all("a")]

    assert views == ["Open cases 3", "Mine 1", "Unassigned 1", "Everything"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("search=courier", ["late"]),
        ("search=2001", ["kind"]),
        ("group=promoter", ["kind"]),
        ("group=promoter&group=passive", ["kind", "calm", "pole"]),
        ("score=3&score=8", ["late", "calm"]),
        ("status=open", ["late"]),
        ("status=none", ["kind", "calm", "pole"]),
        ("assignee=me", ["late"]),
        ("assignee=nobody", ["kind", "calm", "pole"]),
        ("assignee=1", ["late"]),
        ("tag=courier", ["late"]),
        ("comment=no", ["kind", "calm", "pole"]),
        ("counted=no", ["calm"]),
        ("channel=channel-pln", ["pole"]),
        ("country=DE", ["kind"]),
        ("language=de", ["kind"]),
        ("product=12&comment=yes", ["late"]),
        ("category=9", []),
        ("kind=returning", []),
        ("since=2026-03-03", []),
        ("until=2026-03-02&comment=yes", ["late"]),
        ("customer=77", ["calm"]),
        ("touchpoint=order_fulfilled&comment=yes", ["late"]),
        ("touchpoint=store_visit", []),
        ("survey=999999", []),
        ("reason=1:late", []),
        ("sort=lowest&comment=yes", ["late"]),
    ],
)
def test_the_address_says_what_is_wanted(desk, answer, query, expected):
    made = {
        "late": answer(3, "The courier <b>never</b> came", _assignee_id=ADA.id, _tags=["courier"]),
        "kind": answer(9, country="DE", language_code="de"),
        "calm": answer(8, user_id=77, _is_counted=False, _exclusion_reason="A test"),
        "pole": answer(7, channel="channel-pln"),
    }

    names = {response.pk: name for name, response in made.items()}
    assert {names[pk] for pk in shown(see(desk, f"?{query}"))} == set(expected)


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "until=2026-13-40",
        "score=11",
        "group=fans",
        "status=lost",
        "assignee=everybody",
        "survey=x",
        "customer=9999999999999",
        "sort=random",
        "search=%00",
        "tag=" + "x" * 201,
        pytest.param("&".join(f"tag={number}" for number in range(900)), id="900 tags"),
    ],
)
def test_what_cannot_be_meant_harms_nothing(desk, answer, query):
    answer(3)

    see(desk, f"?{query}")


def test_conditions_show_as_chips_that_can_be_taken_away(desk, answer):
    answer(3)

    chips = see(desk, "?product=12&group=detractor&country=PL&sort=newest").all("a", class_="pill")

    assert [chip.text for chip in chips] == [
        "Country: Poland × Remove this condition",
        "Product: Assam × Remove this condition",
        "Score: Detractors × Remove this condition",
    ]
    assert parse_qs(urlsplit(chips[0]["href"]).query) == {
        "product": ["12"],
        "group": ["detractor"],
        "sort": ["newest"],
    }


def test_what_the_form_does_not_hold_stays(desk, answer):
    form = see(desk, "?product=12&country=PL&search=x").one("form", role="search")

    assert {(field["name"], field["value"]) for field in form.all("input", type="hidden")} == {
        ("product", "12"),
        ("country", "PL"),
    }
    assert form.one("input", type="search")["value"] == "x"


def test_a_changed_filter_renews_the_list_alone_and_the_address(desk, answer):
    late = answer(3, "Late")
    answer(4, "Cold")
    ada = desk()

    answered = ada.get("responses/list/", search="late", sort="newest")

    assert shown(ada.sees()) == [late.pk]
    assert answered["HX-Push-Url"] == "/dashboard/responses/?search=late&sort=newest"
    assert not ada.sees().all("nav")


@pytest.mark.parametrize("sort", ["newest", "oldest", "lowest", "value"])
def test_more_rows_follow_in_the_same_order(desk, answer, story, sort):
    values = [None, Decimal(1), Decimal(1), Decimal(7)]
    made = []
    for number in range(2 * ROWS + 3):
        story.later(minutes=number % 2)
        made.append(answer(number % 5, _customer_value=values[number % 4]).pk)
    ada = desk()

    ada.get("responses/", sort=sort)
    found, more = shown(ada.sees()), ada.sees().all("button", hx_target="closest li")
    while more:
        ada.get(more[0]["hx-get"].removeprefix("/dashboard/"))
        found += shown(ada.sees())
        more = ada.sees().all("button", hx_target="closest li")

    keys = {
        "newest": lambda one: (-one.created_at.timestamp(), -one.pk),
        "oldest": lambda one: (one.created_at, one.pk),
        "lowest": lambda one: (one.score, one.pk),
        "value": lambda one: (-(one.customer_value if one.customer_value is not None else -1), one.created_at, one.pk),
    }
    assert len(found) == len(set(found)) == len(made)
    assert found == [one.pk for one in sorted(Response.objects.all(), key=keys[sort])]


def test_an_open_case_ages_visibly(desk, answer):
    now = timezone.now()
    tones = {}
    for days, tone in ((0.5, "fresh"), (1.5, "warn"), (4, "bad"), (30, "late")):
        case = answer(3)
        at = now - timedelta(days=days)
        Response.objects.filter(pk=case.pk).update(created_at=at, updated_at=at)
        tones[case.pk] = tone
    done = answer(3, _case_status=CaseStatus.RESOLVED)

    page = see(desk, "?sort=newest")

    for pk, tone in tones.items():
        assert page.one("a", id=f"row-{pk}").all("span", class_=tone)
    ages = page.one("a", id=f"row-{done.pk}").one("span", class_="case-row-age")
    assert ages["class"].split() == ["case-row-age"]


def test_markup_in_comments_stays_text(desk, answer):
    answer(3, "<script>alert(1)</script>\u202eevil")
    ada = desk()

    ada.get("responses/")

    assert b"<script>alert" not in ada.last.content
    assert "<script>alert(1)</script>" in ada.sees().one("ul", class_="desk-rows").text


def test_staff_of_a_channel_see_that_channel_only_and_no_amounts(desk, answer):
    pole = answer(3, channel="channel-pln", currency="PLN", _customer_value=Decimal(50))
    other = answer(2)
    ben = desk(BEN)

    ben.get("responses/?sort=newest")
    assert shown(ben.sees()) == [pole.pk]
    assert "50" not in ben.sees().one("a", id=f"row-{pole.pk}").text
    ben.get("responses/?sort=newest&channel=default-channel")
    assert shown(ben.sees()) == []
    assert ben.get(f"responses/{other.pk}/").status_code == 404
    assert ben.get(f"responses/{other.pk}/case/").status_code == 404
    assert ben.get(f"responses/more/?after={other.pk}").status_code == 404


def test_an_empty_shop_says_what_will_be_here(desk, survey):
    assert "Nothing waits here" in see(desk).text
    assert "Nobody has answered yet" in see(desk, "?sort=newest").text
    assert "No response fits" in see(desk, "?score=3").text


def test_statements_do_not_grow_with_the_rows(desk, answer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ada = desk()
    answer(3, _assignee_id=BEN.id)
    with CaptureQueriesContext(
        connection,
    ) as few:
        ada.get("responses/?sort=newest")
    for _ in range(10):
        answer(3, "Late", _assignee_id=BEN.id, _tags=["x"])

    with django_assert_num_queries(len(few)):
        ada.get("responses/?sort=newest")


def test_the_page_in_persian(desk, answer):
    case = answer(3, "دیر رسید")
    ada = desk(language="fa")

    ada.get(f"responses/{case.pk}/")

    assert "۳" in ada.sees().one("a", id=f"row-{case.pk}").text


def test_the_list_as_a_file_that_a_spreadsheet_can_open(desk, answer):
    answer(3, '=HYPERLINK("x")', _tags=["+1", "late"], _assignee_id=BEN.id)
    answer(9)
    ada = desk()

    answered = ada.get("responses/export.csv?group=detractor")

    head, row = list(csv.reader(io.StringIO(b"".join(answered.streaming_content).decode("utf-8-sig"))))
    assert head[:4] == ["Answered", "Score", "Group", "Comment"]
    assert row[1:5] == ["3", "Detractor", '\'=HYPERLINK("x")', "2000"]
    assert row[-3:] == ["Ben Ode", "'+1, late", ""]
