"""The whole story in a real Saleor: staff fulfil, a mail arrives, a customer answers, the score appears."""

import logging
import os
import re
import shutil

import graphene
import pytest
import requests
from django.utils import timezone

from saleor_nps_plugin import privacy, tasks
from saleor_nps_plugin.logs import REQUEST_LOGGERS
from saleor_nps_plugin.surveys.models import Invitation, Response
from tests.with_saleor.mail_server import mail_server, saleor_server

pytestmark = [pytest.mark.every_version, pytest.mark.django_db(transaction=True)]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FULFILL = """
mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) { order { status npsInvitations { status } } errors { field message } }
}
"""
SCORE = "{ npsScore { value responses promoters marginOfError responseRate trend { from score { value } } } }"
ORDER = """
query ($id: ID!) { order(id: $id) { npsResponses { score comment category survey { slug } } npsInvitations { status url } } }
"""
SUBMIT = """
mutation ($token: String!, $input: NpsResponseInput!) {
  npsResponseSubmit(token: $token, input: $input) { npsResponse { score comment } thanks { message } errors { field message code } }
}
"""


@pytest.fixture
def staff(staff_user, permission_group_manage_orders):
    permission_group_manage_orders.user_set.add(staff_user)
    return staff_user


class Shop:
    """Saleor over HTTP, as its staff and its customers reach it."""

    def __init__(self, url, mails, staff):
        self.url, self.mails, self.staff = url, mails, staff
        self.token = ""
        answer = self.ask(
            "mutation ($e: String!, $p: String!) { tokenCreate(email: $e, password: $p) { token } }",
            e=staff.email,
            p="password",
        )
        self.token = answer["tokenCreate"]["token"]

    def ask(self, query, **variables):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = requests.post(
            f"{self.url}/graphql/", json={"query": query, "variables": variables}, headers=headers, timeout=30
        ).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def fulfill(self, order, warehouse):
        lines = [
            {
                "orderLineId": graphene.Node.to_global_id("OrderLine", line.pk),
                "stocks": [
                    {"quantity": line.quantity, "warehouse": graphene.Node.to_global_id("Warehouse", warehouse.pk)}
                ],
            }
            for line in order.lines.all()
        ]
        data = {"lines": lines, "notifyCustomer": False, "allowStockToBeExceeded": True}
        return self.ask(FULFILL, order=graphene.Node.to_global_id("Order", order.pk), input=data)["orderFulfill"]

    def mailed_link(self, score):
        """The link of one score in the only survey mail."""
        (mail,) = [mail for mail in self.mails.mails if "?score=" in mail.as_string()]
        html = mail.get_body(("html",)).get_content()
        return next(
            link.replace("&amp;", "&")
            for link in re.findall(r'href="([^"]+)"', html)
            if link.endswith(f"?score={score}")
        )


@pytest.fixture
def shop(settings, site_settings, nps_plugin, staff):
    with mail_server() as (mails, port), saleor_server() as url:
        settings.PUBLIC_URL = url
        site_settings.site.domain = url.removeprefix("http://")
        site_settings.site.save()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        nps_plugin(delay_hours="0", delivery="django", shop_name="Tea & Co")
        yield Shop(url, mails, staff)


def fulfill_and_mail(shop, order, warehouse):
    fulfilled = shop.fulfill(order, warehouse)
    assert fulfilled == {"order": {"status": "FULFILLED", "npsInvitations": [{"status": "SCHEDULED"}]}, "errors": []}
    tasks.send_due.delay()


def test_from_a_fulfilled_order_to_the_score_in_a_real_browser(shop, order_with_lines, warehouse):
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    fulfill_and_mail(shop, order_with_lines, warehouse)

    answer_in_browser(shop.mailed_link(9), comment="Lovely tea <3")

    assert shop.ask(SCORE)["npsScore"] | {"trend": None, "marginOfError": None} == {
        "value": 100,
        "responses": 1,
        "promoters": 1,
        "responseRate": 1.0,
        "trend": None,
        "marginOfError": None,
    }
    order = shop.ask(ORDER, id=graphene.Node.to_global_id("Order", order_with_lines.pk))["order"]
    assert order["npsResponses"] == [
        {"score": 9, "comment": "Lovely tea <3", "category": "PROMOTER", "survey": {"slug": "after-delivery"}}
    ]
    assert order["npsInvitations"][0]["status"] == "ANSWERED"


def answer_in_browser(link, *, comment):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(link)
        assert page.locator("input[name=score]:checked").input_value() == "9"
        page.locator("textarea").fill(comment)
        page.get_by_role("button").click()
        page.wait_for_load_state()
        assert page.locator("textarea").count() == 0
        assert "Tea & Co" in page.content().replace("&amp;", "&")
        browser.close()


def test_a_mail_scanner_that_opens_every_link_answers_nothing(shop, order_with_lines, warehouse):
    fulfill_and_mail(shop, order_with_lines, warehouse)

    for score in range(11):
        page = requests.get(shop.mailed_link(score), timeout=30)
        assert page.status_code == 200
        assert requests.head(shop.mailed_link(score), timeout=30).status_code == 200

    assert not Response.objects.exists()
    assert Invitation.objects.get().opened_at is None


def test_a_storefront_answers_through_graphql(shop, order_with_lines, warehouse):
    fulfill_and_mail(shop, order_with_lines, warehouse)
    token = shop.mailed_link(0).split("/s/")[1].split("/")[0]
    shop.token = ""

    answer = shop.ask(SUBMIT, token=token, input={"score": 3, "comment": "Cold"})["npsResponseSubmit"]

    assert answer["errors"] == []
    assert answer["npsResponse"] == {"score": 3, "comment": "Cold"}
    assert answer["thanks"]["message"]
    assert Response.objects.get().case_status == "open"


def test_one_click_opts_out_of_surveys(shop, order_with_lines, warehouse):
    fulfill_and_mail(shop, order_with_lines, warehouse)
    (mail,) = [mail for mail in shop.mails.mails if mail["List-Unsubscribe"]]
    address = mail["List-Unsubscribe"].strip(" <>")

    assert requests.get(address, timeout=30).status_code == 200
    assert Invitation.objects.get().shopper.opted_out_at is None
    assert requests.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=30).status_code == 200

    assert Invitation.objects.get().shopper.opted_out_at is not None


def test_no_token_address_or_comment_is_in_any_line_of_log(shop, order_with_lines, warehouse, caplog, monkeypatch):
    for name in REQUEST_LOGGERS:
        # Servers keep these lines from other loggers' handlers.
        monkeypatch.setattr(logging.getLogger(name), "handlers", [caplog.handler])
    with caplog.at_level(logging.DEBUG):
        fulfill_and_mail(shop, order_with_lines, warehouse)
        link = shop.mailed_link(2)
        requests.get(link, timeout=30)
        requests.post(link, data={"score": "eleven", "comment": "secret words"}, timeout=30)
        requests.post(link, data={"score": "2", "comment": "secret words"}, timeout=30)
        privacy.forget(email=order_with_lines.user_email, now=timezone.now())
        requests.get(link, timeout=30)

    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("mail", "urllib3", "django.db"))
    )
    token = link.split("/s/")[1].split("/")[0]
    assert "/plugins/global/nps/s/<token>/" in ours
    assert [word for word in (token, order_with_lines.user_email, "secret words") if word in ours] == []


# Playwright's loop lives in the test's thread, which makes Django suspect every later query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
