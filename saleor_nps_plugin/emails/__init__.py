"""E-mails: what is in them. The shop delivers them."""

from .mail import Brand, Mail
from .wire import envelope_address, on_the_wire
from .writing import detractor_alert_mail, score_url, survey_mail

__all__ = ["Brand", "Mail", "detractor_alert_mail", "envelope_address", "on_the_wire", "score_url", "survey_mail"]
