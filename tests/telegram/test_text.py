"""What Telegram accepts, at its edges."""

from __future__ import annotations

import pytest

from bot.country.limits import KEY
from bot.domain.inbound import Press, utf16_units
from bot.telegram_text import DATA_MOST, TEXT_MOST, fit, read_data, write_data

CONVERSATION = "0" * 26


@pytest.mark.parametrize("key", ["yes", "!back", "edit:category", "a" * 30, "MVD-7F3K", "a:b"])
def test_a_press_reads_back_as_it_was_written(key: str) -> None:
    press = Press(CONVERSATION, 999, key)
    assert read_data(write_data(press)) == press


def test_the_longest_key_of_a_country_fits_and_a_longer_one_is_refused() -> None:
    longest = "a" * 30
    assert KEY.fullmatch(longest)
    assert not KEY.fullmatch(longest + "a")
    assert len(write_data(Press(CONVERSATION, 999, longest)).encode()) <= DATA_MOST
    with pytest.raises(ValueError, match="too long"):
        write_data(Press(CONVERSATION, 1, "ต" * 22))


@pytest.mark.parametrize("data", ["", "x", "a:b", "a:b:c", ":1:c", "a:1:", "a:²:c", "a:-1:c"])
def test_data_that_is_not_ours_is_no_press(data: str) -> None:
    assert read_data(data) is None


def test_a_text_is_cut_at_a_word_and_never_empty() -> None:
    assert fit("x" * TEXT_MOST) == "x" * TEXT_MOST
    assert utf16_units(fit("🎉" * TEXT_MOST)) <= TEXT_MOST
    assert fit("word " * 2000).endswith("word…")
    assert fit(" \n ") == "…"
