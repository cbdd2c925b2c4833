"""Who gets in, and what strangers see."""

import pytest

from preview.shop_desk import BEN, CYD

PAGES = ("", "overview/", "overview", "responses/", "rewards/", "surveys/", "settings/")


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_gets_a_bare_document(client, shop, address):
    answer = client.get(f"/dashboard{'/' if address else ''}{address}")

    assert answer.status_code == 200
    assert b'data-shell="yes"' in answer.content


@pytest.mark.parametrize("address", PAGES)
def test_staff_see_the_page(desk, address):
    ada = desk()

    assert ada.get(address).status_code == 200
    assert ada.sees().one("header", class_="sections")


@pytest.mark.parametrize("address", ["rewards/", "surveys/", "settings/"])
def test_who_lacks_the_permission_is_told_which(desk, address):
    ben = desk(BEN)

    assert ben.get(address).status_code == 403
    assert "permission" in ben.sees().one("section").text


def test_somebody_without_any_permission_is_told_so_everywhere(desk):
    cyd = desk(CYD)

    assert cyd.get("overview/").status_code == 403
