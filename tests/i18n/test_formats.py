"""Dates, numbers and lists by language and region."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bot.country import COUNTRIES, load_country
from bot.domain.country import Writing
from bot.domain.messages import Money
from bot.i18n import read_languages
from bot.i18n.formats import AS_IN_CLDR, Formats
from tests.i18n.folders import LOCALES

NIGHT = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)


def formats(language: str, region: str, timezone: str) -> Formats:
    return Formats(read_languages(LOCALES)[language], region, timezone)


@pytest.mark.parametrize(
    ("language", "region", "timezone", "written"),
    [
        (
            "es",
            "UY",
            "America/Montevideo",
            ("12.345", "1,5", "1 de diciembre", "30 de noviembre, 10:30\u202fp.\u202fm.", "a y b"),
        ),
        (
            "sw",
            "KE",
            "Africa/Nairobi",
            ("12,345", "1.5", "1 Desemba", "1 Desemba 04:30", "a na b"),
        ),
        (
            "en",
            "KE",
            "Africa/Nairobi",
            ("12,345", "1.5", "1 December", "1 December, 04:30", "a and b"),
        ),
        (
            "th",
            "TH",
            "Asia/Bangkok",
            ("12,345", "1.5", "1 ธันวาคม", "1 ธันวาคม 08:30", "aและb"),
        ),
        (
            "ar",
            "SO",
            "Africa/Mogadishu",
            ("12,345", "1.5", "1 ديسمبر", "1 ديسمبر، 4:30 ص", "a وb"),
        ),
    ],
)
def test_values_follow_language_region_and_timezone(
    language: str, region: str, timezone: str, written: tuple[str, ...]
) -> None:
    country = formats(language, region, timezone)
    assert (
        country.number(12345),
        country.number(Decimal("1.50")),
        country.day(date(2026, 12, 1)),
        country.time(NIGHT),
        country.listing(["a", "b"]),
    ) == written


@pytest.mark.parametrize(
    ("language", "region", "written"),
    [("th", "TH", "1 กุมภาพันธ์ พ.ศ. 2570"), ("en", "TH", "1 February 2027")],
)
def test_years_are_counted_as_the_language_does(language: str, region: str, written: str) -> None:
    assert formats(language, region, "Asia/Bangkok").full_day(date(2027, 2, 1)) == written


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        ("so", "d MMMM", ("21 Janaayo", "21 Janaayo 2027")),
        ("so", "", ("Janaayo 21", "Janaayo 21, 2027")),
        ("th", "MMM d", ("ม.ค. 21", "ม.ค. 21 พ.ศ. 2570")),
    ],
)
def test_a_country_may_write_its_days_otherwise_than_cldr(
    language: str, day: str, written: tuple[str, str]
) -> None:
    country = Formats(read_languages(LOCALES)[language], "SO", "UTC", Writing(day=day))
    at = date(2027, 1, 21)
    assert (country.day(at), country.full_day(at)) == written
    time = country.time(datetime(2027, 1, 21, 8, tzinfo=UTC))
    assert written[0] in time


def test_somalis_read_the_day_before_its_month() -> None:
    somalia = load_country(COUNTRIES / "somalia")
    writing = dict(somalia.writing)["so"]
    somali = Formats(read_languages(LOCALES)["so"], somalia.region, somalia.timezone, writing)
    assert somali.time(datetime(2027, 1, 21, 8, tzinfo=UTC)) == "21 Janaayo saacadda 11:00"


def test_language_that_cldr_does_not_know_in_the_region_is_written_as_it_stands() -> None:
    # Not as in the United States, which is what a bare `en` would give.
    assert formats("en", "UY", "America/Montevideo").day(date(2026, 12, 1)) == "1 December"


def test_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a time needs its zone"):
        formats("es", "UY", "America/Montevideo").time(NIGHT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("language", "region", "items", "written"),
    [
        ("sw", "KE", ["Bomba na kioski", "Vipuri"], "Bomba na kioski; Vipuri"),
        ("en", "ID", ["Waste bank, beach nets", "Lights"], "Waste bank, beach nets; Lights"),
        ("ar", "SO", ["خبز وماء", "ظل"], "خبز وماء؛ ظل"),
        ("th", "TH", ["เสียง 1 ข้อความ", "2 รูป"], "เสียง 1 ข้อความ, 2 รูป"),
        ("es", "UY", ["Plaza y juegos"], "Plaza y juegos"),
    ],
)
def test_items_that_have_an_and_of_their_own_are_parted_more_strongly(
    language: str, region: str, items: list[str], written: str
) -> None:
    assert formats(language, region, "UTC").listing(items) == written


def test_list_of_none_or_one_needs_no_joining() -> None:
    spanish = formats("es", "UY", "America/Montevideo")
    assert [spanish.listing([]), spanish.listing(["a"])] == ["", "a"]


@pytest.mark.parametrize(
    ("language", "region", "currency", "written"),
    [
        ("es", "UY", "UYU", ("$\xa04.500.000", "$\xa02.100,40", "$\xa00,00", "$\xa00")),
        ("sw", "KE", "KES", ("Ksh\xa04,500,000", "Ksh\xa02,100.40", "Ksh\xa00.00", "Ksh\xa00")),
        ("en", "KE", "KES", ("Ksh\xa04,500,000", "Ksh\xa02,100.40", "Ksh\xa00.00", "Ksh\xa00")),
        ("th", "TH", "THB", ("฿4,500,000", "฿2,100.40", "฿0.00", "฿0")),
        (
            "ar",
            "SO",
            "USD",
            tuple(f"\u200f{n}\xa0US$\u200e" for n in ("4,500,000", "2,100.40", "0.00", "0")),
        ),
    ],
)
def test_money_is_written_as_the_region_does_and_exactly(
    language: str, region: str, currency: str, written: tuple[str, ...]
) -> None:
    country = formats(language, region, "UTC")
    left = Decimal("3600.60") - Decimal("1500.20") - Decimal("2100.40")
    amounts = (Decimal(4500000), Decimal("2100.40"), left, Decimal(0))

    assert tuple(country.money(Money(amount, currency)) for amount in amounts) == written


def test_money_is_never_rounded() -> None:
    assert formats("th", "TH", "UTC").money(Money(Decimal("0.0050"), "THB")) == "฿0.0050"
    assert formats("th", "TH", "UTC").money(Money(Decimal("1.5"), "THB")) == "฿1.50"


@pytest.mark.parametrize(
    ("country", "language", "currency", "written"),
    [
        ("uruguay", "es", "UYU", ("3 de marzo, 20:05", "$\xa01.234,50")),
        ("uruguay", "en", "UYU", ("3 March, 20:05", "$1,234.50")),
        ("indonesia", "id", "IDR", ("4 Maret pukul 07.05", "Rp1.234,50")),
        ("indonesia", "en", "IDR", ("4 March, 07:05", "Rp1.234,50")),
        ("thailand", "th", "THB", ("4 มีนาคม เวลา 06:05", "1,234.50\xa0บาท")),
        ("thailand", "en", "THB", ("4 March, 06:05", "฿1,234.50")),
        ("kenya", "sw", "KES", ("4 Machi 02:05", "Ksh\xa01,234.50")),
        ("kenya", "en", "KES", ("4 March, 02:05", "Ksh\xa01,234.50")),
        ("somalia", "so", "USD", ("4 Maarso saacadda 02:05", "US$1,234.50")),
        ("somalia", "ar", "USD", ("4 مارس، 2:05 ص", "\u200f1,234.50\xa0US$\u200e")),
        ("somalia", "en", "USD", ("4 March, 2:05 am", "US$1,234.50")),
    ],
)
def test_each_country_reads_times_and_money_as_it_writes_them(
    country: str, language: str, currency: str, written: tuple[str, str]
) -> None:
    found = load_country(COUNTRIES / country)
    writing = dict(found.writing).get(language, AS_IN_CLDR)
    known = read_languages(LOCALES)[language]
    its = Formats(known, found.region, found.timezone, writing)
    at = datetime(2027, 3, 3, 23, 5, tzinfo=UTC)
    time = its.time(at).replace("\u202f", " ")
    assert (time, its.money(Money(Decimal("1234.5"), currency))) == written
