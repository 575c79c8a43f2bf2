"""Settings: read once from the environment and a `.env` file; all mistakes are told at once."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from bot.dotenv import read_dotenv
from bot.settings_table import SETTINGS
from bot.telegram_settings import (
    HOOK_LISTEN,
    OF_ONE_COUNTRY,
    PublicHook,
    of_one_country,
    read_api,
    read_hook,
    read_rate,
    read_tokens,
)
from storage.postgres_url import PostgresUrl, WrongUrl, is_postgres, read_postgres_url

PREFIX = "BARAZA_"
SECRET_KEY_LEAST = 32
"""Characters of a master secret. 32 random letters and digits hold more than 128 bits."""
UPLOAD_MB_MOST = 10
"""A larger photo is refused whatever is set (`bot.work.cleaned`), so a larger promise would be
broken."""
PORT_MOST = 65_535
DEMO_KEY_FILE = "secret.key"
LOG_LEVELS = ("debug", "info", "warning", "error")
OF_THE_TESTS = re.compile(r"BARAZA_TEST_[A-Z_]+|BARAZA_REAL_DATA")
"""Names that the tests read and the program does not: they are no spelling mistakes."""


Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """`problems` is everything that is wrong, one sentence each; no secret stands in them."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the web server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Paths are as given: relative ones start at the working folder."""

    secret_key: str = field(repr=False)
    """Empty only in a demo whose key file does not exist yet; see `create_demo_key`."""
    data: Path
    keys: Path
    countries: tuple[str, ...]
    """Empty means every country folder."""
    listen: Listen
    web_url: str
    """Where everybody reaches the pages, without a slash at its end; '' where nobody said."""
    metrics: Listen | None
    database_file: Path
    """Of SQLite; meaningless on a server."""
    postgres: PostgresUrl | None
    """The server, where the database is on one."""
    log: str
    web_secure: bool
    trusted_proxies: tuple[Network, ...]
    upload_mb: int
    telegram_tokens: Mapping[str, str] = field(repr=False)
    """By country; under '' the one for whichever country is the only one."""
    telegram_api: str
    telegram_rate: int
    """Messages a second of each bot."""
    hook: PublicHook | None
    hook_listen: Listen
    demo: bool

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be seen in a log line."""
        password = "" if self.postgres is None else self.postgres.password
        hook = "" if self.hook is None else self.hook.secret
        tokens = self.telegram_tokens.values()
        return tuple(filter(None, (self.secret_key, password, hook, *tokens)))

    @property
    def upload_bytes(self) -> int:
        return self.upload_mb * 1024 * 1024

    def pages_of(self, country: str) -> str:
        """Where everybody reaches a country's pages; '' where nobody said."""
        return f"{self.web_url}/{country}" if self.web_url else ""

    def trusts(self, address: str) -> bool:
        """Whether `address` (of the peer that connected) is a proxy of ours."""
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self.trusted_proxies)


