"""`baraza poster`: a page for the wall, with the code that opens a report at its place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import click

from bot.app import LOCALES, served_countries
from bot.cli.doctor_telegram import ask_name
from bot.cli.shell import choose_key, refuse, writing
from bot.country import country_names, load_countries
from bot.domain.country import Country
from bot.domain.messages import Message, Verbatim, _
from bot.i18n import Speech
from bot.i18n.served import with_words
from bot.pictures.poster import Panel, draw_poster
from bot.pictures.raster import NoRasteriser, to_pdf, to_png
from bot.program import to_install
from bot.settings import SettingsError, read_settings
from bot.telegram_bots import name_tokens
from bot.work.whole_files import whole_file

BOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
"""As Telegram has them, 32 signs at most."""

HEADLINE = _("Is something wrong here? Tell us in a free chat.")
SCAN = _("Scan the code with the camera of your phone.")
TYPE = _("Or open {link} and type the word {word}.")


@click.command()
@click.option("--country", "key", required=True, help="The country's key, such as uruguay.")
@click.option("--place", required=True, help="The key of the place where it will hang.")
@click.option("--bot", "bot_name", help="The name of the Telegram bot, without @.")
@click.option("--web", "web", help="The public address of the web chat, with https://.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write: .pdf, .png or .svg.  [default: poster-COUNTRY-PLACE.pdf]",
)
def poster(key: str, place: str, bot_name: str | None, web: str | None, out: Path | None) -> None:
    """Draw an A4 page with a QR code, a link and a word to type, in the country's languages.

    Whoever scans the code, or types the word, reports a problem at that place. Without --bot and
    --web the code leads to the web chat at BARAZA_WEB_URL; where that is not set, to the country's
    Telegram bot, if it has a token and Telegram can be asked; else to the web chat here.
    """
    country, speech = _country(key)
    place = choose_key("place of that country", place, country.places_by_key())
    out = out or Path(f"poster-{country.key}-{place}.pdf")
    drawn = {".svg": None, ".png": to_png, ".pdf": to_pdf}
    if out.suffix.lower() not in drawn:
        refuse(f"{out.name}: the file is to end in .pdf, .png or .svg.")
    svg = _draw(country, speech, place, *_links(country, place, bot_name, web))
    draw = drawn[out.suffix.lower()]
    try:
        data = svg.encode() if draw is None else draw(svg)
    except NoRasteriser:
        refuse(
            f"PDF and PNG need the extra `pictures`: {to_install('pictures')}\n"
            "An .svg needs nothing more."
        )
    with writing(out), whole_file(out) as file:
        file.write(data)
    click.echo(f"written: {out}")


def _country(key: str) -> tuple[Country, Speech]:
    countries, speeches = with_words(load_countries(LOCALES / "countries"), LOCALES)
    if key not in countries:
        refuse(f"There is no country {key!r}. There are: {', '.join(sorted(countries))}.")
    return countries[key], speeches[key]


def _links(country: Country, place: str, bot_name: str | None, web: str | None) -> tuple[str, str]:
    """Where the code leads, and what people type into a browser or the app."""
    if bot_name is not None and web is not None:
        refuse("Give --bot or --web: a code leads to one chat.")
    if bot_name is None and web is None:
        bot_name, web = _of_settings(country)
    if bot_name is not None:
        name = bot_name.removeprefix("@")
        if not BOT_NAME.fullmatch(name):
            refuse(f"{bot_name!r} is no name of a Telegram bot.")
        return f"https://t.me/{name}?start={place}", f"t.me/{name}"
    web = web or ""
    parts = urlsplit(web)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        refuse(f"{web!r} is no web address such as https://chat.example.org.")
    page = f"{web.rstrip('/')}/{country.key}"
    return f"{page}?start={place}", page.partition("//")[2]


def _of_settings(country: Country) -> tuple[str | None, str | None]:
    """The bot's name, or the web chat's address where there is no bot or it has a public one."""
    try:
        settings = read_settings(
            os.environ, Path(".env"), True, country_names(LOCALES / "countries")
        )
        served = served_countries(settings)
        tokens = name_tokens(settings.telegram_tokens, served)
    except SettingsError as error:
        refuse(str(error))
    if country.key not in served:
        refuse(
            f"{country.key} is not served here: BARAZA_COUNTRIES says which are. Where it is "
            "served elsewhere, give --bot NAME or --web URL."
        )
    if settings.web_url:
        return None, settings.web_url
    token = tokens.get(country.key)
    name = ask_name(settings, token) if token else ""
    if name:
        return name, None
    web = f"http://{settings.listen}"
    click.echo(
        f"The code leads to {web}, which others cannot reach: give --bot NAME or --web URL, or "
        "set BARAZA_WEB_URL.",
        err=True,
    )
    return None, web


def _draw(country: Country, speech: Speech, place: str, link: str, short: str) -> str:
    filled: tuple[Message, ...] = (SCAN, TYPE(link=Verbatim(short), word=Verbatim(place)))
    panels = [
        Panel(
            speech.direction(language),
            speech.text(HEADLINE, language),
            tuple(speech.text(line, language) for line in filled),
        )
        for language in country.languages
    ]
    title = speech.text(country.programme, country.languages[0])
    return draw_poster(title, link, place, panels)
