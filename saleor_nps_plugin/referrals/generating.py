"""Codes that people type: short, unguessable, unmistakable and fit to be shown to anybody."""

import re
import secrets

LENGTH = 8
# No vowels, so that hardly a word comes about, and of every look-alike pair (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) at most one.
ALPHABET = "23456789CFGHJMPQRVWX"

# What people still read as a rude word or a hateful number in some language: 3 is read as E, 4 as A, 5 as S, 6 as G or B,
# 7 as T, 8 as B, V as U, and vowels are made up.
REFUSED = re.compile(
    "455|4R5|C4C4|CVM|CR4P|F46|F49|F4G|FVC|FVX|FVQ|H473|HVJ|HVR|J36|J38|J3W|J4P|P33|PH46|PH4G|PQP|PV7|Q33R|QRW|R374R|R4P"
    "|V33R|V46|V4G|VRW|W7F|WHR|53X|3R3C7|7W47|8J|XXX|69|666|88"
)


def new_code() -> str:
    """Return a code at random: 8 characters, some 34 bits of chance."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not is_rude(code):
            return code


def is_rude(code: str) -> bool:
    """Whether somebody could take offence at a code."""
    return REFUSED.search(code) is not None