def read_settings(
    environ: Mapping[str, str],
    dotenv: Path | None,
    demo: bool = False,
    there: Sequence[str] | None = None,
) -> Settings:
    """The environment wins over `dotenv`, which may be missing. An empty value counts as not set.

    In a demo, a secret that is not set is taken from the data folder's key file, if it is there.
    `there` are the country folders, which countries are held against. Raises `SettingsError` with
    every problem at once.
    """
    problems: list[str] = []
    values = _gather(environ, dotenv, problems)
    data = Path(values.get("BARAZA_DATA", "var"))
    # A data folder that a demo made is a demo's ever after, unless somebody sets a secret.
    # Whoever may not look into the folder does not see that.
    made_by_a_demo = os.path.isfile(data / DEMO_KEY_FILE)
    demo = demo or ("BARAZA_SECRET_KEY" not in values and made_by_a_demo)
    listen = _read_listen(values, "BARAZA_WEB_LISTEN", "127.0.0.1:8080", problems)
    url = values.get("BARAZA_DATABASE_URL", f"sqlite:///{data / 'baraza.db'}")
    settings = Settings(
        secret_key=_read_secret(values, dotenv, data, demo, problems),
        data=data,
        keys=Path(values.get("BARAZA_KEYS", data / "keys")),
        countries=_read_countries(values.get("BARAZA_COUNTRIES", ""), there, problems),
        listen=listen,
        web_url=_read_web_url(values.get("BARAZA_WEB_URL", ""), problems),
        metrics=_read_listen(values, "BARAZA_METRICS_LISTEN", "", problems)
        if "BARAZA_METRICS_LISTEN" in values
        else None,
        database_file=_read_database_file(url, problems),
        postgres=_read_postgres(url, problems),
        log=_read_log(values.get("BARAZA_LOG", "info"), problems),
        web_secure=_read_yes_no(values, "BARAZA_WEB_SECURE", not listen.loopback, problems),
        trusted_proxies=_read_proxies(values.get("BARAZA_TRUSTED_PROXIES", ""), problems),
        upload_mb=_read_upload(values.get("BARAZA_UPLOAD_MB", "10"), problems),
        telegram_tokens=read_tokens(values, problems),
        telegram_api=read_api(values, problems),
        telegram_rate=read_rate(values, problems),
        hook=read_hook(values, problems),
        hook_listen=_read_listen(values, "BARAZA_WEBHOOK_LISTEN", HOOK_LISTEN, problems),
        demo=demo,
    )
    if problems:
        raise SettingsError(problems)
    return settings


def create_demo_key(settings: Settings, random: Callable[[int], bytes]) -> Settings:
    """Give a demo that has no secret one of its own, kept in the data folder (mode 0600).

    Two demos that start together end with the same secret: the file appears whole or not at all,
    and the second one reads the first one's.
    """
    if settings.secret_key:
        return settings
    if not settings.demo:
        raise ValueError("only the demo makes its own secret")
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = settings.data / DEMO_KEY_FILE
    draft = settings.data / f"{DEMO_KEY_FILE}.{random(8).hex()}"
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(random(32).hex() + "\n")
    try:
        os.link(draft, target)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return replace(settings, secret_key=target.read_text(encoding="utf-8").strip())


def _gather(
    environ: Mapping[str, str], dotenv: Path | None, problems: list[str]
) -> dict[str, str]:
    gathered: dict[str, str] = {}
    known = [setting.name for setting in SETTINGS]
    sources: list[tuple[str, Mapping[str, str]]] = []
    # A folder in its place, or a link to nothing, is not passed over.
    if dotenv is not None and os.path.lexists(dotenv):
        try:
            from_file, wrong = read_dotenv(dotenv.read_text(encoding="utf-8-sig"))
        except UnicodeDecodeError:
            from_file, wrong = {}, ["it is not UTF-8 text"]
        except OSError as error:
            from_file, wrong = {}, [f"it cannot be read ({error.strerror})"]
        problems += [f"{dotenv}: {problem}." for problem in wrong]
        sources.append((f" in {dotenv}", from_file))
    sources.append(("", environ))
    for where, values in sources:
        for name in sorted(values):
            if name in known or OF_ONE_COUNTRY.fullmatch(name):
                if values[name].strip():
                    gathered[name] = values[name].strip()
            elif name.startswith(PREFIX) and not OF_THE_TESTS.fullmatch(name):
                close = of_one_country(name) or difflib.get_close_matches(name, known, 1, 0.6)
                meant = f" Did you mean {close[0]}?" if close else ""
                problems.append(f"{name}{where} is no setting.{meant}")
    return gathered


