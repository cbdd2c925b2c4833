import json
import re

import pytest

from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.surveys.models import Scale
from saleor_nps_plugin.surveys.reporting.scoring import scores_on
from tests.emails.conftest import BRAND, KEY
from tests.reading import read

URL = "https://shop.example/plugins/global/nps/s/token/"


def html_of(mail):
    ((html, kind),) = mail.message.alternatives
    assert kind == "text/html"
    return html


def test_the_html_offers_the_whole_scale_in_order(survey_mail_with):
    links = read(html_of(survey_mail_with())).all("a")

    assert [(link.text, link["href"]) for link in links[:11]] == [
        (str(score), f"{URL}?score={score}") for score in range(11)
    ]
    assert [link["href"] for link in links[11:]] == [f"{URL}opt-out/"]


def test_the_text_offers_the_whole_scale_too(survey_mail_with):
    body = survey_mail_with().message.body

    assert re.findall(rf"^(\d+)[^\n]*: {re.escape(URL)}\?score=(\d+)$", body, re.M) == [
        (str(score), str(score)) for score in range(11)
    ]
    assert "0 (Not at all likely)" in body
    assert "10 (Extremely likely)" in body
    assert f"No more surveys, please: {URL}opt-out/" in body


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://shop.example/survey/t/", "https://shop.example/survey/t/?score=7"),
        ("https://shop.example/survey?t=t", "https://shop.example/survey?t=t&score=7"),
        ("https://shop.example/#/survey/t", "https://shop.example/?score=7#/survey/t"),
    ],
)
def test_the_score_joins_whatever_address_a_storefront_has(survey_mail_with, address, expected):
    mail = survey_mail_with(survey_url=address)

    assert f"7: {expected}\n" in mail.message.body
    assert expected in [link["href"] for link in read(html_of(mail)).all("a")]
    assert mail.payload["score_urls"][7] == expected


def test_every_style_that_counts_is_inline(survey_mail_with):
    document = read(html_of(survey_mail_with()))

    (number,) = [cell for cell in document.all("td", class_="number") if cell.text == "7"]
    assert "height: 46px" in number["style"]
    assert "line-height: 44px" in number.one("a")["style"]
    # What cannot be inlined stays: widths of wide screens, and the dark colours.
    assert "prefers-color-scheme: dark" in "".join(style.source for style in document.all("style"))
    assert document.one("meta", name="color-scheme")["content"] == "light dark"


def test_colours_are_the_brand_s(survey_mail_with, brand):
    assert f"border-top: 4px solid {brand.color}" in html_of(survey_mail_with())


def test_a_logo_stands_for_the_name_and_carries_it(survey_mail_with, brand):
    from dataclasses import replace

    document = read(html_of(survey_mail_with(brand=replace(brand, logo_url="https://cdn.example/logo.png"))))

    assert (document.one("img")["src"], document.one("img")["alt"]) == ("https://cdn.example/logo.png", "Tea & Co")


def test_without_a_logo_nothing_is_loaded_from_anywhere(survey_mail_with):
    html = html_of(survey_mail_with())

    assert read(html).all("img") == []
    assert set(re.findall(r"https?://([^/\"]+)", html)) == {"shop.example"}


@pytest.mark.parametrize("language", SUPPORTED)
@pytest.mark.parametrize("is_reminder", [False, True])
def test_language_and_direction_are_the_order_s(survey_mail_with, language, is_reminder):
    document = read(html_of(survey_mail_with(language_code=language, is_reminder=is_reminder)))

    direction = "rtl" if language == "fa" else "ltr"
    assert (document.one("html")["lang"], document.one("html")["dir"]) == (language, direction)
    # Web mail drops the html element, so the body says it again.
    assert document.one("div", role="article")["dir"] == direction


@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
@pytest.mark.parametrize("is_reminder", [False, True])
@pytest.mark.parametrize("known", [{}, {"first_name": "", "order_number": ""}])
def test_no_english_is_left_in_a_translated_mail(survey_mail_with, language, is_reminder, known):
    values = {"question": "", "subject": "", "is_reminder": is_reminder, **known}
    english, translated = survey_mail_with(**values), survey_mail_with(language_code=language, **values)

    def sentences(mail):
        document = read(html_of(mail))
        words = {element.text for tag in ("p", "h1", "td", "a", "div") for element in document.all(tag)}
        lines = set(mail.message.body.splitlines())
        return {text for text in words | lines if re.search(r"[A-Za-z]{4}", text)} - {"Tea & Co"}

    assert not [text for text in sentences(english) & sentences(translated) if "https://" not in text]
    assert "MISSING" not in html_of(translated) + translated.message.body


