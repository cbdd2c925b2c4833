"""What can be refused, and in which words. Every class carries the code that the public API answers with."""

from typing import ClassVar


class NpsError(Exception):
    """A refusal that its cause can do something about.

    `message` is a sentence for the person who caused it; `field` names the input it is about, or is empty.
    """

    code: ClassVar[str] = "INVALID"
    default_message: ClassVar[str] = "The input is not valid."

    def __init__(self, message: str = "", *, field: str = "") -> None:
        self.message = message or self.default_message
        self.field = field
        super().__init__(self.message)


class Invalid(NpsError):
    """An input has a value that it cannot have."""


class Required(NpsError):
    """An input is missing."""

    code = "REQUIRED"
    default_message = "This input is required."


class NotFound(NpsError):
    """An id names nothing that exists, or nothing that the asker may see."""

    code = "NOT_FOUND"
    default_message = "There is no such object."


class NotUnique(NpsError):
    """The same thing was made before."""

    code = "UNIQUE"
    default_message = "This exists already."


class TokenInvalid(NpsError):
    """A survey link that we never made, or that was changed on its way."""

    code = "TOKEN_INVALID"
    default_message = "This survey link is not valid. Please use the link from the e-mail."


class TokenExpired(NpsError):
    """A survey link whose time has passed, or whose order is gone."""

    code = "TOKEN_EXPIRED"
    default_message = "This survey link has expired."


class DoorClosed(TokenExpired):
    """A link, tablet or storefront that staff have closed."""


class PluginInactive(NpsError):
    """Surveys are switched off for this channel."""

    code = "PLUGIN_INACTIVE"
    default_message = "Surveys are switched off in this shop."


class AlreadyAnswered(NpsError):
    """The revision window of an answer is over."""

    code = "ALREADY_ANSWERED"
    default_message = "This survey has been answered, and the time to change the answer is over."


class ScoreOutOfRange(NpsError):
    """A score that is no integer from 0 to 10."""

    code = "SCORE_OUT_OF_RANGE"
    default_message = "The score must be a whole number from 0 to 10."


class InsufficientPoints(NpsError):
    """More points than the account has to spend."""

    code = "INSUFFICIENT_POINTS"
    default_message = "There are not enough points for this."


class BelowMinimum(NpsError):
    """Fewer points than can be redeemed at once."""

    code = "BELOW_MINIMUM"
    default_message = "This is less than the minimum that can be redeemed."


class RewardsInactive(PluginInactive):
    """Rewards are switched off for this channel."""

    default_message = "Rewards are switched off in this channel."


class NotSignedIn(NpsError):
    """Nobody of the staff, or somebody whose session is over."""

    default_message = "Please sign in again."


class Conflict(NpsError):
    """Somebody else changed the same thing meanwhile."""

    code = "CONFLICT"
    default_message = "Somebody else has changed this meanwhile. Look at it again before you save."


class TooManyRequests(NpsError):
    """One visitor asked more often than a person would."""

    default_message = "Too many requests. Please try again in a minute."
