"""E-mails: what is in them. The shop delivers them."""

from .alert import detractor_alert_mail
from .answers import apology_mail, offer_mail
from .attack import attack_mail
from .mail import Brand, Mail
from .reply import reply_mail, reply_subject
from .rewards import expiry_warning_mail, gift_card_mail, promoter_thanks_mail, referral_reward_mail, reversal_mail
from .wire import envelope_address, on_the_wire
from .writing import score_url, survey_mail

__all__ = [
    "Brand",
    "Mail",
    "apology_mail",
    "attack_mail",
    "detractor_alert_mail",
    "envelope_address",
    "expiry_warning_mail",
    "gift_card_mail",
    "offer_mail",
    "on_the_wire",
    "promoter_thanks_mail",
    "referral_reward_mail",
    "reply_mail",
    "reply_subject",
    "reversal_mail",
    "score_url",
    "survey_mail",
]
