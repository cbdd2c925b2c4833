"""Signed public addresses."""

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
# A key is 32 characters and its signature 43; anything longer is not ours, and not worth hashing.
_LONGEST_TOKEN = 100


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


def _read(token: str, signer: signing.Signer) -> UUID:
    if len(token) > _LONGEST_TOKEN:
        raise TokenInvalid
    try:
        return UUID(signer.unsign(token))
    except (signing.BadSignature, ValueError):
        raise TokenInvalid from None


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
