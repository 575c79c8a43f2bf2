"""A vote's result as the announcement that tells it."""

from __future__ import annotations

import click

from bot.app import House
from bot.domain.announcements import Content, Picture
from bot.domain.country import Country
from bot.domain.inbound import Attachment
from bot.domain.votes import Vote, page_of
from bot.pictures.raster import NoRasteriser
from bot.program import to_install
from bot.services import vote_results
from bot.services.vote_sheet import News, news_of, sheet_of, text_of

CHART_TYPE = "image/jpeg"
"""What the media store makes of every picture."""


def result_content(house: House, vote: Vote, country: Country) -> Content:
    """The result in each of the country's languages, with its chart, the address of its page and
    a button that opens the vote. Each chart is drawn once and kept by what is on it."""
    result = house.database.read_now(vote_results.result_of, vote)
    speech, page = house.speeches[country.key], page_of(vote.code)
    try:
        told = [(one, news_of(result, country, speech, one)) for one in country.languages]
    except NoRasteriser:
        click.echo(f"It goes without its chart, which needs: {to_install('pictures')}")
        texts = tuple(
            (one, text_of(sheet_of(result, country, speech, one))) for one in country.languages
        )
        return Content(texts, opens=vote.code, page=page)
    charts = tuple((one, _keep(house, news)) for one, news in told)
    return Content(
        tuple((one, news.text) for one, news in told),
        Picture(charts[0][1], CHART_TYPE, tuple((one, news.alt) for one, news in told), charts),
        opens=vote.code,
        page=page,
    )


def _keep(house: House, news: News) -> str:
    """The chart's name in the media store. The row that names it is still to come."""
    kept = house.files.take(news.picture, "image/png")
    if not isinstance(kept, Attachment):
        raise ValueError(f"the chart of a result cannot be kept: {kept.reason}")
    return kept.name


def settle_charts(house: House, content: Content) -> None:
    """A row names the charts by now."""
    for _language, name in content.picture.versions if content.picture else ():
        house.files.settle(name)
