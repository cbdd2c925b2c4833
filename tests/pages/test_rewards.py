"""My rewards: balance, history, codes."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest

from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.links import invitation_token, shopper_token
from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.forging import changed
from tests.pages.conftest import Visitor
from tests.pages.member import CHANNEL, Member
from tests.reading import read


def test_somebody_without_points_is_told_so(member):
    assert member.get().status_code == 200
    assert member.sees().one("p", class_="big").text == "$0.00"
    assert member.sees().all("form") == []


def test_somebody_without_an_account_is_told_so(member):
    member.account.delete()

    assert member.get().status_code == 200
    assert "You have no points yet." in member.sees().text


def test_the_balance_what_waits_and_what_ends_next(member):
    member.earns(1200, lasts=365)
    member.earns(500, ago=50, lasts=80)
    member.earns(300, kind="referral", ago=2, waits=30)
    member.earns(45, ago=1, waits=30)

    member.get()

    card = member.sees().one("section", aria_label="USD")
    assert card.text.startswith("You can use now $17.00 1,700 points The next to expire, on")
    assert "500 points ($5.00)." in card.text
    waiting = [line.text for line in card.one("ul", class_="lines").all("li")]
    assert [re.sub(r"until .*? \d{4} ", "", line) for line in waiting] == ["$3.00 300 points", "$0.45 45 points"]


def test_every_line_of_the_history_has_a_reason(member, now):
    cashback = member.earns(1000, ago=90)
    member.earns(500, kind="referral", ago=80)
    ledger.spend(member.account, points=600, key="x", now=now - timedelta(days=9), channel=CHANNEL, gift_card_id=1)
    ledger.reverse(cashback, share=Fraction(3, 10), now=now - timedelta(days=8))
    ledger.adjust(member.account, points=-7, key="y", reason="Counted <twice>", author_id=1, now=now)

    member.get()

    lines = [re.sub(r" [A-Z][a-z]+ \d+, \d{4}", "", line) for line in member.history()]
    assert lines == [
        "Counted <twice> −7 $0.07",
        "Taken back: the order was refunded or cancelled −300 $3.00",
        "Turned into a gift card −600 $6.00",
        "A friend ordered with your code +500 $5.00",
        "Cashback for your order +1,000 $10.00",
    ]


def test_a_long_history_comes_in_pages(member):
    for number in range(1, 121):
        member.earns(number, ago=200 - number)

    seen = []
    member.get()
    while True:
        seen += [int(re.search(r"\+(\d+)", line)[1]) for line in member.history()]
        older = [link["href"] for link in member.sees().all("a") if "before" in link["href"]]
        if not older:
            break
        assert member.sees().all("ul", class_="lines")[-1].all("li")[49:50]
        member.get(older[0].removeprefix("./"))

    assert seen == list(range(120, 0, -1))
    assert member.sees().all("form") == [], "older pages show the history only"


@pytest.mark.parametrize("before", ["0", "99999999999999999999", "-1", "x", "%00", "1;--"])
def test_a_page_that_there_is_none_of_is_the_first(member, before):
    member.earns(5)

    assert member.get(f"?before={before}").status_code == 200
    assert len(member.history()) == 1


def test_nobody_pages_by_an_entry_of_somebody_else(member, shop, now):
    other = Member(shop, now, email="eve@example.com")
    entry = other.earns(70)
    member.earns(500)

    member.get(f"?before={entry.pk}")

    assert member.sees().all("form"), "the page is the first one"
    assert len(member.history()) == 1


def test_less_than_nothing_is_explained(member, now):
    taken = member.earns(500, kind="referral")
    ledger.spend(member.account, points=500, key="x", now=now - timedelta(days=9), channel=CHANNEL, gift_card_id=1)
    ledger.reverse(taken, share=Fraction(1), now=now)

    member.get()

    card = member.sees().one("section", aria_label="USD")
    assert "−$5.00 −500 points The balance is below zero because rewards were taken back." in card.text
    assert member.sees().all("form") == []


def test_own_codes_can_be_shared_from_here(member, now):
    code = codes.ensure_code(member.shopper, CHANNEL, now=now)

    member.get()

    assert member.sees().one("input", class_="code")["value"] == code.code
    codes.deactivate(code, now=now)
    member.get()
    assert member.sees().all("input", class_="code") == []


def test_an_account_finds_its_points_by_every_link_of_its_own(member, shop):
    member.earns(2000)
    Shopper.objects.filter(pk=member.shopper.pk).update(user_id=7)
    second = recognize(email="ada@work.example", user_id=7)

    visitor = Visitor(shopper_token(second.key), "r")

    visitor.get()
    assert "You can use now $20.00" in visitor.sees().text


@pytest.mark.parametrize("page", ["", "redeem/", "redeemed/", "opt-out/", "opt-in/"])
def test_a_link_we_never_made_is_unknown(member, page):
    member.earns(2000)
    good = member.token
    forged = changed(good)
    of_surveys = invitation_token(member.shopper.key)

    for token in (forged, of_surveys, "nonsense", "x" * 5000, "%00"):
        stranger = Visitor(token, "r")
        assert stranger.get(page).status_code == 404
        assert stranger.sees().one("h1").text == "We cannot find this page"
    assert Visitor(good).get().status_code == 404, "it opens no survey either"


def test_the_link_of_somebody_who_is_gone_is_unknown(member):
    member.account.delete()
    member.shopper.delete()

    assert member.get().status_code == 404


def test_a_link_without_its_last_slash_leads_here(member):
    assert member.browser.get(f"/r/{member.token}", follow=True).status_code == 200


@pytest.mark.parametrize("language", [code for code in SUPPORTED if code != "en"])
def test_no_english_is_left_on_a_translated_page(shop, now, db, language):
    def visit(member):
        member.earns(2000)
        member.earns(500, kind="referral", ago=3, waits=30, lasts=30)
        member.earns(600, kind="bonus", ago=2, lasts=40)
        codes.ensure_code(member.shopper, CHANNEL, now=now)
        pages = [member.get(), member.redeems("1"), member.redeems("x"), member.redeems("99999")]
        pages += [member.redeems("500"), member.redeems("600")]
        pages += [
            member.get(f"redeemed/?entry={PointsEntry.objects.filter(kind='redemption').last().pk}"),
            member.get(),
        ]
        pages += [member.get("opt-out/"), member.post({}, "opt-out/"), member.get(), member.post({}, "opt-in/")]
        texts = {text for page in pages if page.content for text in words_of(page.content)}
        return {text for text in texts if re.search(r"[A-Za-z]{3}", re.sub(r"[\w•]*@\S+", "", text))}

    english = visit(Member(shop, now, email="en@example.com"))
    translated = visit(Member(shop, now, email="other@example.com", language_code=language))

    # French and English share the word for points.
    known = {"WhatsApp", "Tea & Co", "USD"}
    assert len(english) > 40
    assert {text for text in english & translated if not re.fullmatch(r"[\d,]+ points", text)} - known == set()


def words_of(content):
    for element in read(content).all():
        if element.tag not in {"style", "script"}:
            yield from (child.strip() for child in element.children if isinstance(child, str))
            yield from (element.attributes.get(name, "") for name in ("aria-label", "data-sending", "data-share"))


def test_persian_runs_from_right_to_left_in_its_own_digits(shop, now, db):
    member = Member(shop, now, language_code="fa")
    member.earns(1234)

    member.get()

    page = member.sees()
    assert page.one("html")["dir"] == "rtl"
    assert "۱٬۲۳۴ امتیاز" in page.text
    assert {element["dir"] for element in page.all("bdi")} == {"ltr"}
    assert not re.search("[0-9]", page.one("main").text)


def test_without_a_known_language_the_browser_s_is_spoken(member, shop):
    shop.remove_order(member.order.id)

    member.get(**{"Accept-Language": "pl"})

    assert member.sees().one("html")["lang"] == "pl"
