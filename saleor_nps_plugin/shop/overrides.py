"""What single channels have of their own: an INI text that operators also write by hand.

[channel-pln]
delay_hours = 72
"""

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class Unreadable(ValueError):
    """A text that is no INI; `line` is the number of the wrong line, 0 if unknown."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"line {line}")


def sections(text: str) -> dict[str, dict[str, str]]:
    """Return what the text says: by channel, texts of settings by name. Raises Unreadable."""
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise Unreadable(getattr(error, "lineno", None) or 0) from None
    return {channel: dict(parser.items(channel)) for channel in parser.sections()}


def with_section(text: str, channel: str, own: Mapping[str, str]) -> str:
    """Return the text with exactly these values for one channel; everything else says what it said, comments included.

    Values are single lines without space around them. Raises Unreadable.
    """
    before = sections(text)
    wanted = {name: dict(own) if name == channel else values for name, values in before.items()}
    wanted.setdefault(channel, dict(own))
    wanted = {name: values for name, values in wanted.items() if values or name != channel}
    edited = _edited(text, channel, own, before.get(channel, {}))
    # Whoever writes by hand finds shapes that nobody thought of; then the meaning counts more than the comments.
    return edited if _says(edited) == wanted else _written(wanted)


def _says(text: str) -> dict[str, dict[str, str]] | None:
    try:
        return sections(text)
    except Unreadable:
        return None


def _written(wanted: Mapping[str, Mapping[str, str]]) -> str:
    blocks = []
    for channel, values in wanted.items():
        lines = [f"{name} = {value}".replace("\n", "\n\t").rstrip() for name, value in values.items()]
        blocks.append("\n".join([f"[{channel}]", *lines]))
    return "\n\n".join(blocks)


@dataclass
class _Item:
    """A header, a setting or a remark, with the lines that belong to it. `name` is that of a setting."""

    lines: list[str]
    section: str
    name: str = ""
    is_header: bool = False
    remarks: list[str] = field(default_factory=list)


def _items(text: str) -> Iterator[_Item]:
    """Take the text apart as configparser does: lines further in than a setting go on with its value."""
    section, inset, last = "", 0, None
    for line in text.splitlines():
        bare = line.strip()
        if not bare or bare[0] in "#;":
            if last is None:
                yield _Item([line], section)
            else:
                last.remarks.append(line)
            continue
        own_inset = len(line) - len(line.lstrip())
        if last is not None and last.name and own_inset > inset:
            last.lines += [*last.remarks, line]
            last.remarks.clear()
            continue
        if last is not None:
            yield last
        inset, header = own_inset, bare.startswith("[") and "]" in bare
        if header:
            section = bare[1 : bare.rindex("]")]
            last = _Item([bare], section, is_header=True)
        else:
            name = bare.replace(":", "=").partition("=")[0].strip().lower()
            last = _Item([line], section, name)
    if last is not None:
        yield last


def _edited(text: str, channel: str, own: Mapping[str, str], before: Mapping[str, str]) -> str:
    items = list(_items(text))
    missing = [name for name in own if name not in before]
    lines: list[str] = []
    end = None
    for item in items:
        if item.section != channel or not (item.name or item.is_header):
            lines += item.lines
        elif item.is_header:
            lines += item.lines if own else []
            end = len(lines)
        elif item.name in own:
            kept = own[item.name] == before[item.name]
            inset = item.lines[0][: len(item.lines[0]) - len(item.lines[0].lstrip())]
            lines += item.lines if kept else [f"{inset}{item.name} = {own[item.name]}".rstrip()]
            end = len(lines)
        lines += item.remarks
    added = [f"{name} = {own[name]}".rstrip() for name in missing]
    if not added:
        return "\n".join(lines)
    if end is None:
        gap = [""] if lines and lines[-1].strip() else []
        return "\n".join([*lines, *gap, f"[{channel}]", *added])
    return "\n".join([*lines[:end], *added, *lines[end:]])
