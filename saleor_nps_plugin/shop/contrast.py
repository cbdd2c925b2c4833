"""Contrast of colours, as WCAG 2.2 defines it (success criterion 1.4.3)."""

MINIMUM_CONTRAST = 4.5
_WHITE = 1.0


def _channels(color: str) -> list[int]:
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(color: str) -> float:
    """Relative luminance of a colour written as #rrggbb, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(value) for value in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_with_white(color: str) -> float:
    """Contrast ratio of white text on `color`, 1 to 21."""
    return (_WHITE + 0.05) / (luminance(color) + 0.05)


def darken_until_readable(color: str) -> str:
    """Return the nearest darker colour of the same hue that carries white text."""
    channels = [float(value) for value in _channels(color)]
    while contrast_with_white(darker := "#" + "".join(f"{int(value):02x}" for value in channels)) < MINIMUM_CONTRAST:
        channels = [value * 0.97 for value in channels]
    return darker
