"""A vote's file, to be filled in."""

from __future__ import annotations

from bot.domain.country import Country


def template(country: Country, key: str) -> str:
    """A file to be filled in, which `load_vote` finds empty texts in and nothing else wrong."""
    texts = "\n".join(f'{language} = ""' for language in country.languages)
    inline = ", ".join(f'{language} = ""' for language in country.languages)
    return _TEMPLATE.format(
        key=key,
        country=country.key,
        zone=country.timezone,
        texts=texts,
        about="\n".join(f"# {line}" for line in texts.splitlines()),
        options="\n".join(_OPTION.format(key=each, label=inline) for each in ("one", "two")),
    )


_OPTION = """\
[[options]]
key = "{key}"
# emoji = "🌳"
# cost = "1500.20"
# picture = "{key}.jpg"
label = {{ {label} }}
# text = {{ {label} }}
"""


_TEMPLATE = """\
# A vote. See docs/organiser.md; baraza vote check FILE says what is missing.
key = "{key}"
country = "{country}"
# Who of the team answers for it.
owner = ""
# On the clocks of {zone}; for others:
# zone = "{zone}"
opens = 2026-12-01T09:00:00
closes = 2026-12-14T20:00:00
# plurality or approval (most votes win), greedy-skip or greedy-stop (with a pot of money)
method = "approval"
# Who comes first among equals: cheapest, file (the order below) or "lot:a published seed".
tie = "file"
# How many may be chosen on one ballot; 1 is choose one.
most = 1
# How many win, where no money is spent.
seats = 1
# pot = "100000"
# currency = "USD"
# What is chosen on one ballot may not cost more than the pot together.
# within_pot = true
# How many must choose an option, so that it can win.
# least = 10
# Within so many days of the close the result is promised to voters.
result_days = 3
# Whether "none of these" may be cast on purpose.
blank = true

[question]
{texts}

# Told before the rules.
# [about]
{about}

[who]
# Only who states to be of age.
adult = true
# areas = []
# registered_before = 2026-12-01
# ask_area = true

{options}"""
