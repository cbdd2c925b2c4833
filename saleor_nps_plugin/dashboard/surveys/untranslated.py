"""Which texts of a survey customers of a language read in another one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ... import languages
from ...surveys.making.drafts import Draft, QuestionDraft, Words
from ...surveys.making.texts import REASONS
from ...surveys.models import QuestionKind, QuestionRole


@dataclass(frozen=True)
class Untranslated:
    """How many of the texts that customers read in a language are in another one."""

    missing: int
    total: int

    @property
    def there(self) -> int:
        return self.total - self.missing


def untranslated(draft: Draft, code: str, *, default_language: str) -> Untranslated:
    """Count the texts for a language that has none of its own, where neither its region nor the plugin has words in it."""
    own = {code, code.split("-")[0]}
    found = [
        (texts, is_usual) for texts, is_usual in _texts(draft, default_language) if is_usual or any(texts.values())
    ]
    missing = sum(
        not any(texts.get(spoken) for spoken in own)
        and not (is_usual and not texts.get(default_language) and own & set(languages.SUPPORTED))
        for texts, is_usual in found
    )
    return Untranslated(missing, len(found))


def _texts(draft: Draft, default_language: str) -> Iterator[tuple[Mapping[str, str], bool]]:
    """Yield each text by language, and whether the plugin has words where there are none."""
    for name in ("question", "subject", "thanks"):
        yield {code: getattr(own, name) for code, own in draft.words.items() if own != Words()}, True
    for question in draft.questions:
        yield question.texts, bool(question.role) or question.kind == QuestionKind.TEXT
        yield from _choices(question, default_language)


def _choices(question: QuestionDraft, default_language: str) -> Iterator[tuple[Mapping[str, str], bool]]:
    # Other shops are called the same in every language.
    if not question.has_choices or question.role == QuestionRole.COMPETITOR:
        return
    for choice in question.choices:
        is_usual = choice.value in REASONS
        yield choice.labels if is_usual else {default_language: choice.value, **choice.labels}, is_usual
