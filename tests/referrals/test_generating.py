from collections import Counter
from itertools import pairwise

import pytest

from saleor_nps_plugin.referrals import generating
from saleor_nps_plugin.referrals.generating import ALPHABET, REFUSED, is_rude, new_code


def test_a_code_has_eight_characters_that_nobody_mistakes_for_others():
    codes = [new_code() for _ in range(2000)]

    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set(ALPHABET)
    assert not set(ALPHABET) & set("AEIOUY" + "01LSZBTDKN")


def test_codes_cannot_be_guessed():
    assert len(ALPHABET) ** generating.LENGTH > 2 * 10**10
    codes = [new_code() for _ in range(20_000)]

    assert len(set(codes)) == len(codes)
    per_character = Counter("".join(codes))
    assert max(per_character.values()) < 1.3 * min(per_character.values())
    assert len({one < other for one, other in pairwise(codes)}) == 2


@pytest.mark.parametrize("code", ["CFVCX234", "H4553456", "CFGHR4PJ", "CC69WWQQ", "23456688"])
def test_rude_words_and_hateful_numbers_are_refused(code):
    assert is_rude(code)


@pytest.mark.parametrize("code", ["CFGHJMPQ", "23456789", "RVWX7654"])
def test_harmless_codes_are_not(code):
    assert not is_rude(code)


def test_what_is_refused_could_come_about_and_never_does(monkeypatch):
    parts = REFUSED.pattern.split("|")
    assert [part for part in parts if not set(part) <= set(ALPHABET)] == []

    # Rude three times, then fit.
    drawn = iter("FVCFVCFV" + "R4PR4PR4" + "XXXXXXXX" + "23456789")
    monkeypatch.setattr(generating.secrets, "choice", lambda alphabet: next(drawn))
    assert new_code() == "23456789"


def test_few_codes_are_refused():
    drawn = ["".join(generating.secrets.choice(ALPHABET) for _ in range(8)) for _ in range(5000)]

    assert sum(map(is_rude, drawn)) < 0.25 * len(drawn)
