"""Posters: what the code says to an independent reader, and what is refused in words."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from bot.cli.poster import poster
from bot.pictures import raster
from bot.pictures.poster import HEIGHT, WIDTH, Panel, draw_poster
from bot.pictures.raster import to_pdf, to_png
from tests.telegram.api import TOKEN, BotApi, html_error, serving

LINK = "https://t.me/BarrioLimpioBot?start=casavalle"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(poster, ["--country", "uruguay", *arguments])


def read_code(picture: Image.Image) -> str:
    [found] = zxingcpp.read_barcodes(picture)
    return str(found.text)


def texts(svg: str) -> list[str]:
    return [item.text or "" for item in ET.fromstring(svg).iter() if item.tag.endswith("}text")]


def test_the_code_of_a_picture_leads_to_the_bot_at_the_place(tmp_path: Path) -> None:
    out = tmp_path / "poster.png"
    told = run("--place", "casavalle", "--bot", "@BarrioLimpioBot", "--out", str(out))
    assert told.exit_code == 0, told.output
    with Image.open(out) as picture:
        assert read_code(picture) == LINK
        assert abs(picture.height / picture.width - 297 / 210) < 0.001


def test_an_svg_says_link_word_and_plain_words_in_each_language(tmp_path: Path) -> None:
    out = tmp_path / "poster.svg"
    told = run("--place", "casavalle", "--bot", "BarrioLimpioBot", "--out", str(out))
    assert told.exit_code == 0, told.output
    said = texts(out.read_text("utf-8"))
    assert said[:3] == ["Barrio Limpio, Barrio Escuchado", "casavalle", LINK]
    assert any(line.startswith("¿Hay un problema acá?") for line in said)
    assert any(line.startswith("Is something wrong here?") for line in said)


def test_of_a_country_that_is_not_served_there_is_a_poster_for_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARAZA_COUNTRIES", "kenya")
    wanted = ("--place", "casavalle", "--out", str(tmp_path / "poster.svg"))
    told = run(*wanted)
    assert told.exit_code == 1
    assert "uruguay is not served here: BARAZA_COUNTRIES says which are." in told.output
    assert run(*wanted, "--web", "https://chat.example.org").exit_code == 0


def test_a_place_is_named_as_in_every_other_command(tmp_path: Path) -> None:
    out = tmp_path / "poster.svg"
    told = run("--place", "Aires Puros", "--bot", "AbcdBot", "--out", str(out))
    assert told.exit_code == 0, told.output
    assert texts(out.read_text("utf-8"))[1] == "aires-puros"


def test_a_pdf_is_one_page_of_a4(tmp_path: Path) -> None:
    out = tmp_path / "poster.pdf"
    told = run(
        "--place", "palermo", "--web", "https://chat.example.org/", "--out", str(out)
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    data = out.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [ 0 0 595." in data


def test_a_web_address_gets_the_country_and_the_code(tmp_path: Path) -> None:
    out = tmp_path / "poster.png"
    run("--place", "palermo", "--web", "https://chat.example.org/", "--out", str(out))
    with Image.open(out) as picture:
        assert read_code(picture) == "https://chat.example.org/uruguay?start=palermo"


def test_without_an_address_it_is_one_to_try_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "poster.svg"
    told = run("--place", "palermo", "--out", str(out))
    assert told.exit_code == 0, told.output
    assert "which others cannot reach" in told.output
    assert texts(out.read_text("utf-8"))[2].endswith("/uruguay?start=palermo")


async def test_where_only_a_bot_has_an_address_the_code_leads_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "poster.svg"
    words = ("--place", "palermo", "--out", str(out))
    async with serving(BotApi(username="B" * 32)) as api:
        monkeypatch.setenv("BARAZA_TELEGRAM_TOKEN__URUGUAY", TOKEN)
        monkeypatch.setenv("BARAZA_TELEGRAM_API", api.address)
        told = await asyncio.to_thread(run, *words)
        assert told.exit_code == 0, told.output
        assert texts(out.read_text("utf-8"))[2] == f"https://t.me/{'B' * 32}?start=palermo"
        monkeypatch.setenv("BARAZA_WEB_URL", "https://chat.example.org")
        await asyncio.to_thread(run, *words)
        assert texts(out.read_text("utf-8"))[2].startswith("https://chat.example.org/")
        monkeypatch.delenv("BARAZA_WEB_URL")
        api.odd["getMe"] = [html_error]
        assert "others cannot reach" in (await asyncio.to_thread(run, *words)).output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--place", "atlantis", "--bot", "AbcdBot"), "'atlantis' is no place"),
        (("--place", "casavale", "--bot", "AbcdBot"), "There are: casavalle"),
        (("--place", "palermo", "--bot", "no name"), "is no name of a Telegram bot"),
        (("--place", "palermo", "--web", "chat.example.org"), "is no web address"),
        (("--place", "palermo", "--web", "https://x.org", "--bot", "AbcdBot"), "to one chat"),
        (("--place", "palermo", "--bot", "AbcdBot", "--out", "poster.gif"), "is to end in"),
        (("--place", "palermo", "--bot", "AbcdBot", "--out", "/no/a.svg"), "cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(arguments: tuple[str, ...], why: str) -> None:
    told = run(*arguments)
    assert told.exit_code == 1
    assert why in told.output


def test_without_the_extra_the_remedy_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(raster, "font_files", tuple)
    out = tmp_path / "poster.pdf"
    told = run("--place", "palermo", "--bot", "AbcdBot", "--out", str(out))
    assert told.exit_code == 1
    assert f"{sys.executable} -m pip install 'baraza[pictures]'" in told.output
    assert not out.exists()


def test_a_poster_that_cannot_be_written_leaves_the_one_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "poster.svg"
    out.write_text("the one before")
    monkeypatch.setattr(os, "fsync", full)
    told = run("--place", "palermo", "--bot", "AbcdBot", "--out", str(out))
    assert told.exit_code == 1
    assert "No space left on device" in told.output
    assert [item.read_text() for item in tmp_path.iterdir()] == ["the one before"]


LONG = "abcdefghi " * 30


@pytest.mark.parametrize("count", [1, 2, 6])
def test_whatever_is_said_stays_on_the_page_and_reads_literally(count: int) -> None:
    panels = [Panel("rtl" if at % 2 else "ltr", LONG, ("A & B <3", LONG)) for at in range(count)]
    svg = draw_poster("</text> & <b>", LINK, "ward-4" * 5, panels)
    assert texts(svg)[0] == "</text> & <b>"
    lines = [item for item in ET.fromstring(svg).iter() if item.tag.endswith("}text")]
    assert all(0 < float(item.attrib["y"]) < HEIGHT for item in lines)
    rtl = [item for item in lines if (item.text or "").startswith("\u2067")]
    assert bool(rtl) is (count > 1)
    assert all(item.attrib["text-anchor"] == "end" for item in rtl)
    with Image.open(BytesIO(to_png(svg))) as picture:
        assert read_code(picture) == LINK
        # Nothing is drawn in the outermost edge of the paper.
        grey = picture.convert("L")
        edge = round(picture.width * 40 / WIDTH)
        right = grey.crop(
            (picture.width - edge, picture.height // 2, picture.width, picture.height)
        )
        assert right.getextrema() == (255, 255)
    assert to_pdf(svg).startswith(b"%PDF-")
