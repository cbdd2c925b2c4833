"""Tokens that are nearly ours."""


def changed(token: str, position: int = -1) -> str:
    """Return the token with another character in one place, whatever stands there."""
    characters = list(token)
    characters[position] = "A" if characters[position] != "A" else "B"
    return "".join(characters)
