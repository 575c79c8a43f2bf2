"""Every conversation is listed, under a name that can be stored for ever; its tests are fast."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.conversation.links import OPENS
from bot.conversation.words import spellings
from bot.domain.folding import bare, folded
from bot.domain.messages import Message
from bot.flows import FLOWS
from bot.flows.ideas import DO
from bot.flows.named import alternatives
from bot.flows.questions.options import ENOUGH_WORDS, NO_WORDS, SEND_WORDS, YES_WORDS
from tests import flows_lock
from tests.houses import served

ROOT = Path(__file__).parents[1]
OF_AN_IDEA = tuple(word for option in DO for word in option.also)
NO_FLOWS = {
    "__init__",
    "age",
    "ahead",
    "amending",
    "engine",
    "lone_words",
    "matching",
    "named",
    "numbers",
    "plainer",
    "replay",
    "state",
    "stories",
}
"""Modules of `bot.flows` that are no conversation but what conversations run on or have in
common."""


def test_every_module_of_flows_is_a_conversation_that_is_listed_or_known_to_be_none() -> None:
    modules = {path.stem for path in (ROOT / "bot" / "flows").glob("*.py")}
    assert modules, "no flows found; was the folder moved?"
    listed = {entry.flow.__module__.rpartition(".")[2] for entry in FLOWS.values()}
    assert modules - listed == NO_FLOWS


def test_a_stored_name_is_explicit_and_in_lower_case() -> None:
    for name, entry in FLOWS.items():
        assert name == entry.name == name.strip().lower()
        assert name.replace(" ", "").isascii()
        assert name.replace(" ", "").isalpha()


def test_a_question_has_a_key_in_lower_case() -> None:
    keys = {key for _flow, key in flows_lock.present()}
    assert keys
    assert [key for key in keys if key != key.lower() or not key.isascii()] == []


def test_a_draft_that_waits_for_days_has_a_title_to_come_back_with() -> None:
    for entry in FLOWS.values():
        assert isinstance(entry.title, Message) is entry.lasting, entry.name


def test_every_word_and_menu_entry_opens_a_flow_that_is_there() -> None:
    assert set(OPENS.values()) <= FLOWS.keys()


def test_words_for_a_button_do_not_leave_or_drop_what_is_under_way() -> None:
    _countries, speeches = served()
    assert speeches
    for key, speech in speeches.items():
        known = spellings(speech)
        ways_out = {folded(word) for name in ("stop", "cancel", "menu") for word in known[name]}
        for words in (ENOUGH_WORDS, YES_WORDS, NO_WORDS, SEND_WORDS, *OF_AN_IDEA):
            typed = {folded(word) for word in alternatives(speech.labels(words))}
            assert typed.isdisjoint(ways_out), (key, words.source)


def test_a_word_has_one_meaning_in_all_languages_of_a_country() -> None:
    _countries, speeches = served()
    for key, speech in speeches.items():
        meanings = {
            **spellings(speech),
            **{word.source: speech.labels(word) for word in (YES_WORDS, NO_WORDS, *OF_AN_IDEA)},
        }
        said: dict[str, set[str]] = {}
        for meaning, words in meanings.items():
            for word in alternatives(words):
                said.setdefault(bare(word), set()).add(meaning)
        assert len(said) > 100
        assert [(key, word) for word, what in said.items() if len(what) > 1] == []


def test_every_flow_begins_in_every_country() -> None:
    countries, _speeches = served()
    assert countries
    for country in countries.values():
        for entry in FLOWS.values():
            coroutine = entry.flow(country, *entry.decode(country, f"{country.prefix}-7F3K"))
            asked = coroutine.send(None)
            coroutine.close()
            assert asked.key


def test_the_tests_of_flows_load_neither_a_database_nor_a_channel() -> None:
    names = [path.stem for path in sorted((ROOT / "tests" / "flows").glob("*.py"))]
    imports = "; ".join(f"import tests.flows.{name}" for name in names if name != "__init__")
    code = f"{imports}; import sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


HEAVY = ("sqlalchemy", "aiogram", "telegram", "starlette", "asyncpg", "aiosqlite", "babel")
