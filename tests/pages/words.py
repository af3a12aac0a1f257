"""What a reader sees of a page without opening anything: its texts, and those of its charts."""

import json
import re
from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

__all__ = ["count_words", "count_words_inside", "visible_texts"]

_MARKUP = re.compile(r":material/\w+:|:[a-z]+(?=\[)|<[^>]*>|\\|&[a-z]+;")
_WORD = re.compile(r"[^\W_]")
"""A word has a letter or a digit in it: "0.83" is one, "·" is none."""


def count_words(app: AppTest) -> int:
    """Count the words of `visible_texts`."""
    return sum(len(_split(text)) for text in visible_texts(app))


def count_words_inside(popover: Any) -> int:
    """Count the words of a popover once it is open."""
    inside = (text for child in popover.children.values() for text in _walk(child))
    return sum(len(_split(text)) for text in inside)


def visible_texts(app: AppTest) -> list[str]:
    """List the texts of a page's body in order: sentences, labels, what boxes show, tables, and the words of charts.

    Closed expanders and popovers count by their label. Of a grid that scrolls the columns' titles count, of axes the
    titles: a number on an axis is no word.
    """
    return [text for text in _walk(app.main) if _split(text)]


def _split(text: str) -> list[str]:
    return [word for word in _MARKUP.sub(" ", text).split() if _WORD.search(word)]


def _walk(node: Any) -> Iterator[str]:
    children = getattr(node, "children", None)
    if children is None:
        yield from map(str, _texts(node))
        return
    if node.type == "popover":
        yield node.proto.popover.label
        return
    if node.type == "expander":
        yield node.proto.label
        if not node.proto.expanded:
            return
    for place in sorted(children):
        yield from _walk(children[place])


def _texts(element: Any) -> Iterator[Any]:
    """Take one element's texts."""
    match element.type:
        case "button_group":
            yield from (element.proto.label, *element.options)
        case "table":
            yield from (*element.value.columns, *element.value.to_numpy().flat)
        case "dataframe" | "arrow_data_frame":
            yield from element.value.columns
        case "multiselect":
            yield from (element.label, *element.value)
        case "selectbox":
            yield from (element.label, element.options[element.index or 0])
        case "text_input" | "number_input" | "slider" | "metric":
            yield from (element.label, element.value)
        case "plotly_chart":
            yield from _words_of(json.loads(element.proto.spec)["layout"])
        case "imgs":
            yield from (image.caption for image in element.proto.imgs)
        case _:
            yield getattr(element, "value", None) or getattr(element.proto, "label", "")


def _words_of(layout: dict[str, Any]) -> Iterator[str]:
    """Take the title, axes' titles and annotations of a chart."""
    for name, part in layout.items():
        if name == "title" or name.startswith(("xaxis", "yaxis")):
            title = part if name == "title" else part.get("title", {})
            yield title.get("text") or ""
    for annotation in layout.get("annotations", ()):
        yield annotation.get("text") or ""
