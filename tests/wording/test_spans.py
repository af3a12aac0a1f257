"""One sentence, three writings: the words are the same, and nothing in them is ever markup."""

import re

import pytest

from simulator.wording.spans import Span, html, join, markdown, plain, strong, words

HOSTILE = [
    "![x](http://e.x/y.png)",
    ":red[x]",
    "$a$ `b` ~~c~~",
    "<img src=x>",
    "www.e.x",
    "a\n# b",
    "1. x",
    "- x",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_comes_from_outside_is_text_in_every_writing(text):
    sentence = words("On ", strong(text, "quality"), ": ", text)
    assert text in plain(sentence)
    written = markdown(sentence)
    assert "\n" not in written
    assert not re.search(r"(?<!\\)[!`$~<#]", written)
    assert not re.search(r"\bwww\.|://", written)
    assert "<img" not in html(sentence)


@pytest.mark.parametrize(
    ("virtue", "color"), [("diversity", "blue"), ("completeness", "green"), ("quality", "orange")]
)
def test_a_virtue_has_one_colour(virtue, color):
    assert markdown((Span("x", virtue), strong("y", virtue))) == f":{color}[x]:{color}[**y**]"
    assert html((Span("x", virtue),)) == f'<span class="{virtue}">x</span>'


def test_numbers_and_brackets_stay_readable():
    assert (
        markdown(words("Dice 0.83 (0.81 to 0.85), 96 %: 1.5 hours."))
        == "Dice 0.83 (0.81 to 0.85), 96 %: 1.5 hours."
    )


def test_nothing_is_left_out_of_a_sentence_without_a_word():
    assert join(["", (), words("")]) == ()
    assert plain(join(["One.", (), words("Two.")])) == "One. Two."
