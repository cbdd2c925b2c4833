"""The part of the Shop on Saleor that serves staff."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest

from . import saleor_customers, saleor_offers, saleor_settings, saleor_staff
from .desk import History, OfferVoucher
from .staff import Staff


class SaleorDesk:
    """See `Desk`."""

    def staff_from_token(self, token: str) -> Staff:
        return saleor_staff.from_token(token)

    def staff_from_password(self, request: HttpRequest, email: str, password: str) -> Staff:
        return saleor_staff.from_password(request, email, password)

    def staff(self, ids: Collection[int]) -> Mapping[int, Staff]:
        return saleor_staff.read_staff(ids)

    def staff_who_may(self, permission: str) -> list[Staff]:
        return saleor_staff.who_may(permission)

    def is_in_dashboard(self) -> bool:
        return saleor_staff.is_in_dashboard()

    def histories(self, order_ids: Collection[UUID]) -> Mapping[UUID, History]:
        return saleor_customers.histories(order_ids)

    def customer_history(self, user_id: int) -> History | None:
        return saleor_customers.customer_history(user_id)

    def revenue(self, order_ids: Collection[UUID]) -> Mapping[str, Decimal]:
        return saleor_customers.revenue(order_ids)

    def offer_vouchers(self, channel: str) -> list[OfferVoucher]:
        return saleor_offers.offer_vouchers(channel)

    def find_offer(self, text: str, channel: str) -> int:
        return saleor_offers.find_offer(text, channel)

    def publish_offer(self, code: str, voucher_id: int, channel: str) -> str:
        return saleor_offers.publish_offer(code, voucher_id, channel)

    def stored_settings(self) -> Mapping[str, str | bool]:
        return saleor_settings.stored_settings()

    def store_settings(self, values: Mapping[str, str | bool], *, known: Mapping[str, str | bool]) -> None:
        saleor_settings.store_settings(values, known=known)
