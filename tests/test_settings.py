"""Settings are read once, and every mistake in them is told at once."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.files import PHOTO_BYTES_MOST, SOUND_BYTES_MOST
from bot.keys import MASTER_LEAST
from bot.settings import (
    DEMO_KEY_FILE,
    SECRET_KEY_LEAST,
    UPLOAD_MB_MOST,
    Listen,
    Settings,
    SettingsError,
    create_demo_key,
    read_settings,
)
from bot.settings_table import SETTINGS
from storage.postgres_url import PostgresUrl

ROOT = Path(__file__).parents[1]
SECRET = "s" * SECRET_KEY_LEAST


def read(**values: str) -> Settings:
    return read_settings({"BARAZA_SECRET_KEY": SECRET, **values}, None)


def problems_of(
    environ: Mapping[str, str], dotenv: Path | None = None, demo: bool = False
) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ, dotenv, demo)
    return caught.value.problems


def table_rows(page: Path) -> dict[str, tuple[str, str]]:
    found = re.findall(
        r"^\| `(BARAZA_\w+)` \| (.*?) \| (.*?) \|$", page.read_text(encoding="utf-8"), re.M
    )
    return {name: (default, meaning) for name, default, meaning in found}


def test_defaults_need_a_secret_and_nothing_else() -> None:
    assert read() == Settings(
        secret_key=SECRET,
        data=Path("var"),
        keys=Path("var/keys"),
        countries=(),
        listen=Listen("127.0.0.1", 8080),
        web_url="",
        metrics=None,
        database_file=Path("var/baraza.db"),
        postgres=None,
        log="info",
        web_secure=False,
        trusted_proxies=(),
        upload_mb=10,
        telegram_tokens={},
        telegram_rate=30,
        telegram_api="https://api.telegram.org",
        hook=None,
        hook_listen=Listen("127.0.0.1", 8081),
        demo=False,
    )


def test_the_public_address_is_a_host_and_nothing_behind_it() -> None:
    assert read(BARAZA_WEB_URL="https://baraza.example.org/").pages_of("kenya") == (
        "https://baraza.example.org/kenya"
    )
    assert read().pages_of("kenya") == ""
    for wrong in ("baraza.example.org", "https://example.org/chat", "https://a:b@example.org"):
        (problem,) = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_WEB_URL": wrong})
        assert problem.startswith(f"BARAZA_WEB_URL: {wrong!r} is not like https://")


TOKEN = "123456789:AAF-a_token_of_the_tests_that_opens_nothing"


def test_each_country_may_have_a_bot_of_its_own() -> None:
    settings = read(BARAZA_TELEGRAM_TOKEN__URUGUAY=TOKEN, BARAZA_TELEGRAM_TOKEN=TOKEN)
    assert settings.telegram_tokens == {"uruguay": TOKEN, "": TOKEN}
    assert TOKEN in settings.secrets
    assert TOKEN not in repr(settings)


def test_what_is_no_token_and_no_address_is_named_without_being_shown() -> None:
    problems = problems_of(
        {"BARAZA_SECRET_KEY": SECRET, "BARAZA_TELEGRAM_TOKEN__KENYA": "hello",
         "BARAZA_TELEGRAM_API": "localhost"}
    )  # fmt: skip
    assert len(problems) == 2
    assert "BARAZA_TELEGRAM_TOKEN__KENYA is no bot's token" in problems[0]
    assert "hello" not in problems[0]
    assert "BARAZA_TELEGRAM_API is no address" in problems[1]


def test_folders_follow_the_data_folder() -> None:
    settings = read(BARAZA_DATA="/srv/baraza")
    assert settings.keys == Path("/srv/baraza/keys")
    assert settings.database_file == Path("/srv/baraza/baraza.db")


def test_everything_wrong_is_told_at_once() -> None:
    problems = problems_of(
        {
            "BARAZA_SECRET_KEY": "short",
            "BARAZA_COUNTRIES": "uruguay,../kenya",
            "BARAZA_WEB_LISTEN": "8080",
            "BARAZA_DATABASE_URL": "mysql://me:pw@host/x",
            "BARAZA_LOG": "loud",
            "BARAZA_WEB_SECURE": "perhaps",
            "BARAZA_TRUSTED_PROXIES": "10.0.0.0/8, proxy",
            "BARAZA_UPLOAD_MB": "ten",
            "BARAZA_LOGS": "info",
        },
    )
    assert sorted({line.split(":")[0].split(" ")[0] for line in problems}) == [
        "BARAZA_COUNTRIES",
        "BARAZA_DATABASE_URL",
        "BARAZA_LOG",
        "BARAZA_LOGS",
        "BARAZA_SECRET_KEY",
        "BARAZA_TRUSTED_PROXIES",
        "BARAZA_UPLOAD_MB",
        "BARAZA_WEB_LISTEN",
        "BARAZA_WEB_SECURE",
    ]


def test_no_secret_stands_in_a_problem_or_a_repr() -> None:
    told = " ".join(
        problems_of(
            {"BARAZA_SECRET_KEY": "hunter2", "BARAZA_DATABASE_URL": "mysql://me:pass@host/x"}
        )
    )
    assert "hunter2" not in told
    assert "pass@" not in told
    assert SECRET not in repr(read())


def test_missing_secret_is_told_with_its_remedy() -> None:
    (problem,) = problems_of({})
    assert problem.startswith("BARAZA_SECRET_KEY is not set.")
    assert "token_hex(32)" in problem


def test_without_a_secret_it_is_said_that_there_is_no_dotenv_here(tmp_path: Path) -> None:
    [problem] = problems_of({}, tmp_path / ".env")
    assert f"is not set, and there is no {tmp_path / '.env'} in this folder. For a new" in problem
    (tmp_path / ".env").touch()
    assert "and there is no" not in problems_of({}, tmp_path / ".env")[0]


@pytest.mark.parametrize(("length", "taken"), [(SECRET_KEY_LEAST, True), (31, False)])
def test_secret_has_a_least_length(length: int, taken: bool) -> None:
    environ = {"BARAZA_SECRET_KEY": "s" * length}
    if taken:
        assert read_settings(environ, None).secret_key == "s" * length
    else:
        assert "too short" in problems_of(environ)[0]


def test_misspelt_name_is_refused_with_what_was_meant() -> None:
    problems = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_COUNTRYS": "uruguay"})
    assert problems == ("BARAZA_COUNTRYS is no setting. Did you mean BARAZA_COUNTRIES?",)


def test_names_of_others_and_of_the_tests_are_left_alone() -> None:
    settings = read(PATH="/bin", BARAZA_TEST_REQUIRE="all", BARAZA_REAL_DATA="/data")
    assert settings == read()


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"BARAZA_SECRET_KEY={SECRET}\nBARAZA_LOG=debug\nBARAZA_UPLOAD_MB=3\n")
    settings = read_settings({"BARAZA_LOG": "error"}, dotenv)
    assert (settings.log, settings.upload_mb) == ("error", 3)


def test_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"BARAZA_SECRET_KEY={SECRET}\nBARAZA_LOG=debug\n")
    assert read_settings({"BARAZA_LOG": "  "}, dotenv).log == "debug"


def test_missing_file_is_no_mistake(tmp_path: Path) -> None:
    environ = {"BARAZA_SECRET_KEY": SECRET}
    assert read_settings(environ, tmp_path / ".env") == read()


def test_misspelt_name_in_the_file_is_told_with_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"BARAZA_SECRET_KEY={SECRET}\nBARAZA_DATE=x\nnonsense\n")
    assert problems_of({}, dotenv) == (
        f"{dotenv}: line 3 is not NAME=value.",
        f"BARAZA_DATE in {dotenv} is no setting. Did you mean BARAZA_DATA?",
    )


def test_what_stands_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    environ = {"BARAZA_SECRET_KEY": SECRET}
    dotenv = tmp_path / ".env"
    dotenv.symlink_to("nowhere")
    told = f"{dotenv}: it cannot be read (No such file or directory)."
    assert problems_of(environ, dotenv) == (told,)
    dotenv.unlink()
    dotenv.mkdir()
    assert problems_of(environ, dotenv) == (f"{dotenv}: it cannot be read (Is a directory).",)
    assert read_settings(environ, Path("/dev/null")) == read()


def test_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"\xff\xfe\x00")
    assert problems_of({"BARAZA_SECRET_KEY": SECRET}, dotenv) == (
        f"{dotenv}: it is not UTF-8 text.",
    )


@pytest.mark.parametrize(
    ("text", "listen", "secure"),
    [
        ("127.0.0.1:80", Listen("127.0.0.1", 80), False),
        ("localhost:8080", Listen("localhost", 8080), False),
        ("[::1]:8080", Listen("::1", 8080), False),
        ("0.0.0.0:65535", Listen("0.0.0.0", 65535), True),
        ("chat.example:443", Listen("chat.example", 443), True),
    ],
)
def test_cookies_are_for_https_unless_only_this_machine_can_connect(
    text: str, listen: Listen, secure: bool
) -> None:
    settings = read(BARAZA_WEB_LISTEN=text)
    assert (settings.listen, settings.web_secure) == (listen, secure)
    assert str(settings.listen) == text


@pytest.mark.parametrize("text", ["127.0.0.1:65536", "::1:8080", ":8080", "a b:80", "host:"])
def test_address_that_cannot_be_listened_on_is_refused(text: str) -> None:
    (problem,) = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_WEB_LISTEN": text})
    assert problem.startswith(f"BARAZA_WEB_LISTEN: {text!r}")


def test_said_security_wins_over_the_guess() -> None:
    assert read(BARAZA_WEB_SECURE="yes").web_secure
    assert not read(BARAZA_WEB_LISTEN="0.0.0.0:80", BARAZA_WEB_SECURE="off").web_secure


def test_a_server_is_read_and_its_password_is_never_shown() -> None:
    settings = read(BARAZA_DATABASE_URL="postgresql://ana:s%40fe%2Fword@db.example:5433/town")
    assert settings.postgres == PostgresUrl(
        host="db.example",
        port=5433,
        user="ana",
        password="s@fe/word",
        database="town",
        ssl_mode="prefer",
        ssl_root="",
    )
    assert "s@fe/word" in settings.secrets
    assert "s@fe" not in repr(settings)
    assert "s%40fe" not in repr(settings)
    assert settings.postgres.place == "town at db.example"


def test_a_servers_socket_and_certificates_stand_behind_the_question_mark() -> None:
    url = "postgres:///town?host=/run/postgresql&sslmode=verify-full&sslrootcert=/etc/ca.pem"
    server = read(BARAZA_DATABASE_URL=url).postgres
    assert server is not None
    assert (server.host, server.port, server.user) == ("/run/postgresql", 5432, "")
    assert (server.ssl_mode, server.ssl_root) == ("verify-full", "/etc/ca.pem")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+asyncpg://h/x", "without a driver's name"),
        ("postgresql://h", "names no database"),
        ("postgresql://h/a/b", "names no database"),
        ("postgresql://h/x?sslmode=on", "sslmode is none of disable"),
        ("postgresql://h/x?connect_timeout=3", "connect_timeout is no parameter"),
        ("postgresql://u:hush@h:port/x", "not like postgresql://user:password"),
        ("postgresql://u:hush#hush@h/x", "%3A %2F %3F %23 %40"),
        ("postgresql://u:hush?hush=1@h/x", "%3A %2F %3F %23 %40"),
        ("postgresql://u@h/x?Hush=1", "what follows the ? is no parameter"),
        ("postgresql://u@h/x#hush", "written as %23"),
        ("postgresql://u:hu/sh@h/x", "not like postgresql://user:password"),
    ],
)
def test_a_wrong_url_of_a_server_is_told_without_its_secrets(url: str, told: str) -> None:
    problems = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_DATABASE_URL": url})
    assert any(told in problem for problem in problems), problems
    assert not any("hush" in problem for problem in problems)
    assert all(problem.startswith("BARAZA_DATABASE_URL: ") for problem in problems)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "baraza.db"])
def test_database_without_a_file_is_refused(url: str) -> None:
    (problem,) = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_DATABASE_URL": url})
    assert "is not like sqlite:///var/baraza.db" in problem


def test_trusted_proxies_are_addresses_and_networks() -> None:
    settings = read(BARAZA_TRUSTED_PROXIES="10.0.0.0/8, 192.0.2.7,::1")
    assert [settings.trusts(peer) for peer in ("10.9.9.9", "192.0.2.7", "::1")] == [True] * 3
    assert [settings.trusts(peer) for peer in ("192.0.2.8", "::2", "testclient")] == [False] * 3


def test_the_shortest_secret_taken_is_the_shortest_that_keys_derive_from() -> None:
    assert SECRET_KEY_LEAST == MASTER_LEAST


def test_no_upload_is_promised_that_is_refused_when_it_is_cleaned() -> None:
    assert UPLOAD_MB_MOST * 1024 * 1024 == PHOTO_BYTES_MOST
    (meaning,) = [item.meaning for item in SETTINGS if item.name == "BARAZA_UPLOAD_MB"]
    assert f"{PHOTO_BYTES_MOST // 1024**2} at most." in meaning
    assert f"voice note has {SOUND_BYTES_MOST // 1024**2} at most." in meaning


@pytest.mark.parametrize("text", ["1", str(UPLOAD_MB_MOST)])
def test_upload_limit_is_taken_at_its_edges(text: str) -> None:
    assert read(BARAZA_UPLOAD_MB=text).upload_bytes == int(text) * 1024 * 1024


@pytest.mark.parametrize("text", ["0", str(UPLOAD_MB_MOST + 1), "-1", "1.5", "²"])
def test_upload_limit_is_refused_beyond_its_edges(text: str) -> None:
    (problem,) = problems_of({"BARAZA_SECRET_KEY": SECRET, "BARAZA_UPLOAD_MB": text})
    assert problem.startswith("BARAZA_UPLOAD_MB")


def test_countries_are_a_list_without_repeats() -> None:
    assert read(BARAZA_COUNTRIES=" uruguay, kenya,uruguay,").countries == ("uruguay", "kenya")


def test_demo_makes_its_own_secret_once(tmp_path: Path) -> None:
    environ = {"BARAZA_DATA": str(tmp_path / "data")}
    settings = read_settings(environ, None, demo=True)
    assert settings.secret_key == ""

    first = create_demo_key(settings, lambda n: b"a" * n)
    assert first.secret_key == (b"a" * 32).hex()
    assert read_settings(environ, None, demo=True) == first
    # As when two start together: this one, too, had seen no file.
    assert create_demo_key(settings, lambda n: b"b" * n) == first


def test_demo_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    environ = {"BARAZA_DATA": str(tmp_path)}
    create_demo_key(read_settings(environ, None, demo=True), os.urandom)
    assert [path.name for path in tmp_path.iterdir()] == [DEMO_KEY_FILE]
    assert stat.S_IMODE((tmp_path / DEMO_KEY_FILE).stat().st_mode) == 0o600


def test_a_folder_that_a_demo_made_is_a_demo_until_somebody_sets_a_secret(
    tmp_path: Path,
) -> None:
    environ = {"BARAZA_DATA": str(tmp_path)}
    assert "is not set" in problems_of(environ)[0]
    create_demo_key(read_settings(environ, None, demo=True), os.urandom)
    assert read_settings(environ, None).demo
    assert not read_settings({**environ, "BARAZA_SECRET_KEY": SECRET}, None).demo


def test_only_the_demo_makes_its_own_secret() -> None:
    with pytest.raises(ValueError, match="only the demo"):
        create_demo_key(replace(read(), secret_key=""), os.urandom)


def test_demo_with_a_secret_of_its_own_makes_no_file(tmp_path: Path) -> None:
    environ = {"BARAZA_DATA": str(tmp_path), "BARAZA_SECRET_KEY": SECRET}
    settings = read_settings(environ, None, demo=True)
    assert create_demo_key(settings, os.urandom) is settings
    assert list(tmp_path.iterdir()) == []


def test_every_setting_has_its_row_in_the_readme() -> None:
    expected = {setting.name: (setting.default, setting.meaning) for setting in SETTINGS}
    assert table_rows(ROOT / "README.md") == expected
