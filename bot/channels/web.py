"""The web chat: one page per country, which works as plain forms and better with scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime

from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.web_handlers import Handlers, Parts
from bot.channels.web_limits import Limits
from bot.channels.web_notices import Notices
from bot.channels.web_pages import STATIC, Pages
from bot.channels.web_ports import Files, Town
from bot.channels.web_render import change, render
from bot.channels.web_session import Sessions
from bot.channels.web_streams import Streams
from bot.channels.web_turns import Turns
from bot.channels.web_votes import Records, VotePages
from bot.domain.country import Country
from bot.domain.inbox import Entry
from bot.domain.operations import Announce, Operation, Receipt, Sent
from bot.i18n import Speech
from bot.keys import Keys

__all__ = ["Files", "Limits", "Records", "Town", "WebChat"]


class WebChat:
    """The pages of all countries that one process serves. `random` gives bytes fit for ids."""

    def __init__(
        self,
        *,
        countries: Mapping[str, Country],
        speeches: Mapping[str, Speech],
        town: Town,
        records: Records,
        files: Files,
        keys: Keys,
        executor: Executor,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        limits: Limits | None = None,
        trusts: Callable[[str], bool] = lambda _peer: False,
        secure: bool = True,
        demo: bool = False,
    ) -> None:
        """`trusts` tells a proxy's address, `secure` whether cookies travel over HTTPS only."""
        limits = limits or Limits()
        sessions = Sessions(keys, random)
        pages = Pages(countries, speeches, limits, sessions.new, demo)
        self._speeches = speeches
        self._town = town
        self._clock = clock
        self._streams = Streams(limits.streams, limits.streams_per_chat, limits.heartbeat)
        self._notices = Notices(countries, speeches, pages)
        self._handlers = Handlers(
            Parts(
                countries=countries,
                speeches=speeches,
                pages=pages,
                notices=self._notices,
                sessions=sessions,
                streams=self._streams,
                turns=Turns(town, files, executor, sessions, limits),
                town=town,
                files=files,
                executor=executor,
                clock=clock,
                limits=limits,
                trusts=trusts,
                secure=secure,
            )
        )
        self._votes = VotePages(
            self._handlers, pages, records, countries, speeches, clock, files, executor
        )

    async def send(
        self,
        bot: str,
        address: str,
        owed: Sequence[tuple[str, Operation]],
        language: str,
    ) -> Sequence[Receipt]:
        """Put operations into the browser's inbox: they are sent when they stand there.

        May be repeated with the same ids.
        """
        speech = self._speeches[bot.partition("/")[0]]
        at = self._clock()
        changes = [(id, change(operation, language, speech, at)) for id, operation in owed]
        await self._town.keep(bot, address, changes)
        self.nudge(bot, address)
        return [Sent() for _change in changes]

    def entry(self, bot: str, announce: Announce, language: str) -> Entry:
        """An announcement as it stands in an inbox of this bot."""
        speech = self._speeches[bot.partition("/")[0]]
        return render(announce, language, speech, self._clock())

    def nudge(self, bot: str, address: str) -> None:
        """Something in this inbox changed, by whichever process: open pages look again."""
        self._streams.wake((bot, address))

    def close(self) -> None:
        """End all open streams, before the server waits for its connections."""
        self._streams.close()

    def application(self, *beside: Route) -> Starlette:
        """All pages, `beside` what else is served there."""
        answers = {
            404: self._notices.missing,
            405: self._notices.missing,
            500: self._notices.failed,
        }
        application = Starlette(routes=[*beside, *self._routes()], exception_handlers=answers)
        application.router.redirect_slashes = False
        return application

    def _routes(self) -> list[Route]:
        at, votes = self._handlers, self._votes
        return [
            Route("/", at.home),
            Route(f"{STATIC}/{{name}}", at.static),
            Route("/{country}", at.answer(at.page)),
            Route("/{country}/say", at.answer(at.say), methods=["POST"]),
            Route("/{country}/say", at.answer(at.back)),
            Route("/{country}/events", at.answer(at.events)),
            Route("/{country}/end", at.answer(at.end), methods=["POST"]),
            Route("/{country}/end", at.answer(at.leave)),
            Route("/{country}/media/{name}", at.answer(at.media)),
            Route("/{country}/mydata", at.answer(at.own_data)),
            Route("/{country}/votes", at.answer(votes.index)),
            Route("/{country}/votes/{code}", at.answer(votes.page)),
            Route("/{country}/votes/{code}/chart.svg", at.answer(votes.chart)),
            Route("/{country}/votes/{code}/pictures/{option}", at.answer(votes.picture)),
            Route("/{country}/votes/{code}/ballots.pb", at.answer(votes.pb)),
            Route("/{country}/votes/{code}/ballots.csv", at.answer(votes.ballots)),
            Route("/{country}/votes/{code}/counted.txt", at.answer(votes.codes)),
        ]
