"""The mails about rewards: what each says, in every language, and how to get no more of them."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from saleor_nps_plugin.emails import (
    expiry_warning_mail,
    gift_card_mail,
    on_the_wire,
    promoter_thanks_mail,
    referral_reward_mail,
    reversal_mail,
)
from saleor_nps_plugin.languages import SUPPORTED
from tests.emails.conftest import BRAND, KEY
from tests.reading import read

REWARDS = "https://shop.example/plugins/global/nps/r/token/"
OPT_OUT = f"{REWARDS}opt-out/"
DAY = date(2026, 4, 12)
EVIL = "Tea\r\nBcc: everybody@example.com\nX-Evil: 1\x00\x0b\u2028 & Co"
POINTS = {"points": 1234, "worth": "$12.34"}
CODE = {
    "code": "K7RMPW2X",
    "share_url": "https://tea.example/?voucher=K7RMPW2X",
    "friend_gets": "10%",
    "owner_gets": "$5.00",
    "minimum": "$30.00",
}
NO_CODE = dict.fromkeys(CODE, "")

WRITERS = {
    "thanks": (promoter_thanks_mail, CODE | POINTS | {"available_on": DAY}),
    "code": (promoter_thanks_mail, CODE | {"points": 0, "worth": "", "available_on": None}),
    "cashback": (promoter_thanks_mail, NO_CODE | POINTS | {"available_on": DAY}),
    "nothing": (promoter_thanks_mail, NO_CODE | {"points": 0, "worth": "", "available_on": None}),
    "referral": (referral_reward_mail, POINTS | {"available_on": DAY}),
    "expiry": (expiry_warning_mail, POINTS | {"on": DAY}),
    "refund": (reversal_mail, POINTS | {"reason": "refund"}),
    "canceled": (reversal_mail, POINTS | {"reason": "order_canceled"}),
    "refunded": (reversal_mail, POINTS | {"reason": "order_refunded"}),
    "returned": (reversal_mail, POINTS | {"reason": "order_returned"}),
    "gift card": (gift_card_mail, {"gift_card_code": "9F3A-0C7E-51B2", "worth": "$12.34", "expires_on": DAY}),
}
REFUSABLE = [name for name in WRITERS if name != "gift card"]
every_mail = pytest.mark.parametrize("name", WRITERS)


@pytest.fixture
def write():
    def make(name, **changes):
        writer, facts = WRITERS[name]
        values = {
            "key": KEY,
            "to": "ada@example.com",
            "language_code": "en",
            "brand": BRAND,
            "first_name": "Ada",
            "rewards_url": REWARDS,
        }
        if name != "gift card":
            values["opt_out_url"] = OPT_OUT
        return writer(**(values | facts | changes))

    return make


def html_of(mail):
    ((html, kind),) = mail.message.alternatives
    assert kind == "text/html"
    return html


def headers_of(mail):
    return {name: str(value) for name, value in mail.message.message().items()}


@pytest.mark.parametrize(
    ("name", "event", "subject"),
    [
        ("thanks", "nps_promoter_thanks", "A code for your friends, from Tea & Co"),
        ("cashback", "nps_promoter_thanks", "Your cashback from Tea & Co"),
        ("nothing", "nps_promoter_thanks", "Thank you from Tea & Co"),
        ("referral", "nps_referral_reward", "A friend ordered with your code"),
        ("expiry", "nps_points_expiring", "Your points expire on April 12, 2026"),
        ("refund", "nps_reward_reversed", "Points were taken back"),
        ("gift card", "nps_gift_card", "Your gift card for Tea & Co"),
    ],
)
def test_each_says_in_its_subject_what_it_is_about(write, name, event, subject):
    mail = write(name)

    assert (mail.event, mail.message.subject) == (event, subject)
    assert read(html_of(mail)).one("title").source == subject


def test_the_thanks_say_what_friends_get_and_what_the_owner_gets(write):
    mail = write("thanks")

    html = read(html_of(mail))
    assert html.one("p", class_="code").text == "K7RMPW2X"
    assert html.one("a", class_="link")["href"] == CODE["share_url"]
    for words in (
        "Your friend gets 10% off the first order. The order must come to $30.00 or more.",
        "You get $5.00 in points for each friend whose order is paid and delivered.",
        "You can use the points from April 12, 2026 on",
    ):
        assert words in html.text
        assert words in mail.message.body
    assert "\nK7RMPW2X\n" in mail.message.body
    assert "$12.34 (1,234 points)" in mail.message.body


def test_the_thanks_leave_out_what_there_is_not(write):
    assert "cashback" not in write("code").message.body
    assert "code" not in write("cashback").message.body
    bare = write("thanks", friend_gets="", owner_gets="", minimum="", share_url="", available_on=None).message.body
    assert not re.search("Your friend gets|You get \\$|this link|must come|You can use", bare)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("refund", "Part of the money for an order was given back"),
        ("canceled", "An order was cancelled"),
        ("refunded", "An order was refunded"),
        ("returned", "An order was returned"),
    ],
)
def test_a_reversal_says_why(write, name, words):
    mail = write(name)

    assert words in mail.message.body
    assert words in read(html_of(mail)).text
    assert mail.payload["reason"] == WRITERS[name][1]["reason"]


def test_a_gift_card_can_be_copied_and_says_how_long_it_is_good(write):
    mail = write("gift card")

    assert read(html_of(mail)).one("p", class_="code").text == "9F3A-0C7E-51B2"
    assert "\n9F3A-0C7E-51B2\n" in mail.message.body
    assert "It is valid until April 12, 2027." in write("gift card", expires_on=date(2027, 4, 12)).message.body
    assert "valid until" not in write("gift card", expires_on=None).message.body


@pytest.mark.parametrize("name", REFUSABLE)
def test_one_click_ends_the_mails_about_rewards(write, name):
    mail = write(name)

    headers = headers_of(mail)
    assert headers["List-Unsubscribe"] == f"<{OPT_OUT}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read(html_of(mail)).all("a")[-1]["href"] == OPT_OUT
    assert f"No more e-mails about rewards, please: {OPT_OUT}" in mail.message.body


def test_the_gift_card_comes_in_any_case(write):
    mail = write("gift card")

    assert not [name for name in headers_of(mail) if name.startswith("List-")]
    assert "opt-out" not in html_of(mail) + mail.message.body
    assert headers_of(mail)["Auto-Submitted"] == "auto-generated"


@every_mail
def test_each_leads_to_my_rewards(write, name):
    mail = write(name)

    assert REWARDS in [link["href"] for link in read(html_of(mail)).all("a")]
    assert f"My rewards: {REWARDS}" in mail.message.body


def test_two_mails_of_one_key_are_two_mails(write):
    ids = {headers_of(write(name))["Message-ID"] for name in ("thanks", "referral", "expiry", "refund", "gift card")}

    assert len(ids) == 5
    assert f"<{KEY}.gift_card@shop.example>" in ids


@every_mail
def test_a_line_break_in_any_text_never_starts_a_header(write, name):
    changes = {key: EVIL for key, value in WRITERS[name][1].items() if isinstance(value, str) and key != "reason"}
    links = {key: f"https://shop.example/{EVIL}" for key in ("rewards_url", "opt_out_url") if name in REFUSABLE}
    mail = write(name, brand=replace(BRAND, shop_name=EVIL, sender_name=EVIL), first_name=EVIL, **links, **changes)

    assert set(headers_of(mail)) == set(headers_of(write(name)))
    assert "everybody" not in headers_of(mail)["To"]
    assert b"\r\nBcc:" not in on_the_wire(mail.message).partition(b"\r\n\r\n")[0]


@every_mail
def test_what_people_typed_is_text(write, name):
    evil = "<script>alert(1)</script>"
    changes = {key: evil for key, value in WRITERS[name][1].items() if isinstance(value, str) and key != "reason"}

    document = read(html_of(write(name, brand=replace(BRAND, shop_name=evil), first_name="<b>Ada</b>", **changes)))

    assert document.all("script") == document.all("b") == []


@every_mail
def test_a_first_name_that_advertises_is_left_out(write, name):
    mail = write(name, first_name="Win at spam.example")

    assert "spam" not in html_of(mail) + mail.message.body


@every_mail
@pytest.mark.parametrize("language", SUPPORTED)
def test_language_and_direction_are_the_reader_s(write, name, language):
    mail = write(name, language_code=language)

    document = read(html_of(mail))
    direction = "rtl" if language == "fa" else "ltr"
    assert (document.one("html")["lang"], document.one("html")["dir"]) == (language, direction)
    assert document.one("div", role="article")["dir"] == direction
    assert "prefers-color-scheme: dark" in html_of(mail)
    assert "MISSING" not in html_of(mail) + mail.message.body


@every_mail
@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
def test_no_english_is_left_in_a_translated_mail(write, name, language):
    def sentences(mail):
        document = read(html_of(mail))
        words = {element.text for tag in ("p", "h1", "td", "a", "div") for element in document.all(tag)}
        lines = {mail.message.subject, *mail.message.body.splitlines()}
        return {text for text in words | lines if re.search(r"[A-Za-z]{4}", text) and "https://" not in text}

    english, translated = sentences(write(name)), sentences(write(name, language_code=language))

    assert english & translated - {"Tea & Co", CODE["code"]} == set()


def test_persian_amounts_stand_apart_in_persian_digits_and_codes_stay_as_they_are_typed(write):
    mail = write("thanks", language_code="fa")

    assert "\u2068$۱۲.۳۴\u2069 (\u2068۱٬۲۳۴ امتیاز\u2069)" in mail.message.body
    assert "\nK7RMPW2X\n" in mail.message.body, "marks would be copied together with the code"
    assert read(html_of(mail)).one("p", class_="code")["dir"] == "ltr"


@pytest.mark.parametrize(
    ("language", "points", "words"),
    [
        ("en", 1, "(1 point)"),
        ("pl", 1, "(1 punkt)"),
        ("pl", 3, "(3 punkty)"),
        ("pl", 5, "(5 punktów)"),
        ("ru", 1, "(1 балл)"),
        ("ru", 2, "(2 балла)"),
        ("ru", 11, "(11 баллов)"),
        ("ru", 21, "(21 балл)"),
        ("ro", 1, "(1 punct)"),
        ("ro", 5, "(5 puncte)"),
        ("ro", 20, "(20 de puncte)"),
        ("de", 1000, "(1.000 Punkte)"),
        ("fr", 1, "(1 point)"),
        ("es", 2, "(2 puntos)"),
    ],
)
def test_points_follow_the_plural_rules_of_the_language(write, language, points, words):
    assert words in write("referral", language_code=language, points=points).message.body


@every_mail
def test_the_payload_is_json_with_the_facts(write, name):
    mail = write(name)

    payload = json.loads(json.dumps(mail.payload))
    assert payload["recipient_email"] == "ada@example.com"
    assert payload["rewards_url"] == REWARDS
    assert (payload["html"], payload["text"]) == (html_of(mail), mail.message.body)
    assert payload["opt_out_url"] == (OPT_OUT if name in REFUSABLE else "")
    if name == "thanks":
        assert {key: payload[key] for key in CODE} == CODE
        assert (payload["points"], payload["worth"], payload["day"]) == (1234, "$12.34", "2026-04-12")


@every_mail
def test_every_style_that_counts_is_inline_and_nothing_is_loaded(write, name):
    html = html_of(write(name))

    assert f"background-color: {BRAND.color}" in read(html).one("td", class_="button")["style"]
    assert set(re.findall(r"https?://([^/\"]+)", html)) <= {"shop.example", "tea.example"}


def test_a_survey_leads_to_my_rewards_only_where_there_are_any(survey_mail_with):
    without, with_link = survey_mail_with(), survey_mail_with(rewards_url=REWARDS)

    assert "ewards" not in html_of(without) + without.message.body
    assert REWARDS in [link["href"] for link in read(html_of(with_link)).all("a")]
    assert f"My rewards: {REWARDS}\n" in with_link.message.body
    assert with_link.payload["rewards_url"] == REWARDS
