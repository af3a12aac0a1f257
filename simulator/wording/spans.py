"""Sentences as spans: what is said once, and written plain on a terminal, as Markdown on pages, as HTML on paper.

A span that speaks of a virtue knows which, so that its colour is the same wherever it stands (quality orange, diversity
blue, completeness green). Whatever a span holds is text and never markup: names from outside may stand in it.
"""

import html as html_escapes
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .escape import escape

__all__ = ["Sentence", "Span", "Virtue", "aside", "html", "join", "markdown", "plain", "strong", "words"]

Virtue = Literal["diversity", "completeness", "quality"]

COLORS: dict[Virtue, str] = {"diversity": "blue", "completeness": "green", "quality": "orange"}


@dataclass(frozen=True)
class Span:
    """Some words of a sentence.

    Parameters
    ----------
    text : str
    virtue : {"diversity", "completeness", "quality"} or None, default=None
        What they speak of.
    is_strong : bool, default=False
        Whether the eye should find them.
    is_aside : bool, default=False
        Whether they say what all else rests on; in italics.
    """

    text: str
    virtue: Virtue | None = None
    is_strong: bool = False
    is_aside: bool = False


Sentence = tuple[Span, ...]
"""One or more sentences, or a part of one; empty where there is nothing to say."""


def words(*parts: str | Span | Sentence) -> Sentence:
    """Put words together; text is a span of no virtue.

    Examples
    --------
    >>> plain(words("label ", strong("3 volumes", "diversity"), "."))
    'label 3 volumes.'
    """
    spans: list[Span] = []
    for part in parts:
        spans.extend(part if isinstance(part, tuple) else (part if isinstance(part, Span) else Span(part),))
    return tuple(span for span in spans if span.text)


def strong(text: str, virtue: Virtue | None = None) -> Span:
    """Make a span that the eye should find."""
    return Span(text, virtue, is_strong=True)


def aside(text: str) -> Span:
    """Make a span that says what all else rests on."""
    return Span(text, is_aside=True)


def join(sentences: Iterable[str | Span | Sentence], *, by: str = " ") -> Sentence:
    """Put what is not empty one after another.

    Examples
    --------
    >>> plain(join(["One.", "", "Two."]))
    'One. Two.'
    """
    found = [spans for sentence in sentences if (spans := words(sentence))]
    return words(
        *(part for place, spans in enumerate(found) for part in ((by, spans) if place else (spans,)))
    )


def plain(sentence: Sentence) -> str:
    """Write a sentence without markup or colour."""
    return "".join(span.text for span in sentence)


def markdown(sentence: Sentence) -> str:
    r"""Write a sentence as Streamlit's Markdown.

    Examples
    --------
    >>> markdown(words("label ", strong("3 volumes", "diversity"), " of *all*."))
    'label :blue[**3 volumes**] of \\*all\\*.'
    """
    return "".join(map(_mark, sentence))


def html(sentence: Sentence) -> str:
    """Write a sentence as HTML; the class of an element is the virtue that it speaks of.

    Examples
    --------
    >>> html(words("label ", strong("3 volumes", "diversity"), " & look"))
    'label <strong class="diversity">3 volumes</strong> &amp; look'
    """
    return "".join(map(_tag, sentence))


def _mark(span: Span) -> str:
    text = escape(span.text)
    text = f"**{text}**" if span.is_strong else text
    text = f"*{text}*" if span.is_aside else text
    return f":{COLORS[span.virtue]}[{text}]" if span.virtue else text


def _tag(span: Span) -> str:
    text = html_escapes.escape(span.text)
    if span.is_aside:
        return f"<em>{text}</em>"
    if not (span.virtue or span.is_strong):
        return text
    name = "strong" if span.is_strong else "span"
    of_virtue = f' class="{span.virtue}"' if span.virtue else ""
    return f"<{name}{of_virtue}>{text}</{name}>"
