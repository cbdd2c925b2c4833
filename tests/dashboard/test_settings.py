"""The page "Settings": the stored configuration, for people."""

import json

import pytest

from preview.shop_desk import ADA
from saleor_nps_plugin.shop.overrides import sections
from saleor_nps_plugin.shop.setting import GROUPS
from saleor_nps_plugin.shop.settings import CHANNEL_SETTINGS
from tests.surveys.story import an_order


class Page:
    """The form of settings as a browser has it: every field with what stands in it."""

    def __init__(self, desk, channel=""):
        self.desk, self.channel = desk, channel
        desk.get("settings/", channel=channel) if channel else desk.get("settings/")
        self.data = self._fields()

    def _fields(self):
        data = {}
        form = self.desk.sees().one("form", id="settings-form")
        for field in form.all("input"):
            kind = field.attributes.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in field:
                data.setdefault(field["name"], []).append(field.attributes.get("value", ""))
        for field in form.all("textarea"):
            data[field["name"]] = [field.source.removeprefix("\n")]
        return data

    def send(self, action="save/", **changes):
        """Change some fields and press a button."""
        data = self.data | {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
        return self.desk.post(f"settings/{action}", **data)

    def own(self, name, value, **more):
        """Give the channel a value of its own."""
        inherit = [other for other in self.data.get("inherit", []) if other != name]
        return self.send(inherit=inherit, **{name: value}, **more)

    def says(self, name):
        """What stands beside a field that is wrong."""
        return self.desk.sees().one(id=f"{name}-error").text

    @property
    def told(self):
        return json.loads(self.desk.last["HX-Trigger"])["nps:notify"]


@pytest.fixture
def page(desk):
    return lambda channel="", ada=None: Page(ada or desk(), channel)


def test_every_setting_is_there_with_a_field_that_fits(page):
    form = page()

    asked = set(form.data) | {"referral_enabled"}
    assert {setting.name for setting in CHANNEL_SETTINGS} <= asked
    assert {"enabled", "every_channel", "overrides"} <= asked
    seen = form.desk.sees()
    assert seen.one("input", id="delay_hours")["type"] == "number"
    assert (seen.one("input", id="delay_hours")["min"], seen.one("input", id="delay_hours")["max"]) == ("0", "8760")
    assert seen.one("input", id="brand_color")["type"] == "color"
    assert seen.one("input", id="logo_url")["type"] == "url"
    assert seen.one("input", id="sender_address")["type"] == "email"
    assert [field["value"] for field in seen.all("input", name="delivery")] == ["saleor", "django", "notify"]
    assert seen.one("input", name="enabled", type="checkbox")["role"] == "switch"


def test_every_setting_says_what_it_does_and_belongs_to_a_group(page):
    form = page()

    groups = {group for group, _, _ in GROUPS}
    for setting in CHANNEL_SETTINGS:
        assert setting.group in groups
        assert form.desk.sees().one("p", id=f"{setting.name}-hint").text


def test_saving_stores_what_was_changed_and_nothing_else(page, shop):
    form = page()
    before = shop.stored_settings()

    form.send(delay_hours="48", sender_name="  Tea  &  Co ", enabled=["false"])

    assert form.told == {"text": "Settings saved.", "status": "success", "close": False}
    assert shop.stored_settings() == {**before, "delay_hours": "48", "sender_name": "Tea & Co", "enabled": False}
    assert shop.settings().base.delay_hours == 48
    assert form._fields()["delay_hours"] == ["48"]


def test_saving_without_a_change_says_so(page, shop):
    form = page()
    before = shop.stored_settings()

    form.send()

    assert form.told["text"] == "Nothing was changed."
    assert shop.stored_settings() == before


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(page, shop):
    form = page()
    before = shop.stored_settings()

    form.send(delay_hours="soon", brand_color="#ffff00", shop_name="New name")

    assert "HX-Trigger" not in form.desk.last
    assert "2 settings need another value" in form.desk.sees().one("div", role="alert").text
    assert "whole number from 0 to 8760" in form.says("delay_hours")
    assert "darker colour" in form.says("brand_color")
    seen = form.desk.sees()
    assert seen.one("input", id="delay_hours")["value"] == "soon"
    assert seen.one("input", id="shop_name")["value"] == "New name"
    assert seen.one("input", id="delay_hours")["aria-invalid"] == "true"
    assert "data-unsent" in seen.one("form")
    assert shop.stored_settings() == before


def test_numbers_may_be_written_as_readers_of_other_languages_do(page, shop):
    page().send(delay_hours="۷۲", minimum_order_total="19,90")

    assert shop.stored_settings()["delay_hours"] == "72"
    assert shop.stored_settings()["minimum_order_total"] == "19.90"


def test_channels_are_chosen_from_those_that_there_are(page, shop):
    form = page()

    form.send(every_channel="no", channels=["channel-pln"])

    assert shop.settings().channels == ("channel-pln",)
    form.data = form._fields()
    form.send(every_channel="no", channels=[])
    assert "at least one channel" in form.says("channels")
    form.send(every_channel="yes")
    assert shop.settings().channels == ()


def test_a_channel_has_the_shops_values_until_it_has_its_own(page, shop):
    shop.configure(enabled=True, delay_hours="24", overrides="[channel-pln]\ncooldown_days = 30")

    form = page("channel-pln")

    assert "delay_hours" in form.data["inherit"] and "cooldown_days" not in form.data["inherit"]
    assert form.data["delay_hours"] == ["24"] and form.data["cooldown_days"] == ["30"]
    assert "24 hours" in form.desk.sees().text


def test_a_channels_own_value_is_written_into_the_text_of_all_channels(page, shop):
    by_hand = "# by hand\n[default-channel]\nreminder_after_hours = 1\n\n[channel-pln]\ncooldown_days = 30"
    shop.configure(enabled=True, overrides=by_hand)

    page("channel-pln").own("delay_hours", "72")

    assert shop.stored_settings()["overrides"] == f"{by_hand}\ndelay_hours = 72"
    form = page("channel-pln")
    form.send(inherit=[*form.data["inherit"], "cooldown_days", "delay_hours"])
    assert sections(shop.stored_settings()["overrides"]) == {"default-channel": {"reminder_after_hours": "1"}}
    assert "# by hand" in shop.stored_settings()["overrides"]


def test_a_wrong_value_of_a_channel_is_said_beside_its_field(page, shop):
    form = page("channel-pln")

    form.own("delay_hours", "never")

    assert "whole number" in form.says("delay_hours")
    assert shop.stored_settings()["overrides"] == ""


def test_a_text_of_channels_that_cannot_be_read_leads_to_its_repair(page, shop, desk):
    shop.configure(enabled=True)
    shop.stored["overrides"] = "delay_hours = 3"

    ada = desk()
    ada.get("settings/", channel="channel-pln")
    assert "cannot be read" in ada.sees().text
    form = page()
    assert "[slug-of-the-channel]" in form.says("overrides")
    form.send(overrides="[channel-pln]\r\ndelay_hours = 3\r\n")
    assert shop.settings().for_channel("channel-pln").delay_hours == 3


def test_a_stored_value_that_is_no_longer_accepted_is_shown_as_wrong(page, shop):
    shop.stored["delay_hours"] = "a week"

    form = page()

    assert form.data["delay_hours"] == ["a week"] and "whole number" in form.says("delay_hours")


def test_who_saves_second_is_told_what_the_first_one_saved_and_keeps_what_was_typed(page, shop):
    first, second = page(), page()
    first.send(delay_hours="48", shop_name="First")

    second.send(delay_hours="24", sender_name="Second")

    assert "HX-Trigger" not in second.desk.last
    assert "Somebody else has saved" in second.desk.sees().one("div", role="alert").text
    assert shop.stored_settings()["delay_hours"] == "48"
    seen = second.desk.sees()
    assert seen.one("input", id="delay_hours")["value"] == "24"
    assert seen.one("input", id="sender_name")["value"] == "Second"
    assert seen.one("input", id="shop_name")["value"] == "First"
    assert [item.text for item in seen.all("p", class_="meanwhile")] == ["Saved by somebody else meanwhile: 48 hours"]

    second.data = second._fields()
    second.send()
    stored = shop.stored_settings()
    assert (stored["delay_hours"], stored["shop_name"], stored["sender_name"]) == ("24", "First", "Second")


def test_two_who_change_different_settings_both_have_theirs(page, shop):
    first, second = page(), page()
    first.send(delay_hours="48")

    second.send(cooldown_days="30")

    stored = shop.stored_settings()
    assert (stored["delay_hours"], stored["cooldown_days"]) == ("48", "30")
    assert second.told["status"] == "success"


def test_two_at_two_channels_both_have_theirs(page, shop):
    first, second = page("channel-pln"), page("default-channel")
    first.own("delay_hours", "48")

    second.own("delay_hours", "24")

    assert sections(shop.stored_settings()["overrides"]) == {
        "channel-pln": {"delay_hours": "48"},
        "default-channel": {"delay_hours": "24"},
    }


def test_settings_are_tried_before_they_are_saved(page, shop, survey):
    for number in range(3):
        shop.add_order(an_order(email=f"shopper-{number}@example.com", total=10 * number))
    form = page()
    before = shop.stored_settings()

    form.send("try/", minimum_order_total="15", days="7")

    assert form.desk.last.status_code == 200
    said = form.desk.sees().text
    assert "3 orders were fulfilled in the last 7 days" in said
    assert "1 customer would have been asked" in said and "2 would have been spared" in said
    assert "Order below the minimum total 2" in said
    assert shop.stored_settings() == before
    assert form.send("try/", minimum_order_total="much").status_code == 422


def test_a_survey_beside_the_cooldown_is_tried_as_such(page, shop, survey):
    for number in range(3):
        shop.add_order(an_order(email="ada@example.com", number=str(number)))
    form = page()

    form.send("try/", cooldown_days="90", days="7")
    assert "1 customer would have been asked" in form.desk.sees().text
    survey.ignores_cooldown = True
    survey.save()
    form.send("try/", cooldown_days="90", days="7")

    assert "3 customers would have been asked" in form.desk.sees().text


def test_a_channel_can_be_tried_although_the_shop_has_a_value_that_is_no_longer_accepted(page, shop, survey):
    shop.stored["delay_hours"] = "a week"
    shop.add_order(an_order(channel="channel-pln"))
    shop.add_order(an_order(channel="default-channel", email="ben@example.com"))
    form = page("channel-pln")

    form.send("try/", days="7")

    assert "1 customer would have been asked" in form.desk.sees().text


def test_the_days_of_a_customer_are_told(page, shop):
    shop.configure(enabled=True, delay_hours="5", reminder_after_hours="43", cooldown_days="90", sample_percent="40")

    steps = [item.text for item in page().desk.sees().one("ol").all("li")]

    assert steps == [
        "At once The order is fulfilled",
        "After 5 hours E-mail with one question about 40 of 100 orders, chosen by chance",
        "After 2 days One reminder to those who have not answered",
        "After 60 days The link stops working",
        "After 90 days May be asked again not before, however often they order",
    ]


def test_a_channel_that_is_not_there_is_not_found(desk):
    assert desk().get("settings/", channel="nowhere").status_code == 404
    assert desk().post("settings/save/", channel="nowhere").status_code == 404


def test_who_works_for_some_channels_sees_and_changes_those_alone(desk, shop, page):
    limited = shop.people[ADA.id] = ADA.__class__(
        **{**ADA.__dict__, "channels": frozenset({"channel-pln"}), "email": "ada@example.com"}
    )
    shop.configure(enabled=True, overrides="[default-channel]\nsender_name = Secret")
    ada = desk(limited)

    ada.get("settings/")
    assert "Secret" not in ada.sees().text and "default-channel" not in ada.sees().text
    assert ada.sees().one("input", name="channel")["value"] == "channel-pln"
    assert ada.get("settings/", channel="default-channel").status_code == 404
    assert ada.post("settings/save/", channel="", delay_hours="3").status_code == 404
    assert ada.post("settings/try/", channel="").status_code == 404
    page("channel-pln", ada).own("delay_hours", "72")
    assert shop.settings().for_channel("channel-pln").delay_hours == 72
    assert shop.settings().for_channel("default-channel").sender_name == "Secret"


def test_what_a_form_does_not_send_stays_as_it_is(desk, shop):
    before = shop.stored_settings()

    desk().post("settings/save/", channel="", was="{not json", delay_hours="3")

    assert shop.stored_settings() == {**before, "delay_hours": "3"}


def test_markup_in_a_value_is_text(page, shop):
    form = page()

    form.send(sender_name='"><script>alert(1)</script>')

    assert b"<script>alert" not in form.desk.last.content
    assert form._fields()["sender_name"] == ['"><script>alert(1)</script>']


def test_a_voucher_is_checked_together_with_all_else_and_the_channel_has_its_name(page, shop):
    shop.names["channel"] = {"channel-pln": "Poland", "default-channel": "Shop of the world"}
    form = page()
    shop.stored["enabled"] = True

    form.send(delay_hours="soon", passive_offer_voucher="Nowhere", enabled=["false", "true"])

    assert "whole number" in form.says("delay_hours")
    assert form.says("passive_offer_voucher").endswith("There is no voucher of which a code can be given.")
    assert "channel-pln" not in form.says("passive_offer_voucher") and "[" not in form.says("passive_offer_voucher")
    assert form.says("passive_offer_voucher").startswith("Shop of the world: ")
    assert "2 settings need another value" in form.desk.sees().text


def test_a_channel_is_told_of_its_own_voucher_only(page, shop):
    shop.stored |= {"enabled": True, "passive_offer_voucher": "Nowhere"}
    form = page("channel-pln")

    form.own("passive_offer_voucher", "Not this one either")

    assert form.says("passive_offer_voucher") == "There is no voucher of which a code can be given."
    assert shop.stored.get("overrides", "") == ""


def test_a_voucher_that_there_is_can_be_saved(page, shop):
    page().send(enabled=["false", "true"], passive_offer_voucher="Sorry")

    assert shop.stored_settings()["passive_offer_voucher"] == "Sorry"


def test_quiet_days_are_ticked_in_the_readers_own_words(page, shop, desk):
    shop.stored["quiet_days"] = "Saturday sun"
    form = page(ada=desk(language="de"))
    seen = form.desk.sees()

    ticked = [field["value"] for field in seen.all("input", name="quiet_days", type="checkbox") if "checked" in field]
    assert ticked == ["sat", "sun"]
    assert "Samstag" in seen.text and "Saturday" not in seen.text
    assert form.data["quiet_days"] == ["", "sat", "sun"]
    form.send(sender_name="Tea")
    assert shop.stored["quiet_days"] == "Saturday sun"
    form.send(quiet_days=["", "fri", "sun"])
    assert shop.stored["quiet_days"] == "fri, sun"
    form = page()
    form.send(quiet_days=[""])
    assert shop.stored["quiet_days"] == ""


def test_one_day_stays_free(page, shop):
    form = page()

    form.send(quiet_days=["", "mon", "tue", "wed", "thu", "fri", "sat", "sun"])

    assert "Leave at least one day" in form.says("quiet_days")
    ticked = form.desk.sees().all("input", name="quiet_days", type="checkbox")
    assert len(ticked) == 7 and all("checked" in field for field in ticked)


def test_a_channel_sees_the_shops_quiet_days_in_words(page, shop):
    shop.stored["quiet_days"] = "sat, sun"

    inherited = page("channel-pln").desk.sees().one("fieldset", aria_describedby="quiet_days-hint")

    assert "Saturday, Sunday" in inherited.one("span", class_="shops").text
