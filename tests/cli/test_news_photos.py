"""A picture that organisers send along with the news of a report."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from bot.domain.messages import Message
from bot.domain.operations import Show
from bot.domain.owed import load_owed
from storage import used_files
from tests.cli.conftest import Shell
from tests.swept import erase_old


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (40, 30), "green").save(tmp_path / "mended.jpg", exif=exif)
    return tmp_path / "mended.jpg"


def shown(shell: Shell) -> list[Show]:
    """Pictures that are owed."""
    owed = [load_owed(msgspec.json.decode(payload)) for payload in shell.owed()]
    return [one for one in owed if isinstance(one, Show)]


def test_who_told_of_it_sees_what_was_mended_under_the_news(shell: Shell, picture: Path) -> None:
    code = shell.report("ana")
    shell.back("beto")
    shell.owed()
    done = ("report", "update", code, "--status", "done", "--photo", str(picture))
    assert f"{code} is done. Residents who are told: 2." in shell.told(*done)
    first, second = shown(shell)
    assert first == second
    assert isinstance(first.line, Message)
    assert first.line.source == "News of {code}: {status}."
    for house in shell.house():
        assert b"SecretCamera" not in house.store.open(first.picture)
    assert f"News:         {first.picture}" in shell.told("report", "show", code)
    assert "was already so" in shell.told(*done)
    Image.new("RGB", (40, 30), "blue").save(picture)
    assert "Residents who are told: 2." in shell.told(*done), "another picture is news"
    assert "photo" not in shell.told("report", "clear", code)
    counted = shell.told("query", f"select photos from open_reports where code = '{code}'")
    assert counted.split()[-1] == "0", "it is no resident's"


def test_its_copy_is_named_apart_from_what_residents_sent(shell: Shell, picture: Path) -> None:
    code = shell.report("ana")
    shell.told("report", "update", code, "--status", "seen", "--photo", str(picture))
    shell.execute(
        "insert into media (id, report_id, kind, name, type, size, album, created_at, demo)"
        " select 'later', report_id, 'photo', name, type, size, album, created_at, demo from media"
    )
    told = shell.told("report", "show", code, "--files", "look")
    assert told.index("Photo:") < told.index("News:")
    names = sorted(file.name for file in Path("look").iterdir())
    assert names == [f"{code}-1.jpg", f"news-{code}-1.jpg"]


def test_it_is_kept_as_long_as_photos_are(shell: Shell, picture: Path) -> None:
    code = shell.report("ana")
    shell.told("report", "update", code, "--status", "seen", "--photo", str(picture))
    [name] = shell.read(used_files.media_names)
    for house in shell.house():
        later = house.outside.clock() + timedelta(days=2)
        house.database.write_now(erase_old, "uruguay", {"photo": 1}, later)
        assert name not in house.database.write_now(used_files.media_names)


def test_what_is_no_picture_or_too_large_changes_nothing(
    shell: Shell, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = shell.report("ana")
    seen = ("report", "update", code, "--status", "seen", "--photo", str(picture))
    large = picture.read_bytes() + bytes(1024 * 1024)
    for data, told in ((b"no picture", "not a picture that can be sent"), (large, "than 1 MB")):
        picture.write_bytes(data)
        monkeypatch.setenv("BARAZA_UPLOAD_MB", "1")
        assert told in shell.refused(*seen)
    picture.unlink()
    assert "cannot be read: No such file" in shell.refused(*seen)
    assert " new " in shell.told("report", "list")
