"""Every setting, as the README shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table that the README shows; `default` is told in words."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "BARAZA_SECRET_KEY",
        "none: must be set",
        "The master secret that all keys are derived from, at least 32 characters. "
        "Lost, nobody can be written to again. Only the demo makes its own.",
    ),
    Setting("BARAZA_DATA", "`var`", "The folder that holds the database, photos and keys."),
    Setting(
        "BARAZA_KEYS",
        "`keys` in `BARAZA_DATA`",
        "The folder of keys that are destroyed one day. Keep it out of every backup.",
    ),
    Setting(
        "BARAZA_COUNTRIES",
        "all country folders",
        "Which country folders are served, separated by commas.",
    ),
    Setting(
        "BARAZA_WEB_LISTEN",
        "`127.0.0.1:8080`",
        "Address and port of the web chat; `[::1]:8080` for IPv6.",
    ),
    Setting(
        "BARAZA_WEB_URL",
        "none: no page is told of",
        "Where everybody reaches the web chat and the public pages, such as "
        "`https://baraza.example.org`: what is said on Telegram names the pages of votes there.",
    ),
    Setting(
        "BARAZA_DATABASE_URL",
        "`sqlite:///` + `baraza.db` in `BARAZA_DATA`",
        "Where the database is: a SQLite file, or a server as "
        "`postgresql://user:password@host:5432/name` (`?sslmode=require`, `?host=/run/postgresql` "
        "for a socket). Signs such as `@` or `/` in the password are written as `%40`, `%2F`.",
    ),
    Setting("BARAZA_LOG", "`info`", "What is logged: `debug`, `info`, `warning` or `error`."),
    Setting(
        "BARAZA_WEB_SECURE",
        "`false` on a loopback address, else `true`",
        "Whether the browser may send the chat's cookie over HTTPS only.",
    ),
    Setting(
        "BARAZA_TRUSTED_PROXIES",
        "none",
        "Addresses or networks, separated by commas, whose `X-Forwarded-For` is believed.",
    ),
    Setting(
        "BARAZA_TELEGRAM_TOKEN",
        "none: no Telegram",
        "The bot's token from @BotFather, where one country is served. With several, one each: "
        "`BARAZA_TELEGRAM_TOKEN__URUGUAY`.",
    ),
    Setting(
        "BARAZA_TELEGRAM_API",
        "`https://api.telegram.org`",
        "Base address of the Bot API server, such as one of your own.",
    ),
    Setting(
        "BARAZA_TELEGRAM_RATE",
        "`30`",
        "Messages a second that each bot may send, 1,000 at most; Telegram grants more than some "
        "30 for a price only. The same for every process.",
    ),
    Setting(
        "BARAZA_WEBHOOK_URL",
        "none: updates are polled",
        "Public address, `https://…`, where Telegram brings updates: `/telegram/<country>` is "
        "added to it.",
    ),
    Setting(
        "BARAZA_WEBHOOK_SECRET",
        "none: must be set with a web hook",
        "What Telegram shows with each update, so that nobody else can bring one.",
    ),
    Setting("BARAZA_WEBHOOK_LISTEN", "`127.0.0.1:8081`", "Address and port of the web hook."),
    Setting(
        "BARAZA_METRICS_LISTEN",
        "none: no metrics",
        "Address and port of `/metrics` for Prometheus, such as `127.0.0.1:9100`; never a public "
        "one.",
    ),
    Setting(
        "BARAZA_UPLOAD_MB",
        "`10`",
        "The largest photo taken in the web chat, in megabytes, 10 at most. "
        "A voice note has 5 at most.",
    ),
)
