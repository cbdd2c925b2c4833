"""What of codes and points belongs to a user of Saleor."""

from datetime import datetime

from promise import Promise
from saleor.account.models import User
from saleor.graphql.core import ResolveInfo

from ..accounts import follow_account
from ..errors import Invalid
from ..referrals.models import ReferralCode
from ..rewards import ledger
from ..rewards.models import PointsAccount
from ..shoppers.models import Shopper
from ..shoppers.recognizing import email_hash, recognize_customer
from .reward_loaders import (
    AccountsByShopperIdLoader,
    CodesByShopperIdLoader,
    Customer,
    ShoppersOfCustomerLoader,
    shoppers_of,
)


def customer_of(user: User) -> Customer:
    """Return the key under which a user's shoppers are loaded.

    What a guest earned belongs to the address. An account gets it, like Saleor's own orders of guests, once it has confirmed
    the address.
    """
    return user.pk, user.email if user.is_confirmed else ""


def is_own(shopper: Shopper | None, user: User) -> bool:
    """Whether a shopper is this user, or the guest with the user's address."""
    if shopper is None:
        return False
    user_id, address = customer_of(user)
    return shopper.user_id == user_id or (
        shopper.user_id is None and bool(address) and shopper.email_hash == email_hash(address)
    )


def accounts_of(info: ResolveInfo, user: User) -> Promise[list[PointsAccount]]:
    """Return the accounts of a user, one per currency."""

    def choose(of_shoppers: list[list[PointsAccount]]) -> list[PointsAccount]:
        chosen: dict[str, PointsAccount] = {}
        for accounts in of_shoppers:
            for account in accounts:
                chosen.setdefault(account.currency, account)
        return [chosen[currency] for currency in sorted(chosen)]

    return _shopper_ids(info, user).then(AccountsByShopperIdLoader(info.context).load_many).then(choose)


def code_of(info: ResolveInfo, user: User, channel: str) -> Promise[ReferralCode | None]:
    """Return the code of a user in a channel: the active one, else the last that was."""

    def choose(of_shoppers: list[list[ReferralCode]]) -> ReferralCode | None:
        codes = [code for codes in of_shoppers for code in codes if code.channel == channel]
        return next((code for code in codes if code.deactivated_at is None), codes[0] if codes else None)

    return _shopper_ids(info, user).then(CodesByShopperIdLoader(info.context).load_many).then(choose)


def _shopper_ids(info: ResolveInfo, user: User) -> Promise[list[int]]:
    shoppers = ShoppersOfCustomerLoader(info.context).load(customer_of(user))
    return shoppers.then(lambda rows: [row.pk for row in rows])


# For mutations: read and written at once.


def own_accounts(user: User, *, now: datetime) -> dict[str, PointsAccount]:
    """Return the accounts of a user by currency."""
    return {account.currency: account for account in ledger.accounts_of([row.pk for row in _own_shoppers(user, now)])}


def shopper_of(user: User, *, now: datetime) -> Shopper:
    """Return the shopper that a user is, made if need be.

    Raises Invalid for an account with an unconfirmed address under which somebody else is known.
    """
    own = _own_shoppers(user, now)
    shopper = own[0] if own else recognize_customer(email=user.email, user_id=user.pk)
    if shopper.user_id != user.pk:
        raise Invalid("The e-mail address of this account is not confirmed yet.")
    return shopper


def _own_shoppers(user: User, now: datetime) -> list[Shopper]:
    """Return the shoppers that a user is, after what a guest with the same address has got became the user's."""
    shoppers = shoppers_of([customer_of(user)])[0]
    if all(shopper.user_id for shopper in shoppers):
        return shoppers
    follow_account(user_id=user.pk, email=user.email, now=now)
    return shoppers_of([customer_of(user)])[0]
