"""A resident votes, and may change it until the close. All of it is sealed with the vote's key."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.country import Country
from bot.domain.messages import Listing, Message, Name, Value, _, ngettext
from bot.domain.residents import OpenFlow
from bot.domain.vote_news import NextVote, PastVotes, TellWhyNot
from bot.domain.vote_rules import deciding_lines, money_of, pot_line
from bot.domain.votes import (
    AREA,
    CHOICES,
    Barrier,
    CastBallot,
    MayVote,
    OpenVotes,
    OwnBallot,
    TheVote,
    Vote,
    VoteLine,
    barrier_line,
    page_of,
    result_line,
)
from bot.domain.votes import Option as Voted
from bot.flows.age import state_age
from bot.flows.questions import (
    Choice,
    Fact,
    Keep,
    Many,
    Option,
    Review,
    Say,
    Where,
    Within,
)

TOLD_OWN = "own"
"""The key of the line that tells what was cast before."""

BLANK = "-"
"""The key of `none of these`; no option of a vote has one like it."""

_VALUE = _("{value}")
# i18n: option
_NONE_OF_THESE = _("None of these")
# As people type it; the same words skip a question that may be skipped.
_NONE = _("none|none of them|nothing")
BLANK_WORDS = (_NONE_OF_THESE, _NONE)
"""What `none of these` goes by on a ballot."""


async def votes(country: Country) -> OpenFlow | None:
    """The votes that are open, and what came of the last ones."""
    open_now = await Fact("open", OpenVotes())
    past = await Fact("past", PastVotes())
    if not open_now and not past:
        await Say("none", _("There is no vote at the moment."))
        await _tell_next()
        return None
    if len(open_now) == 1 and not past:
        return OpenFlow("vote", open_now[0].code)
    options = [*map(vote_option, open_now), *(vote_option(line, OVER) for line in past)]
    if not open_now:
        await _tell_next()
        await Say("none-open", _("No vote is open now. Here are the results of the last ones."))
    return await Choice(
        "which", _("Which vote do you mean?"), options, of="votes", keep=Keep.NOTHING
    )


async def _tell_next() -> None:
    """When the vote opens that is announced, where one is."""
    coming = await Fact("next", NextVote())
    if coming is not None:
        await Say(
            "opens",
            _("The next vote opens on {when}: {question}")(
                when=coming.opens, question=coming.question
            ),
            subject=coming.code,
        )


OPEN, OVER = "🗳️", "📊"


def vote_option(line: VoteLine, emoji: str = OPEN) -> Option[OpenFlow]:
    """A vote in a list, with its question below its code."""
    return Option(
        line.code,
        Name(line.code),
        OpenFlow("vote", line.code),
        emoji,
        _VALUE(value=line.question),
    )


async def vote(country: Country, code: str) -> CastBallot | TellWhyNot:
    """One vote: who may, the rules, the choice, a last look. Begins with what was cast before;
    of one that is over, what came of it is told."""
    asked = await Fact("vote", TheVote(code))
    barrier = await Fact("may", MayVote(code))
    if asked is not None and barrier in {Barrier.AGE_UNKNOWN, Barrier.UNDER_AGE}:
        await Say("why-age", barrier_line(Barrier.AGE_UNKNOWN, asked))
        await Within("age", state_age, anew=True)
        barrier = await Fact("may-at-age", MayVote(code))
    area = ""
    if asked is not None and barrier is Barrier.AREA_UNKNOWN:
        spot = await Where(
            AREA,
            _("Where do you live? Pick your area."),
            country.places,
            outside=country.outside,
            reach_m=country.reach_m,
            exact=False,
            label=_("Where you live"),
        )
        area = spot.area
        barrier = await Fact("may-in-area", MayVote(code, area))
    if asked is None or barrier is not None:
        return TellWhyNot(code, barrier or Barrier.NO_VOTE)
    own = await Fact("cast", OwnBallot(code))
    await _tell_rules(asked, own)
    return CastBallot(code, await _choose(asked, own), area)


async def _tell_rules(asked: Vote, own: tuple[str, ...] | None) -> None:
    """In plain words, before the first choice; a withdrawn option whenever it is withdrawn."""
    if asked.about is not None:
        await Say("about", _VALUE(value=asked.about))
    await Say("most", _how_many(asked))
    pot = pot_line(asked)
    if pot is not None:
        await Say("pot", pot)
        if asked.within_pot:
            await Say("within", _("Together, your choices may not cost more than that."))
    for key, line in deciding_lines(asked):
        await Say(key, line)
    await Say(
        "until", _("You can vote until {when}, and change it until then.")(when=asked.closes)
    )
    result = result_line(asked)
    if result is not None:
        await Say("result", result, page=page_of(asked.code))
    await Say(
        "secret",
        _("It is secret: your vote is kept locked, and the key is destroyed after the count."),
    )
    for option in asked.options:
        if option.withdrawn is not None:
            await Say(
                f"withdrawn.{option.key}",
                _("“{option}” was withdrawn: {reason}")(
                    option=option.label, reason=option.withdrawn
                ),
            )
    if own is not None:
        await Say(
            TOLD_OWN,
            _("You have voted already: {choices}")(choices=_labels(asked, own)),
            subject=own,
        )


def _how_many(asked: Vote) -> Message:
    if asked.most == 1:
        return _("You choose one.")
    return ngettext("You choose up to {n}.", "You choose up to {n}.", asked.most)


def _labels(asked: Vote, chosen: tuple[str, ...]) -> Value:
    if not chosen:
        return _NONE_OF_THESE
    found = (asked.option(key) for key in chosen)
    return Listing(tuple(option.label for option in found if option is not None))


async def _choose(asked: Vote, own: tuple[str, ...] | None) -> tuple[str, ...]:
    """What is chosen, looked at once more; () for none of these, on purpose."""
    options = [_option(asked, option) for option in asked.options if option.withdrawn is None]
    if asked.blank:
        options.append(Option(BLANK, _NONE_OF_THESE, BLANK, "⬜", also=(_NONE,)))
    line = _VALUE(value=asked.question)
    before = None if own is None else (own or (BLANK,))
    label = _("Your choice")
    pictures = {option.key: option.picture for option in asked.options if option.picture}
    if asked.most == 1:
        one = await Choice(
            CHOICES,
            line,
            options,
            of="options of the vote",
            now=before[0] if before else "",
            pictures=pictures,
            label=label,
        )
        chosen: tuple[str, ...] = (one,)
    else:
        chosen = await Many(
            CHOICES,
            line,
            options,
            most=asked.most,
            alone=(BLANK,),
            of="options of the vote",
            now=before or (),
            tally=lambda ticked: _tally(asked, ticked),
            refuse=lambda ticked, more: _over_pot(asked, ticked, more),
            pictures=pictures,
            label=label,
        )
    chosen = tuple(key for key in chosen if key != BLANK)
    await Review("review", _("This is your vote. Do you want to send it?"))
    return chosen


def _option(asked: Vote, option: Voted) -> Option[str]:
    described: Message | None = None
    if asked.costs and option.text is not None:
        cost = money_of(asked, option.cost)
        described = _("{cost}. {text}")(cost=cost, text=option.text)
    elif asked.costs:
        described = _VALUE(value=money_of(asked, option.cost))
    elif option.text is not None:
        described = _VALUE(value=option.text)
    return Option(option.key, option.label, option.key, option.emoji, described)


def _tally(asked: Vote, ticked: tuple[str, ...]) -> tuple[tuple[Message, Value], ...]:
    """What is chosen so far, what it costs together, and what is left of the pot or beyond it."""
    chosen = [key for key in ticked if key != BLANK]
    if not chosen:
        return ()
    told: list[tuple[Message, Value]] = [
        (_("Chosen"), _("{n} of {most}")(n=len(chosen), most=asked.most))
    ]
    if asked.costs:
        spent = asked.spent(chosen)
        told.append((_("Together"), money_of(asked, spent)))
        if asked.pot is not None:
            left = asked.pot - spent
            label = _("Left") if left >= 0 else _("More than there is")
            told.append((label, money_of(asked, abs(left))))
    return tuple(told)


def _over_pot(asked: Vote, ticked: Sequence[str], more: Sequence[str]) -> Message | None:
    """What is said to choices that cost more than is left, where they must fit into the pot."""
    if not asked.within_pot or asked.pot is None:
        return None
    left = asked.pot - asked.spent(ticked)
    cost = asked.spent(more)
    if cost <= left:
        return None
    line = (
        _("That costs {cost}, and {left} is left. To take one off that you chose, press it again.")
        if ticked
        else _("Together that costs {cost}, and there is {left}. Please choose less.")
    )
    return line(cost=money_of(asked, cost), left=money_of(asked, left))