def _read_secret(
    values: Mapping[str, str], dotenv: Path | None, data: Path, demo: bool, problems: list[str]
) -> str:
    name, secret = "BARAZA_SECRET_KEY", values.get("BARAZA_SECRET_KEY", "")
    key_file = data / DEMO_KEY_FILE
    if not secret and demo:
        if not os.path.isfile(key_file):
            return ""
        try:
            name, secret = str(key_file), key_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            problems.append(f"{key_file} cannot be read.")
            return ""
    if not secret:
        # Whoever stands in another folder than the town's needs no new one.
        nowhere = dotenv is not None and not os.path.lexists(dotenv)
        problems.append(
            f"{name} is not set{f', and there is no {dotenv} in this folder' if nowhere else ''}. "
            'For a new town: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    elif len(secret) < SECRET_KEY_LEAST:
        problems.append(f"{name} is too short: it needs {SECRET_KEY_LEAST} characters.")
    return secret


def _read_countries(
    value: str, there: Sequence[str] | None, problems: list[str]
) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_read_list(value)))
    if there is not None:
        problems += unknown_countries(names, there)
        return names
    problems += [
        f"BARAZA_COUNTRIES: {name!r} is not the name of a country folder."
        for name in names
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", name)
    ]
    return names


def unknown_countries(names: Iterable[str], there: Sequence[str]) -> list[str]:
    """A problem for each name that is none of the country folders."""
    told = f"BARAZA_COUNTRIES: there is no country {{!r}}. There are: {', '.join(there)}."
    return [told.format(name) for name in names if name not in there]


def _read_listen(
    values: Mapping[str, str], name: str, default: str, problems: list[str]
) -> Listen:
    value = values.get(name, default)
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]\s]+)):([0-9]{1,5})", value)
    if match and int(match[3]) <= PORT_MOST:
        return Listen(match[1] or match[2], int(match[3]))
    problems.append(f"{name}: {value!r} is not like 127.0.0.1:8080 or [::1]:8080.")
    return Listen("127.0.0.1", 8080)


def _read_web_url(value: str, problems: list[str]) -> str:
    """Pages name each other from the root of their host, so that nothing may stand behind it."""
    if value and not re.fullmatch(r"https?://[^\s/?#@]+/?", value):
        problems.append(
            f"BARAZA_WEB_URL: {value!r} is not like https://baraza.example.org, with no path."
        )
    return value.rstrip("/")


def _read_database_file(url: str, problems: list[str]) -> Path:
    if is_postgres(url):
        return Path()
    scheme, _, rest = url.partition(":")
    kind = scheme.partition("+")[0]
    if kind != "sqlite" or not re.fullmatch(r"///[^?]+", rest) or rest == "///:memory:":
        # The URL may hold a password, so it is not shown.
        problems.append(
            "BARAZA_DATABASE_URL is not like sqlite:///var/baraza.db "
            "(or sqlite:////… for a path from the root), nor like "
            "postgresql://user:password@host:5432/name."
        )
    return Path(rest.removeprefix("///"))


def _read_postgres(url: str, problems: list[str]) -> PostgresUrl | None:
    if not is_postgres(url):
        return None
    try:
        return read_postgres_url(url)
    except WrongUrl as error:
        problems += [f"BARAZA_DATABASE_URL: {problem}." for problem in error.problems]
        return None


def _read_log(value: str, problems: list[str]) -> str:
    if value.lower() not in LOG_LEVELS:
        problems.append(f"BARAZA_LOG: {value!r} is none of {', '.join(LOG_LEVELS)}.")
    return value.lower()


def _read_yes_no(values: Mapping[str, str], name: str, default: bool, problems: list[str]) -> bool:
    value = values.get(name, "").lower()
    if value in {"true", "yes", "on", "1"}:
        return True
    if value in {"false", "no", "off", "0"}:
        return False
    if value:
        problems.append(f"{name}: {value!r} is neither true nor false.")
    return default


def _read_proxies(value: str, problems: list[str]) -> tuple[Network, ...]:
    networks: list[Network] = []
    for name in _read_list(value):
        try:
            networks.append(ip_network(name))
        except ValueError:
            problems.append(f"BARAZA_TRUSTED_PROXIES: {name!r} is no address and no network.")
    return tuple(networks)


def _read_upload(value: str, problems: list[str]) -> int:
    if re.fullmatch(r"[0-9]{1,6}", value) and 1 <= int(value) <= UPLOAD_MB_MOST:
        return int(value)
    problems.append(f"BARAZA_UPLOAD_MB: {value!r} is no whole number from 1 to {UPLOAD_MB_MOST}.")
    return 1


def _read_list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
