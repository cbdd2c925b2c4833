"""Settings about what follows an answer, by the kind of answer."""

from dataclasses import dataclass

from .setting import Setting


@dataclass(frozen=True)
class AnswerSettings:
    """What goes for what follows an answer, by the kind of answer in one channel."""


ANSWER_SETTINGS: tuple[Setting, ...] = ()
