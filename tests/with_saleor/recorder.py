"""A plugin that writes down which of Saleor's events it was told of."""

from typing import Any, ClassVar

from saleor.plugins.base_plugin import BasePlugin

RECORDER = f"{__name__}.Recorder"


class Recorder(BasePlugin):
    PLUGIN_ID = "tests.recorder"
    PLUGIN_NAME = "Recorder"
    CONFIGURATION_PER_CHANNEL = False
    DEFAULT_ACTIVE = True
    told: ClassVar[list[tuple[str, str]]] = []

    def voucher_created(self, voucher: Any, code: str, previous_value: Any, **kwargs: Any) -> None:
        self.told.append(("voucher_created", code))

    def voucher_updated(self, voucher: Any, code: str, previous_value: Any, **kwargs: Any) -> None:
        self.told.append(("voucher_updated", code))

    def voucher_codes_created(self, codes: Any, previous_value: Any, **kwargs: Any) -> None:
        self.told.append(("voucher_codes_created", " ".join(code.code for code in codes)))

    def gift_card_created(self, gift_card: Any, previous_value: Any, **kwargs: Any) -> None:
        self.told.append(("gift_card_created", gift_card.code))

    def gift_card_sent(self, gift_card: Any, channel_slug: str, email: str, previous_value: Any, **kwargs: Any) -> None:
        self.told.append(("gift_card_sent", f"{channel_slug} {email}"))


class Failing(Recorder):
    PLUGIN_ID = "tests.failing"

    def voucher_codes_created(self, codes: Any, previous_value: Any, **kwargs: Any) -> None:
        raise RuntimeError("this plugin is broken")

    def gift_card_created(self, gift_card: Any, previous_value: Any, **kwargs: Any) -> None:
        raise RuntimeError("this plugin is broken")
