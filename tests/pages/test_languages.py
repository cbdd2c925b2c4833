import re
from datetime import timedelta

import pytest

from saleor_nps_plugin.languages import SUPPORTED, keep_together, localize_digits, spoken
from saleor_nps_plugin.surveys.models import Invitation, Question, Response, SurveyText
from tests.pages.conftest import asked, chosen
from tests.reading import read

TRANSLATED = [code for code in SUPPORTED if code != "en"]

SPOKEN = ("alt", "data-sending", "data-copied", "data-share", "aria-label")


def visit_everything(story, visitor, invitation):
    """The pages of a whole life, as text."""
    shown = [visitor.get(), visitor.get("?score=0"), visitor.get("?score=7"), visitor.get("?score=10")]
    shown += [visitor.post({}), visitor.post({"score": "1", "comment": "ї" * 5003}), visitor.get("opt-out/")]
    shown += [visitor.browser.put(f"/s/{visitor.token}/", headers={"Accept-Language": invitation.language_code})]
    visitor.post({"score": "9"})
    shown += [visitor.get("thanks/"), visitor.get(), visitor.post({}, "opt-out/")]
    Response.objects.update(editable_until=story.now - timedelta(days=1))
    shown += [visitor.get(), visitor.post(b"x" * 3_000_000, content_type="application/x-www-form-urlencoded")]
    Invitation.objects.update(expires_at=story.now - timedelta(days=1))
    shown += [visitor.get()]
    return [read(response.content) for response in shown]


def sentences(pages):
    """Everything with words in it, tag by tag: what is read, and what is read aloud."""
    found = set()
    for page in pages:
        for element in page.all():
            if element.tag not in {"style", "script"}:
                found.update(text.strip() for text in element.children if isinstance(text, str))
                found.update(element.attributes.get(name, "") for name in SPOKEN)
    return {text for text in found if re.search(r"[A-Za-z]{3}", text)} - {"Tea & Co", "UTC", "WhatsApp"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_english_is_left_on_a_translated_page(story, visitor_of, language):
    english_invitation = story.invite(email="en@example.com")
    english = sentences(visit_everything(story, visitor_of(english_invitation), english_invitation))
    invitation = story.invite(email="other@example.com", language_code=language)

    translated = sentences(visit_everything(story, visitor_of(invitation), invitation))

    assert len(english) > 30, "the English pages must have been read"
    assert not english & translated


@pytest.mark.parametrize("language", SUPPORTED)
def test_language_and_direction_are_the_order_s(story, visitor_of, language):
    visitor = visitor_of(story.invite(language_code=language))

    response = visitor.get(**{"Accept-Language": "en"})

    html = visitor.sees().one("html")
    assert (html["lang"], html["dir"]) == (language, "rtl" if language == "fa" else "ltr")
    assert response["Content-Language"] == language


@pytest.mark.parametrize("code", ["tlh", "zh-hans", "", "../../etc", "x" * 35])
def test_an_unknown_language_is_english(story, visitor_of, code):
    visitor = visitor_of(story.invite(language_code=code))

    assert visitor.get("?score=9").status_code == 200
    assert visitor.sees().one("html")["lang"] == "en"
    assert asked(visitor.sees()) == "What did you like most?"


@pytest.mark.parametrize(
    ("code", "language"),
    [("de-at", "de"), ("DE", "de"), ("pl_PL", "pl"), ("fa-af", "fa"), ("fil", "en"), ("en-gb", "en")],
)
def test_the_nearest_language_is_spoken(code, language):
    assert spoken(code) == language


def test_an_operator_s_words_in_a_language_we_do_not_speak_keep_their_direction(story, survey, visitor_of):
    SurveyText.objects.create(survey=survey, language_code="he", question="האם תמליצו על {shop_name}?")
    visitor = visitor_of(story.invite(language_code="he"))

    visitor.get()

    page = visitor.sees()
    assert (page.one("html")["lang"], page.one("html")["dir"]) == ("en", "ltr")
    assert (page.one("h1").text, page.one("h1")["dir"]) == ("האם תמליצו על Tea & Co?", "auto")


def test_persian_counts_in_persian_digits(story, visitor_of):
    visitor = visitor_of(story.invite(language_code="fa"))
    visitor.post({"score": "9", "comment": "آ" * 5012})

    page = visitor.sees()
    assert [label.text for label in page.one("div", class_="numbers").all("label")] == [
        "۰", "۱", "۲", "۳", "۴", "۵", "۶", "۷", "۸", "۹", "۱۰"
    ]  # fmt: skip
    assert chosen(page) == ["9"], "what is sent stays in digits that every program reads"
    assert "۱۲" in page.one("p", id="comment-error").text
    assert not re.search("[0-9]", page.one("main").text)


@pytest.mark.parametrize(
    ("language", "excess", "words"),
    [
        ("pl", 1, "1 znak;"),
        ("pl", 3, "3 znaki;"),
        ("pl", 5, "5 znaków;"),
        ("pl", 22, "22 znaki;"),
        ("ru", 1, "1 символ:"),
        ("ru", 2, "2 символа:"),
        ("ru", 11, "11 символов:"),
        ("ru", 21, "21 символ:"),
        ("ro", 1, "1 caracter "),
        ("ro", 5, "5 caractere "),
        ("ro", 20, "20 de caractere "),
        ("fr", 2, "2 caractères "),
        ("es", 1, "1 carácter "),
        ("de", 7, "7 Zeichen "),
    ],
)
def test_counts_follow_the_plural_rules_of_the_language(story, visitor_of, language, excess, words):
    visitor = visitor_of(story.invite(language_code=language))

    visitor.post({"score": "9", "comment": "x" * (5000 + excess)})

    assert words in visitor.sees().one("p", id="comment-error").text


def test_a_short_shop_name_is_never_broken_and_a_long_one_may_be():
    assert keep_together("Tea & Co", "en") == "Tea\N{NO-BREAK SPACE}&\N{NO-BREAK SPACE}Co"
    assert keep_together("The Very Long Company Of Tea", "en") == "The Very Long Company Of Tea"
    assert localize_digits(10, "fa") == "۱۰"


def test_every_category_has_its_own_question_in_every_language(story, survey, visitor_of):
    assert Question.objects.filter(survey=survey).count() == 3
    for language in SUPPORTED:
        visitor = visitor_of(story.invite(email=f"{language}@example.com", language_code=language))
        wordings = set()
        for score in ("", "0", "7", "10"):
            visitor.get(f"?score={score}")
            wordings.add(asked(visitor.sees()))
        assert len(wordings) == 4, language
