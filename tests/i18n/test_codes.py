"""Language codes as devices really send them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.i18n.folders import locales, speech

WORLD = ("es", "sw", "en", "id", "th", "so", "ar")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("es", "es"),
        ("es-UY", "es"),
        ("es_uy", "es"),
        ("es-419", "es"),
        ("ES", "es"),
        ("id", "id"),
        ("in", "id"),
        ("in-ID", "id"),
        ("in_ID", "id"),
        ("sw-KE", "sw"),
        ("so", "so"),
        ("so-SO", "so"),
        ("ar", "ar"),
        ("ar-001", "ar"),
        ("en_US", "en"),
        ("en-BE", "en"),
        ("th-TH-u-ca-buddhist", "th"),
        (" th ", "th"),
        ("pt-br", None),
        ("zh-hans", None),
        ("sr-latn", None),
        ("xx", None),
        ("", None),
        (" ", None),
        (None, None),
        ("-", None),
        ("_", None),
        ("*", None),
        ("e" * 200, None),
        ("es-" + "x" * 200, None),
        ("\x00", None),
        ("i-klingon", None),
        ("español", None),
    ],
)
def test_code_means_a_language_of_the_country_or_none(
    tmp_path: Path, code: str | None, language: str | None
) -> None:
    assert speech(locales(tmp_path), *WORLD).choose(code) == language


@pytest.mark.parametrize("code", ["in", "ar", "th-TH-u-ca-buddhist", "en_US"])
def test_language_that_the_country_has_not_is_none(tmp_path: Path, code: str) -> None:
    assert speech(locales(tmp_path), "es").choose(code) is None


@pytest.mark.parametrize(
    ("code", "language"),
    [("pt-br", "pt-BR"), ("pt", "pt-PT"), ("pt-AO", "pt-PT"), ("pt_PT", "pt-PT")],
)
def test_regional_language_is_found_by_its_region_or_else_the_first(
    tmp_path: Path, code: str, language: str
) -> None:
    path = locales(tmp_path) / "languages.toml"
    text = path.read_text("utf-8")
    spanish = text[text.index("[es]") : text.index("[sw]")]
    for name in ("pt-PT", "pt-BR"):
        text += spanish.replace("[es]", f"[{name}]").replace('locale = "es"', 'locale = "pt"')
    path.write_text(text, "utf-8")
    assert speech(tmp_path, "pt-PT", "pt-BR").choose(code) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-UY,es;q=0.9,en;q=0.8", "es"),
        ("fr-CH, fr;q=0.9, en;q=0.8, es;q=0.85, *;q=0.5", "es"),
        ("en;q=0.2, sw;q=0.7", "sw"),
        ("in-ID,in;q=0.9", "id"),
        ("en;q=0, es;q=0.1", "es"),
        ("en;q=nan, es;q=0.1", "es"),
        ("en; q=high", None),
        ("en ; Q=0.5", "en"),
        ("en,es", "en"),
        ("xx, pt-BR", None),
        ("*", None),
        (",,;;=,", None),
        ("", None),
        (None, None),
        ("x" * 100_000 + ",es", None),
    ],
)
def test_header_of_a_browser_is_read_by_its_weights(
    tmp_path: Path, header: str | None, language: str | None
) -> None:
    assert speech(locales(tmp_path), *WORLD).accept(header) == language


def test_languages_are_offered_in_the_countrys_order_by_their_own_names(tmp_path: Path) -> None:
    assert speech(locales(tmp_path), "sw", "ar", "en").languages() == [
        ("sw", "Kiswahili"),
        ("ar", "العربية"),
        ("en", "English"),
    ]


def test_direction_is_a_fact_of_the_language(tmp_path: Path) -> None:
    said = speech(locales(tmp_path), "ar", "es")
    assert [said.direction(code) for code in ("ar", "es", "xr", "gone")] == [
        "rtl",
        "ltr",
        "rtl",
        "ltr",
    ]
