"""Text from outside on pages, made safe to show."""

from simulator.wording.escape import escape

__all__ = ["escape", "escape_sentence"]


def escape_sentence(text: object) -> str:
    r"""Escape a message as a sentence of its own: errors begin small or with a flag, and end without a full stop.

    Examples
    --------
    >>> escape_sentence("all three prices are 0")
    'All three prices are 0.'
    """
    plain = str(text).strip().removeprefix("--")
    return escape(f"{plain[:1].upper()}{plain[1:]}{'' if plain.endswith(('.', '!', '?')) else '.'}")
