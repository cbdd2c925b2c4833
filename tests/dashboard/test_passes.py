"""How one pass begets the next, for who works in a popup longer than the Dashboard's token lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from freezegun import freeze_time

from preview.shop_desk import ADA, BEN

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def popup(client, shop, db):
    """Asks for a pass with what is given as the header Authorization; None where there is none."""

    def ask(authorization):
        answer = client.post("/dashboard/session/", headers={"authorization": authorization})
        return answer.json()["pass"] if answer.status_code == 200 else None

    return ask


def opens(client, written, address="settings/"):
    headers = {"authorization": f"Bearer {written}", "hx-request": "true"}
    return client.get(f"/dashboard/{address}", headers=headers).status_code == 200


def test_a_pass_that_is_still_good_begets_the_next(client, popup):
    with freeze_time(MORNING) as clock:
        first = popup(f"Bearer token of {ADA.email}")
        clock.tick(timedelta(minutes=25))
        second = popup(f"Pass {first}")
        clock.tick(timedelta(minutes=10))

        assert not opens(client, first)
        assert opens(client, second)


def test_a_pass_that_ran_out_begets_nothing(popup):
    with freeze_time(MORNING) as clock:
        first = popup(f"Bearer token of {ADA.email}")
        clock.tick(timedelta(minutes=31))

        assert popup(f"Pass {first}") is None


def test_after_eight_hours_the_dashboard_has_to_say_again_who_is_there(popup):
    with freeze_time(MORNING) as clock:
        current = popup(f"Bearer token of {ADA.email}")
        for _ in range(24):
            clock.tick(timedelta(minutes=20))
            current = popup(f"Pass {current}")
        assert current is not None
        clock.tick(timedelta(minutes=1))

        assert popup(f"Pass {current}") is None
        assert popup(f"Bearer token of {ADA.email}") is not None


def test_the_next_pass_permits_no_more_than_the_first(client, popup):
    current = popup(f"Pass {popup(f'Bearer token of {BEN.email}')}")

    assert opens(client, current, "overview/")
    assert not opens(client, current, "settings/")


@pytest.mark.parametrize("happens", ["change_password", "dismiss"])
def test_a_pass_begets_nothing_once_its_owner_may_not_come_in(popup, shop, happens):
    first = popup(f"Bearer token of {ADA.email}")

    getattr(shop, happens)(ADA.id)

    assert popup(f"Pass {first}") is None


def test_a_pass_begets_nothing_once_the_app_is_switched_off(popup, shop):
    first = popup(f"Bearer token of {ADA.email}")

    shop.is_open = False

    assert popup(f"Pass {first}") is None


@pytest.mark.parametrize("written", ["", "nonsense", "a:b:c", "x" * 5000])
def test_what_is_no_pass_begets_none(popup, written):
    assert popup(f"Pass {written}") is None
    assert popup(f"Bearer {written}") is None
    assert popup(written) is None
