"""A web hook is set whole, or refused with what is missing; a rate has its edges."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.settings import Listen, SettingsError
from bot.telegram_bots import name_tokens
from bot.telegram_settings import RATE_MOST
from tests.telegram.state import TOKEN
from tests.test_settings import SECRET, problems_of, read

HOOK = {"BARAZA_WEBHOOK_URL": "https://bot.example.org", "BARAZA_WEBHOOK_SECRET": "a-Z_9"}


def test_a_web_hook_is_an_address_and_a_secret_that_no_repr_shows() -> None:
    settings = read(**HOOK)
    assert settings.hook is not None
    assert settings.hook.url == "https://bot.example.org"
    assert settings.hook_listen == Listen("127.0.0.1", 8081)
    assert "a-Z_9" in settings.secrets
    assert "a-Z_9" not in repr(settings)
    assert read().hook is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"BARAZA_WEBHOOK_SECRET": ""}, "BARAZA_WEBHOOK_SECRET is not set"),
        ({"BARAZA_WEBHOOK_SECRET": "x" * 257}, "256 at most"),
        ({"BARAZA_WEBHOOK_SECRET": "ñ"}, "256 at most"),
        ({"BARAZA_WEBHOOK_URL": "http://bot.example.org"}, "no address"),
        ({"BARAZA_WEBHOOK_URL": "https://a:b@bot.example.org"}, "no address"),
        ({"BARAZA_WEBHOOK_URL": "https://bot.example.org:8081"}, "443, 80, 88, 8443"),
        ({"BARAZA_WEBHOOK_URL": "https://bot.example.org:99999/x"}, "443, 80, 88, 8443"),
        ({"BARAZA_WEBHOOK_URL": ""}, "set without BARAZA_WEBHOOK_URL"),
        ({"BARAZA_WEBHOOK_LISTEN": "8081"}, "BARAZA_WEBHOOK_LISTEN"),
    ],
)
def test_a_web_hook_that_is_half_set_is_refused(changed: Mapping[str, str], told: str) -> None:
    [problem] = problems_of({"BARAZA_SECRET_KEY": SECRET, **HOOK, **changed})
    assert told in problem


@pytest.mark.parametrize(
    "changed",
    [
        {"BARAZA_WEBHOOK_URL": "https://bot.example.org:8443/below"},
        {
            "BARAZA_WEBHOOK_URL": "https://bot.example.org:9000",
            "BARAZA_TELEGRAM_API": "http://127.0.0.1:8081",
        },
    ],
)
def test_a_web_hook_may_be_at_another_port(changed: Mapping[str, str]) -> None:
    hook = read(**{**HOOK, **changed}).hook
    assert hook is not None
    assert hook.url == changed["BARAZA_WEBHOOK_URL"]


def test_two_countries_never_share_a_bot() -> None:
    """Each would get some of the other's messages. A token that was replaced is the same bot's."""
    token = "123456789:AAF-a_token_of_the_tests_that_opens_{}"
    tokens = {
        "BARAZA_TELEGRAM_TOKEN__KENYA": token.format("one"),
        "BARAZA_TELEGRAM_TOKEN__URUGUAY": token.format("two"),
    }
    (problem,) = problems_of({"BARAZA_SECRET_KEY": SECRET, **tokens})
    assert "BARAZA_TELEGRAM_TOKEN__URUGUAY is of the same bot as" in problem
    tokens["BARAZA_TELEGRAM_TOKEN__URUGUAY"] = f"2{token.format('two')}"
    assert len(read(**tokens).telegram_tokens) == 2


def test_the_longest_secret_of_a_web_hook_is_taken() -> None:
    hook = read(**{**HOOK, "BARAZA_WEBHOOK_SECRET": "x" * 256}).hook
    assert hook is not None
    assert hook.secret == "x" * 256


@pytest.mark.parametrize("text", ["1", str(RATE_MOST)])
def test_a_rate_is_taken_at_its_edges(text: str) -> None:
    assert read(BARAZA_TELEGRAM_RATE=text).telegram_rate == int(text)


@pytest.mark.parametrize("text", ["0", str(RATE_MOST + 1), "-1", "0.5", "²"])
def test_a_rate_is_refused_beyond_its_edges(text: str) -> None:
    (problem,) = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_TELEGRAM_RATE": text})
    assert problem.startswith("BARAZA_TELEGRAM_RATE")


def test_a_country_with_a_hyphen_in_its_name_may_have_a_bot() -> None:
    settings = read(BARAZA_TELEGRAM_TOKEN__COSTA_RICA=TOKEN)
    served = ("kenya", "costa-rica")
    assert name_tokens(settings.telegram_tokens, served) == {"costa-rica": TOKEN}
    with pytest.raises(SettingsError, match="no country 'costa_rica' is served"):
        name_tokens(settings.telegram_tokens, ("kenya",))


@pytest.mark.parametrize("slip", ["_URUGUAY", "__Uruguay", "__uruguay", "-uruguay"])
def test_a_slip_in_the_name_of_a_country_s_token_is_told(slip: str) -> None:
    [problem] = problems_of({"BARAZA_SECRET_KEY": SECRET, f"BARAZA_TELEGRAM_TOKEN{slip}": TOKEN})
    assert problem.endswith("is no setting. Did you mean BARAZA_TELEGRAM_TOKEN__URUGUAY?")
