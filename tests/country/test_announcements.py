"""An announcement's file: what is read of it, and how what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.country import check_country, read_announcement
from bot.domain.announcements import Audience, Content, Draft, Link, TookPart
from tests.houses import served

WHOLE = """\
country = "uruguay"

[text]
en = "From Monday on."
es = '''
Desde el lunes.

A las 19.
'''

[button]
opens = "report"

[link]
url = "https://example.org/a"
label = { es = "Ver el mapa", en = "See the map" }

[picture]
file = "bins.png"
alt = { es = "Un mapa", en = "A map" }

[audience]
areas = ["palermo"]
languages = ["es"]
channels = ["web", "telegram"]
took_part = ["reports", "report mvd 7f3k"]
"""


HEAD = "+++\ncountry = 'uruguay'\n+++\n"


def read(folder: Path, text: str, name: str = "bins.toml") -> tuple[Draft | None, list[str]]:
    file = folder / name
    file.write_text(text, "utf-8")
    (folder / "bins.png").write_bytes(b"only looked for")
    draft, problems = read_announcement(file, served()[0])
    return draft, [f"{problem.line}: {problem.text}" for problem in problems]


def test_everything_that_a_file_may_say_is_read(tmp_path: Path) -> None:
    draft, problems = read(tmp_path, WHOLE)
    assert problems == []
    assert draft == Draft(
        Audience(
            "uruguay",
            areas=("palermo",),
            languages=("es",),
            channels=("web", "telegram"),
            took_part=(TookPart("report"), TookPart("report", "MVD-7F3K")),
        ),
        Content(
            (("es", "Desde el lunes.\n\nA las 19."), ("en", "From Monday on.")),
            link=Link("https://example.org/a", (("es", "Ver el mapa"), ("en", "See the map"))),
            opens="report",
        ),
        picture="bins.png",
        alt=(("es", "Un mapa"), ("en", "A map")),
    )


def test_a_markdown_file_says_the_same_with_its_texts_below_the_head(tmp_path: Path) -> None:
    head = "+++\ncountry = 'uruguay'\n[button]\nopens = 'palermo'\n+++\n"
    draft, problems = read(tmp_path, f"{head}\n# es\nUno\n\ndos\n# en\nOne\n", "bins.md")
    assert problems == []
    assert draft is not None
    assert draft.content == Content((("es", "Uno\n\ndos"), ("en", "One")), opens="palermo")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('country = "uruguay"\n', "", "1: `country` is missing at the top of the file"),
        ('"uruguay"', '"uruguai"', "1: `uruguai` is not known here; did you mean `uruguay`?"),
        ('en = "From Monday on."\n', "", "3: the text is missing in `en`"),
        ('en = "From', 'fr = "x"\nen = "From', "4: `fr` is no language of uruguay"),
        ("A las 19.", "El {date}.", "5: {date} is still to be filled in: write it out"),
        ("From Monday on.", " ", "4: the text in `en` is to be a text that is not empty"),
        ("From Monday on.", "\u200b \u200f", "4: the text in `en` is to be a text that is not"),
        ("From Monday on.", "<B>Now</B>", "4: <B> would be read with its signs"),
        ("From Monday on.", "x" * 4097, "4: the text has 4097 signs; 4096 fit one message"),
        ('opens = "report"', 'opens = "reprot"', "12: `reprot` is not known here; did you mean"),
        ("https://example.org", "http://example.org", "15: “http://example.org/a” is no address"),
        ("See the map", "See the whole map now", "16: the label has 21 signs; 20 fit"),
        ('file = "bins.png"', 'file = "../bins.png"', "19: “../bins.png” is to be a picture"),
        ('file = "bins.png"', 'file = "none.png"', "19: there is no “none.png” beside this file"),
        (', en = "A map"', "", "20: what the picture shows is missing in `en`"),
        ('"palermo"', '"palermoo"', "23: `palermoo` is no place here; did you mean `palermo`?"),
        ('["es"]', '["gn"]', "24: `gn` is no language here"),
        ('"web", ', '"sms", ', "25: `sms` is no channel here"),
        ('"reports"', '"bins"', "26: “bins” is nothing to take part in: write `reports`"),
        ("took_part", "tookpart", "26: `tookpart` is not known here; did you mean `took_part`?"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in WHOLE
    draft, problems = read(tmp_path, WHOLE.replace(old, new, 1))
    assert draft is None
    assert [problem[: len(told)] for problem in problems] == [told]


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    _draft, problems = read(tmp_path, 'country = "uruguay"\n[text]\nes = ""\n[link]\nurl = "x"\n')
    assert [problem[0] for problem in problems] == [*"234445"], problems


def test_a_text_of_4096_signs_and_a_label_of_20_fit(tmp_path: Path) -> None:
    text = WHOLE.replace("From Monday on.", "x" * 4096).replace("See the map", "x" * 20)
    assert read(tmp_path, text)[1] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("+++\ncountry = 'uruguay'\n", "1: the head has no second +++"),
        ("+++\ncountry = 'uruguay'\n+++\nHello\n# es\na\n# en\nb", "4: say the language first"),
        ("+++\ncountry = 'uruguay'\n+++\n# es\na\n# es\nb\n# en\nc", "6: `es` stands here a sec"),
        ("+++\ncountry = 'uruguay'\n+++\n# es\na\n# pt\nb\n# en\nc", "6: `pt` is no language of"),
        ("+++\ncountry = 'uruguay'\n+++\n# es\n{day}\n# en\nc", "4: {day} is still to be filled"),
        (f"{HEAD}# es\na\n\n**b** c\n# en\nd", "4: **b** would be read with its signs"),
        (f"{HEAD}# es\na\n# en\nSee [it](https://x.org)", "6: [it](https://x.org) would be"),
        (f"{HEAD}# es\na\n# en\nb\n## c", "6: ## c would be read with its signs"),
    ],
)
def test_what_is_wrong_in_markdown_is_named_with_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    draft, problems = read(tmp_path, text, "bins.md")
    assert draft is None
    assert [problem for problem in problems if problem.startswith(told)], problems


def test_a_file_of_another_kind_or_none_at_all_is_refused(tmp_path: Path) -> None:
    for name in ("bins.txt", "nothing.toml"):
        file = tmp_path / name
        if name == "bins.txt":
            file.write_text("x")
        draft, [problem] = read_announcement(file, served()[0])
        assert draft is None
        assert "file" in problem.text


def test_a_countrys_own_announcements_are_checked_with_its_folder() -> None:
    folder = Path(__file__).parents[2] / "locales" / "countries"
    for name in served()[0]:
        assert check_country(folder / name) == []


def test_a_broken_one_in_a_countrys_folder_is_named(tmp_path: Path) -> None:
    import shutil

    shutil.copytree(Path(__file__).parents[2] / "locales", tmp_path / "locales")
    folder = tmp_path / "locales" / "countries" / "uruguay"
    (folder / "announcements").mkdir(exist_ok=True)
    (folder / "announcements" / "bad.toml").write_text('[text]\nes = "Hola"\n', "utf-8")
    [problem] = check_country(folder)
    assert (problem.file.name, problem.line) == ("bad.toml", 1)
    assert problem.text == "the text is missing in `en`"
