"""Reads HTML the way a test wants to ask about it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"base", "br", "hr", "img", "input", "link", "meta"}
SILENT = {"style", "script", "title", "template"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees of it, with single spaces; what the style hides without a score is not known here."""
        return " ".join(self._words().split())

    @property
    def source(self) -> str:
        return "".join(child for child in self.children if isinstance(child, str))

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def __contains__(self, name: str) -> bool:
        return name in self.attributes

    def all(self, tag: str = "", **wanted: str) -> list["Element"]:
        """Elements with this tag and these attributes (class_ for class, - for _), in the order of the document."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found += [child] if child.matches(tag, wanted) else []
                found += child.all(tag, **wanted)
        return found

    def one(self, tag: str = "", **wanted: str) -> "Element":
        (found,) = self.all(tag, **wanted)
        return found

    def matches(self, tag: str, wanted: dict[str, str]) -> bool:
        names = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return (not tag or self.tag == tag) and all(
            value in self.attributes.get("class", "").split() if name == "class" else self.attributes.get(name) == value
            for name, value in names.items()
        )

    def _words(self) -> str:
        if self.tag in SILENT:
            return ""
        return " ".join(child if isinstance(child, str) else child._words() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("#document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        # Every element of ours is closed, and in the right order.
        if tag not in VOID and tag not in {"path", "circle"}:
            assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
            self.open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str | bytes) -> Element:
    reader = _Reader()
    reader.feed(html.decode() if isinstance(html, bytes) else html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
    return reader.open[0]
