"""A country's folder, read and checked, becomes the value `bot.domain.country.Country`."""

from bot.country.announcements import announcement_files, read_announcement
from bot.country.folder import check_country, code_prefixes, load_countries, load_country
from bot.country.folders import COUNTRIES, COUNTRY_FILE, country_names
from bot.country.places import doubled_names
from bot.country.problems import CountryError
from bot.country.texts import lines_of, texts_of
from bot.domain.problems import Problem

__all__ = [
    "COUNTRIES",
    "COUNTRY_FILE",
    "CountryError",
    "Problem",
    "announcement_files",
    "check_country",
    "code_prefixes",
    "country_names",
    "doubled_names",
    "lines_of",
    "load_countries",
    "load_country",
    "read_announcement",
    "texts_of",
]