def test_an_unknown_language_is_english(survey_mail_with):
    assert html_of(survey_mail_with(language_code="tlh")) == html_of(survey_mail_with())


def test_a_regional_language_is_its_base(survey_mail_with):
    assert "Guten Tag Ada," in survey_mail_with(language_code="de-at").message.body


def test_persian_counts_in_persian_digits(survey_mail_with):
    links = read(html_of(survey_mail_with(language_code="fa"))).all("a")[:11]

    assert [link.text for link in links] == ["۰", "۱", "۲", "۳", "۴", "۵", "۶", "۷", "۸", "۹", "۱۰"]
    assert [link["href"][-2:] for link in links[:2]] == ["=0", "=1"]


def test_a_reminder_says_so(survey_mail_with):
    mail = survey_mail_with(is_reminder=True)

    assert mail.event == "nps_reminder"
    assert mail.message.subject == "Reminder: How was your order from Tea & Co?"
    assert "This is our only reminder." in mail.message.body
    assert "This is our only reminder." in read(html_of(mail)).text
    assert "reminder" not in survey_mail_with().message.body


def test_without_name_and_order_the_mail_still_reads_well(survey_mail_with):
    body = survey_mail_with(first_name="", order_number="").message.body

    assert body.startswith("Hello,\n\nThank you for shopping with us.")


@pytest.mark.parametrize("name", ["Win at http://spam.example", "spam.example", "call:me", "a@b", "x" * 41])
def test_a_first_name_that_advertises_is_left_out(survey_mail_with, name):
    mail = survey_mail_with(first_name=name)

    assert mail.message.body.startswith("Hello,\n")
    assert "spam" not in html_of(mail)


def test_what_customers_and_operators_typed_is_text(survey_mail_with, brand):
    from dataclasses import replace

    evil = "<script>alert(1)</script>"
    mail = survey_mail_with(
        brand=replace(brand, shop_name=evil), question=evil, first_name="<b>Ada</b>", order_number='"><i>', subject=evil
    )

    document = read(html_of(mail))
    assert document.all("script") == document.all("b") == document.all("i") == []
    assert evil in document.one("h1").text
    assert evil in mail.message.body


def test_a_value_that_looks_like_another_s_place_stays_itself(survey_mail_with):
    mail = survey_mail_with(question="\ue000opt_out_url\ue001", first_name="{question}")

    assert html_of(mail).count("opt-out/") == 1
    assert "{question}" in html_of(mail)


def test_lines_are_short_enough_to_travel_as_they_are(survey_mail_with):
    message = survey_mail_with(language_code="fa").message.message()

    assert [part["Content-Transfer-Encoding"] for part in message.get_payload()] == ["8bit", "8bit"]


def test_the_payload_is_json_with_everything_an_app_needs(survey_mail_with):
    mail = survey_mail_with()

    payload = json.loads(json.dumps(mail.payload))
    assert mail.event == "nps_invitation"
    assert payload["recipient_email"] == "ada@example.com"
    assert payload["question"] == "How likely are you to recommend Tea & Co to a friend or colleague?"
    assert len(payload["score_urls"]) == 11
    assert (payload["html"], payload["text"]) == (html_of(mail), mail.message.body)
    assert payload["headers"]["List-Unsubscribe"] == f"<{URL}opt-out/>"
    assert (KEY.hex in payload["survey_url"], payload["shop_name"]) == (False, BRAND.shop_name)


@pytest.mark.parametrize("scale", list(Scale))
def test_a_mail_offers_the_numbers_of_its_scale(survey_mail_with, scale):
    scores = list(scores_on(scale))

    mail = survey_mail_with(scale=scale.value)

    links = [link for link in read(html_of(mail)).all("a") if "score=" in link["href"]]
    assert [link.text for link in links] == [str(score) for score in scores]
    assert f"from {scores[0]} to {scores[-1]}" in html_of(mail)
    assert len(mail.payload["score_urls"]) == len(scores)


def test_satisfaction_has_other_words_at_its_ends(survey_mail_with):
    mail = survey_mail_with(scale="csat")

    assert "Very dissatisfied" in html_of(mail) and "Very satisfied" in mail.message.body
    assert "likely" not in mail.message.body.replace("How likely", "")
