"""A page as tests read it: elements by tag, class and attribute, with their words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """This element and all inside it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def words(self) -> str:
        """The text inside, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, Element):
                yield from child._texts()
            else:
                yield child

    def all(self, selector: str, **attributes: str) -> list["Element"]:
        """Elements by "tag", ".class" or "tag.class", and by attributes; `data_x` stands for `data-x`."""
        tag, _, name = selector.partition(".")
        asked = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            e
            for e in self
            if (not tag or e.tag == tag)
            and (not name or name in e.classes)
            and all(e.attributes.get(key) == value for key, value in asked.items())
        ]

    def one(self, selector: str, **attributes: str) -> "Element":
        (found,) = self.all(selector, **attributes)
        return found

    def said(self, selector: str, **attributes: str) -> list[str]:
        return [e.words for e in self.all(selector, **attributes)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        last = self.open.pop()
        assert last.tag == tag, f"</{tag}> closes <{last.tag}>: {last.words[:80]!r}"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str | bytes) -> Element:
    """The page; fails when an element is not closed where it should be."""
    reader = _Reader()
    reader.feed(html.decode() if isinstance(html, bytes) else html)
    reader.close()
    assert len(reader.open) == 1, f"never closed: {[e.tag for e in reader.open[1:]]}"
    return reader.open[0]


def shown(path: str, *, status: int = 200) -> Element:
    """The page at an address, which must answer with the status."""
    answer = Client().get(path)
    assert answer.status_code == status
    return read(answer.content)
