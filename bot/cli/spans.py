"""`--since` and `--until`: days as each country counts them, both ends included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import click

from bot.cli.parameters import start_of
from bot.domain.country import Country
from storage.spans import Span


def read_spans(
    countries: Mapping[str, Country], since: date | None, until: date | None
) -> list[Span]:
    """A span for each country. Raises a usage error where the end is before the beginning."""
    if since and until and until < since:
        raise click.UsageError(f"--until {until} is before --since {since}.")
    spans = []
    for key, country in countries.items():
        zone = ZoneInfo(country.timezone)
        spans.append(
            Span(
                key,
                start_of(since, zone) if since else None,
                start_of(until + timedelta(days=1), zone) if until else None,
            )
        )
    return spans


def describe_span(span: Span, timezone: str) -> str:
    """A span in words, with the moments that were taken and the zone they are told in."""
    since = f"from {span.since.isoformat()}" if span.since else "from the first"
    until = f"until before {span.until.isoformat()}" if span.until else "until now"
    return f"{span.country}: {since} {until}, {timezone}"


def tell_bounds(spans: Sequence[Span], countries: Mapping[str, Country]) -> None:
    """Apart from the answer, so that it can be read by a program."""
    for span in spans:
        click.echo(describe_span(span, countries[span.country].timezone), err=True)
