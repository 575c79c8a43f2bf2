"""Words: a lazy message becomes text in somebody's language, by gettext catalogues and CLDR."""

from bot.i18n.languages import Language, Languages, read_languages
from bot.i18n.speech import Speech, Wording

__all__ = ["Language", "Languages", "Speech", "Wording", "read_languages"]
