"""Cookies and tokens: read back by us alone, each for its country and its use."""

from __future__ import annotations

import pytest

from bot.channels.web_session import Sessions
from bot.keys import Keys
from tests.web.town import SECRET, Chance


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(Keys(SECRET, random=Chance()), Chance())


def test_a_cookie_is_read_back(sessions: Sessions) -> None:
    session = sessions.new()
    assert sessions.read_cookie("one", sessions.cookie("one", session)) == session


def test_a_cookie_of_one_country_is_worth_nothing_in_another(sessions: Sessions) -> None:
    assert sessions.read_cookie("two", sessions.cookie("one", sessions.new())) is None


def test_a_token_is_no_cookie_and_a_cookie_no_token(sessions: Sessions) -> None:
    session = sessions.new()
    assert sessions.read_cookie("one", sessions.token("one", session)) is None
    assert sessions.read_token("one", sessions.cookie("one", session)) is None


@pytest.mark.parametrize(
    "value", [None, "", ".", "a", "a.b", "é.é", "a." + "b" * 43, "x" * 5000, "a.b.c", "\0.\0"]
)
def test_nonsense_is_nobody(sessions: Sessions, value: str | None) -> None:
    assert sessions.read_cookie("one", value) is None


def test_every_changed_sign_spoils_a_cookie(sessions: Sessions) -> None:
    cookie = sessions.cookie("one", sessions.new())
    for at in range(len(cookie)):
        changed = cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :]
        assert sessions.read_cookie("one", changed) is None


def test_an_old_master_key_still_reads_its_cookies() -> None:
    old = Sessions(Keys(SECRET, random=Chance()), Chance())
    new = Sessions(Keys("another " + SECRET, SECRET, random=Chance()), Chance())
    session = old.new()
    assert new.read_cookie("one", old.cookie("one", session)) == session


def test_updates_differ_by_what_was_said_and_tell_nothing_of_it(sessions: Sessions) -> None:
    first = sessions.update("one", "s", "nonce", "yes")
    assert sessions.update("one", "s", "nonce", "yes") == first
    assert sessions.update("one", "s", "nonce", "no") != first
    assert "yes" not in first
