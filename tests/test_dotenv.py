"""What a .env file may say, and what is wrong in one."""

from __future__ import annotations

from bot.dotenv import read_dotenv


def test_dotenv_takes_quotes_comments_and_export() -> None:
    text = """\
# a comment

A=plain value # told why
export B="in # quotes"  # and after
C='single "double" inside'
D=
E=a#b
"""
    assert read_dotenv(text) == (
        {
            "A": "plain value",
            "B": "in # quotes",
            "C": 'single "double" inside',
            "D": "",
            "E": "a#b",
        },
        [],
    )


def test_dotenv_tells_lines_that_are_wrong() -> None:
    assert read_dotenv("A=1\nA=2\nB='open\n2X=3\n")[1] == [
        "line 2 sets A again",
        "line 3 opens a quote around B and never closes it",
        "line 4 is not NAME=value",
    ]
