from datetime import timedelta

import pytest

from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.models import Invitation
from tests.pages.conftest import Visitor


def opted_out():
    return Shopper.objects.get().opted_out_at is not None


def test_get_asks_first(visitor):
    response = visitor.get("opt-out/")

    assert response.status_code == 200
    assert visitor.sees().one("h1").text == "No more surveys?"
    assert visitor.sees().one("button").text == "Stop sending me surveys"
    assert not opted_out()


def test_the_button_opts_out(visitor):
    response = visitor.post({}, "opt-out/")

    assert response.status_code == 200
    assert visitor.sees().one("h1").text == "You get no more surveys"
    assert visitor.sees().all("button") == []
    assert opted_out()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_one_click_from_a_mail_program_opts_out_without_a_redirect(visitor, kind):
    body = b"List-Unsubscribe=One-Click"
    if "multipart" in kind:
        body = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'

    assert visitor.post(body, "opt-out/", content_type=kind).status_code == 200
    assert opted_out()


def test_opting_out_again_changes_nothing(visitor):
    visitor.post({}, "opt-out/")
    first = Shopper.objects.get().opted_out_at

    assert visitor.post({}, "opt-out/").status_code == 200
    assert visitor.get("opt-out/").status_code == 200
    assert visitor.sees().one("h1").text == "You get no more surveys"
    assert Shopper.objects.get().opted_out_at == first


def test_leaving_works_when_answering_no_longer_does(visitor, story, shop):
    Invitation.objects.update(expires_at=story.now - timedelta(days=400))
    shop.configure(enabled=False)

    assert visitor.get("opt-out/").status_code == 200
    assert visitor.post({}, "opt-out/").status_code == 200
    assert opted_out()


def test_leaving_works_for_somebody_who_was_forgotten(visitor):
    Invitation.objects.update(shopper=None)

    assert visitor.get("opt-out/").status_code == 200
    assert visitor.post({}, "opt-out/").status_code == 200


def test_nobody_leaves_with_a_link_we_never_made(invitation):
    stranger = Visitor("nonsense")

    assert stranger.get("opt-out/").status_code == 404
    assert stranger.post({}, "opt-out/").status_code == 404
    assert not opted_out()


def test_the_survey_stays_open_for_somebody_who_left(visitor, answers):
    visitor.post({}, "opt-out/")

    assert visitor.post({"score": "9"}).status_code == 303
    assert answers() == [(9, "")]
