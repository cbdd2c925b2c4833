"""The shorter way to our pages leads where Saleor's own way leads."""

import pytest
from django.utils import timezone
from freezegun import freeze_time
from saleor.plugins import views
from saleor.plugins.manager import get_plugins_manager
from saleor.plugins.models import PluginConfiguration

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation

pytestmark = pytest.mark.every_version


@pytest.fixture
def address(nps_plugin, order_with_lines):
    ensure_survey()
    nps_plugin(delay_hours="0")
    get_plugins_manager(allow_replica=False).order_fulfilled(order_with_lines)
    return f"/plugins/global/nps/s/{invitation_token(Invitation.objects.get().key)}/"


def both_ways(rf, address):
    """The answers of the shorter way and of Saleor's own."""
    answers, moment = [], timezone.now()
    for view in (views.handle_global_plugin_webhook, views.handle_global_plugin_webhook.__wrapped__):
        # The page says when it was opened.
        with freeze_time(moment):
            response = view(rf.get(address), address.split("/")[3])
        answers.append((response.status_code, response.headers.get("Content-Security-Policy"), response.content))
    return answers


@pytest.mark.parametrize("score", ["", "?score=9", "?score=eleven"])
def test_a_page_is_the_same_on_both_ways(rf, address, score):
    short, long = both_ways(rf, address + score)

    assert short == long
    assert short[0] == 200


def test_unknown_pages_are_the_same_on_both_ways(rf, address):
    for path in ("/plugins/global/nps/", "/plugins/global/nps/s/x/", "/plugins/global/nps/nothing"):
        short, long = both_ways(rf, path)

        assert short == long
        assert short[0] == 404


def test_an_inactive_plugin_is_inactive_on_both_ways(rf, address):
    PluginConfiguration.objects.filter(identifier="nps").update(active=False)

    short, long = both_ways(rf, address)

    assert (short[0], long[0]) == (404, 404)


def test_before_anything_is_stored_and_for_other_plugins_saleor_answers(rf, address):
    PluginConfiguration.objects.all().delete()

    for path in (address, "/plugins/global/mirumee.webhooks/"):
        short, long = both_ways(rf, path)
        assert short == long


def test_a_shop_without_the_plugin_serves_no_page(rf, address, settings):
    settings.PLUGINS = []

    assert [answer[0] for answer in both_ways(rf, address)] == [404, 404]
