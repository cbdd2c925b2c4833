"""Signed public addresses."""

import re
from uuid import UUID

from django.core import signing

from .errors import TokenInvalid

# Part of every public address: links in e-mails already sent depend on it.
PLUGIN_ID = "nps"
PAGES_PATH = f"/plugins/global/{PLUGIN_ID}"
# Where the pages for staff begin; only together with the slash does Saleor join addresses to it rightly.
DASHBOARD_PATH = f"{PAGES_PATH}/dashboard/"
# By which we know our own app among those of the shop; tokens of the Dashboard are made for it.
APP_IDENTIFIER = "saleor_nps_plugin"

# A salt each, so that no link of one kind opens what the other kind opens.
_INVITATIONS = signing.Signer(salt="saleor_nps_plugin.invitation", sep=".")
_SHOPPERS = signing.Signer(salt="saleor_nps_plugin.shopper", sep=".")
_DOORS = signing.Signer(salt="saleor_nps_plugin.door", sep=".")
_ORDERS = signing.Signer(salt="saleor_nps_plugin.order", sep=".")
_FORMS = signing.Signer(salt="saleor_nps_plugin.form", sep=".")
_BALLOTS = signing.Signer(salt="saleor_nps_plugin.ballot", sep=".")
_ADDRESSES = signing.Signer(salt="saleor_nps_plugin.address", sep=".")
# A key is 32 characters and its signature 43; anything longer is not ours, and not worth hashing.
_LONGEST_TOKEN = 100
# One with the keyed hash of an address, which is 64 characters.
_LONGEST_ADDRESS_TOKEN = 120

_ANSWERS = re.compile(rf"{PAGES_PATH}/(k|snippet)/[^/]+/answers")


def invitation_token(key: UUID) -> str:
    """Return the unguessable token that opens the survey of the invitation with this key."""
    return _INVITATIONS.sign(key.hex)


def read_invitation_token(token: str) -> UUID:
    """Return the invitation's key; raises TokenInvalid for a token that we did not sign."""
    return _read(token, _INVITATIONS)


def shopper_token(key: UUID) -> str:
    """Return the unguessable token that opens "my rewards" of the shopper with this key."""
    return _SHOPPERS.sign(key.hex)


def read_shopper_token(token: str) -> UUID:
    """Return the shopper's key; raises TokenInvalid for a token that we did not sign."""
    return _read(token, _SHOPPERS)


def door_token(key: UUID) -> str:
    """Return the token in the address of the door with this key."""
    return _DOORS.sign(key.hex)


def read_door_token(token: str) -> UUID:
    """Return the door's key; raises TokenInvalid for a token that we did not sign."""
    return _read(token, _DOORS)


def form_token(key: UUID) -> str:
    """Return the token that a fresh form of a door carries, so that it is recorded once."""
    return _FORMS.sign(key.hex)


def read_form_token(token: str) -> UUID:
    """Return the form's key; raises TokenInvalid for a token that we did not sign."""
    return _read(token, _FORMS)


def order_token(order_id: UUID, survey_id: int) -> str:
    """Return the token that opens a survey about an order; it is printed, so it depends on nothing but the two."""
    return _ORDERS.sign(f"{order_id.hex}{survey_id}")


def read_order_token(token: str) -> tuple[UUID, int]:
    """Return the order's and the survey's id; raises TokenInvalid for a token that we did not sign."""
    if len(token) > _LONGEST_TOKEN:
        raise TokenInvalid
    try:
        about = _ORDERS.unsign(token)
        return UUID(about[:32]), int(about[32:])
    except (signing.BadSignature, ValueError):
        raise TokenInvalid from None


def ballot_token(key: UUID, language_code: str) -> str:
    """Return the token that opens an anonymous survey once, in a language; nothing else tells who reads what."""
    return _BALLOTS.sign(f"{key.hex}{language_code}")


def read_ballot_token(token: str) -> tuple[UUID, str]:
    """Return a ballot's key and its language; raises TokenInvalid for a token that we did not sign."""
    if len(token) > _LONGEST_TOKEN:
        raise TokenInvalid
    try:
        held = _BALLOTS.unsign(token)
        return UUID(held[:32]), held[32:]
    except (signing.BadSignature, ValueError):
        raise TokenInvalid from None


def address_token(email_hash: str) -> str:
    """Return the token with which the owner of an address refuses surveys that we sent there without knowing who it is."""
    return _ADDRESSES.sign(email_hash)


def read_address_token(token: str) -> str:
    """Return the keyed hash of the address; raises TokenInvalid for a token that we did not sign."""
    if len(token) > _LONGEST_ADDRESS_TOKEN:
        raise TokenInvalid
    try:
        return _ADDRESSES.unsign(token)
    except signing.BadSignature:
        raise TokenInvalid from None


def _read(token: str, signer: signing.Signer) -> UUID:
    if len(token) > _LONGEST_TOKEN:
        raise TokenInvalid
    try:
        return UUID(signer.unsign(token))
    except (signing.BadSignature, ValueError):
        raise TokenInvalid from None


def door_path(token: str) -> str:
    """Return the path of the page behind a link to print."""
    return f"/d/{token}/"


def kiosk_path(token: str) -> str:
    """Return the path of the page for a tablet in the store."""
    return f"/k/{token}/"


def snippet_path(token: str) -> str:
    """Return the path of the script for a storefront."""
    return f"/snippet/{token}.js"


def comes_in_crowds(path: str) -> bool:
    """Whether a path of the server is one to which tablets and storefronts send answers."""
    return _ANSWERS.fullmatch(path) is not None


def order_path(token: str) -> str:
    """Return the path of the survey about an order, as printed into its parcel."""
    return f"/o/{token}/"


def qr_path(path: str, kind: str = "svg") -> str:
    """Return the path of the QR code, "svg" or "png", of one of the pages above."""
    return f"{path}qr.{kind}"


def ballot_path(token: str) -> str:
    """Return the path of an anonymous survey."""
    return f"/b/{token}/"


def address_opt_out_path(token: str) -> str:
    """Return the path of the page that opts the owner of an address out of surveys."""
    return f"/n/{token}/"


def survey_path(token: str) -> str:
    """Return the path of the survey page, from the root of our pages."""
    return f"/s/{token}/"


def opt_out_path(token: str) -> str:
    """Return the path of the page that opts the holder of the token out of surveys."""
    return f"/s/{token}/opt-out/"


def trial_path(token: str) -> str:
    """Return the path of a survey that records nothing."""
    return f"/t/{token}/"


def rewards_path(token: str) -> str:
    """Return the path of "my rewards" of the holder of a shopper's token."""
    return f"/r/{token}/"


def rewards_opt_out_path(token: str) -> str:
    """Return the path of the page that opts the holder of a shopper's token out of mails about rewards."""
    return f"/r/{token}/opt-out/"
