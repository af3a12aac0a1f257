"""Text from outside, made safe to show: a volume may be called ``![](http://…)``, which Markdown would fetch."""

import html
import re

__all__ = ["escape", "escape_html"]

# Everything that starts something in Streamlit's Markdown: also `:red[…]`, `$…$`, `~~…~~`, bare links and HTML.
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@&^=/])")
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def escape(text: object) -> str:
    r"""Escape text for Markdown, on one line.

    Examples
    --------
    >>> escape("![x](http://e)")
    '\\!\\[x\\]\\(http\\:\\/\\/e\\)'
    """
    return _SPECIAL.sub(r"\\\1", _BLANK.sub(" ", str(text)))


def escape_html(text: object) -> str:
    """Escape text for plotly, which reads a little HTML.

    Examples
    --------
    >>> escape_html("<b>")
    '&lt;b&gt;'
    """
    return html.escape(_BLANK.sub(" ", str(text)))
