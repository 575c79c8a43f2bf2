"""Reading ideas: lists of published ones, one of them, and what was said about it."""

from __future__ import annotations

from bot.domain.country import Country
from bot.domain.ideas import (
    BRIEF,
    CHANCE,
    IDEA_CHANGES,
    IDEA_LABELS,
    MOST,
    NEAR,
    NEIGHBOUR,
    NEW,
    SHOWN,
    THEME,
    WHOLE,
    Briefs,
    Chance,
    CommentIdea,
    CommentsOn,
    IdeasOf,
    IdeaStatus,
    Listed,
    Read,
    SupportIdea,
    TheIdea,
    WithdrawIdea,
    joined,
    to_idea,
    to_list,
)
from bot.domain.messages import Label, Message, Name, Verbatim, _, ngettext
from bot.domain.operations import Say as Words
from bot.domain.operations import Show
from bot.domain.residents import OpenFlow
from bot.flows.idea import idea_lines, idea_options, theme_options
from bot.flows.questions import (
    Choice,
    Fact,
    Keep,
    Option,
    Quote,
    Say,
    Sure,
    Text,
    Where,
)

COMMENT_MOST = 600
"""UTF-16 units of one comment."""


async def ideas(country: Country, listed: Listed | None = None) -> OpenFlow | None:
    """A page of a list of ideas; without one, what to list. Which ideas somebody looks at is not
    kept."""
    if not country.themes:
        await Say("none", _("Ideas are not collected here yet."))
        return None
    if listed is None:
        return await _choose(country)
    page = await Fact("page", IdeasOf(listed))
    briefs = await Fact("words", Briefs(page.codes))
    known = {item.key: item for item in idea_options(country, briefs)}
    # Of one that is taken back meanwhile only the number stands there; who presses it is told.
    options: list[Option[OpenFlow]] = [
        Option(
            code,
            known[code].label if code in known else Name(code),
            to_idea(code, WHOLE, listed),
            known[code].emoji if code in known else "",
        )
        for code in page.codes
    ]
    if page.more:
        after = Listed(listed.how, listed.of, listed.page + 1)
        # i18n: option
        options.append(Option("more", _("More ideas"), to_list(after), "➡️"))
    # i18n: option
    options.append(Option("other", _("Another list"), to_list(None), "🔀"))
    # i18n: option
    options.append(Option("propose", _("Propose an idea"), OpenFlow("idea"), "💡"))
    line = _("Which idea would you like to read?")
    if not page.codes:
        line = _("There is no idea here yet. Yours could be the first.")
    beside = idea_lines(country, briefs)
    return await Choice("idea", line, options, of="ideas", beside=beside, keep=Keep.NOTHING)


async def _choose(country: Country) -> OpenFlow:
    # A list of one place's ideas would tell whose place each is from.
    offered = [option for option in HOW if option.key != NEAR or country.finest_shown != 0]
    how = await Choice("how", _("Ideas for where you live. What would you like to do?"), offered)
    match how:
        case "near":
            spot = await Where(
                "area",
                _("Which area is yours?"),
                country.places,
                outside=country.outside,
                reach_m=country.reach_m,
                exact=False,
                keep=Keep.NOTHING,
            )
            return to_list(Listed(NEAR, spot.area))
        case "theme":
            theme = await Choice(
                "theme", _("Which theme?"), theme_options(country.themes), of="themes"
            )
            return to_list(Listed(THEME, theme.key))
        case "chance":
            return to_list(Listed(CHANCE, await Fact("seed", Chance())))
        case "propose":
            return OpenFlow("idea")
        case order:
            return to_list(Listed(order))


HOW: tuple[Option[str], ...] = (
    # i18n: option
    Option("propose", _("Propose an idea"), "propose", "💡"),
    # i18n: option
    Option("new", _("The newest"), NEW, "🆕"),
    # i18n: option
    Option("near", _("Near me"), "near", "📍"),
    # i18n: option
    Option("theme", _("By theme"), "theme", "🗂️"),
    # i18n: option
    Option("most", _("The most supported"), MOST, "👍"),
    # i18n: option
    Option("chance", _("At random"), "chance", "🎲"),
)


async def one_idea(
    country: Country, code: str, part: str, listed: Listed | None
) -> OpenFlow | SupportIdea | CommentIdea | WithdrawIdea:
    """One idea, and what a resident can do with it."""
    idea = await Fact("idea", TheIdea(code))
    if idea is None:
        await Say("gone", _("That idea is not shown any more."))
        return to_list(listed)
    if idea.code != code:
        await Say("joined", joined(code, idea.code), subject=[code, idea.code])
    if part == WHOLE:
        await Say("head", _heading(country, idea), subject=idea.code)
    if part != BRIEF and idea.text:
        words = Words(((idea.language, idea.text),), _whose(idea))
        await Quote("words", words, subject=idea.code)
    for number, photo in enumerate(idea.photos if part != BRIEF else ()):
        line = _("A photo of {code}.")(code=Verbatim(idea.code))
        await Quote(f"photo.{number}", Show(photo, line), subject=[idea.code, photo])
    line = ngettext(
        "{n} person supports this idea.", "{n} people support this idea.", idea.backers
    )
    do = await Choice(
        "do",
        line if idea.status in SHOWN else _("What would you like to do with your idea?"),
        [option for option in DO if _offered(idea, option.key)],
        of="what can be done",
        subject=idea.code,
    )
    match do:
        case "back" | "unback":
            return SupportIdea(idea.code, backs=do == "back", listed=listed)
        case "follow" | "unfollow":
            return SupportIdea(idea.code, follows=do == "follow", listed=listed)
        case "comment":
            said = await Text(
                "comment",
                _("What would you like to say about {code}?")(code=Verbatim(idea.code)),
                most=COMMENT_MOST,
                subject=idea.code,
            )
            return CommentIdea(idea.code, said, listed)
        case "comments":
            return to_comments(idea.code, 0, listed)
        case "withdraw":
            sure = await Sure(
                "sure",
                _("Take {code} back? Then nobody reads it any more.")(code=Verbatim(idea.code)),
                subject=idea.code,
            )
            return WithdrawIdea(idea.code) if sure else to_idea(idea.code, BRIEF, listed)
        case _:
            return to_list(listed)


def to_comments(code: str, page: int, listed: Listed | None) -> OpenFlow:
    """On with a page of what was said about an idea."""
    return OpenFlow("comments", [code, page, *(() if listed is None else listed.stored)])


def _heading(country: Country, idea: Read) -> Message:
    theme = country.themes_by_key().get(idea.theme)
    return _("{code}: {category}, {place}, {status}.")(
        code=Verbatim(idea.code),
        category=Name(idea.theme) if theme is None else theme.label,
        place=country.place_name(idea.area),
        status=IDEA_LABELS[idea.status],
    )


def _whose(idea: Read) -> Label:
    if idea.name:
        return Name(idea.name)
    return _("Your idea") if idea.own else NEIGHBOUR


def _offered(idea: Read, key: str) -> bool:
    shown = idea.status in SHOWN
    match key:
        case "back" | "unback":
            return shown and not idea.own and idea.backs is (key == "unback")
        case "follow" | "unfollow":
            return shown and not idea.own and idea.follows is (key == "unfollow")
        case "comment":
            return shown
        case "comments":
            return shown and idea.comments > 0
        case "withdraw":
            return idea.own and IdeaStatus.WITHDRAWN in IDEA_CHANGES[idea.status]
        case _:
            return True


# What people type in place of a button. None for backing an idea: who is against it uses the same
# words with a “not” before them.
_FOLLOW = _("follow|follow it|follow this|follow the idea|subscribe|keep me posted")
_UNFOLLOW = _("unfollow|unfollow it|stop following|stop following it|no more news")
_COMMENT = _(
    "comment|a comment|write a comment|leave a comment|add a comment|i want to comment|reply"
)
_COMMENTS = _("comments|the comments|read comments|read the comments|see comments|what others say")

# i18n: option
_BACK_IT, _BACK_IT_NO_MORE = _("Support it"), _("Stop supporting it")
# i18n: option
_NEWS, _NO_NEWS = _("Get its news"), _("No more news of it")

DO: tuple[Option[str], ...] = (
    Option("back", _BACK_IT, "back", "👍", opposites=(_BACK_IT_NO_MORE,)),
    Option("unback", _BACK_IT_NO_MORE, "unback", "👎", opposites=(_BACK_IT,)),
    Option("follow", _NEWS, "follow", "🔔", also=(_FOLLOW,), opposites=(_NO_NEWS, _UNFOLLOW)),
    Option("unfollow", _NO_NEWS, "unfollow", "🔕", also=(_UNFOLLOW,), opposites=(_NEWS, _FOLLOW)),
    # i18n: option
    Option("comment", _("Say something"), "comment", "💬", also=(_COMMENT,)),
    # i18n: option
    Option("comments", _("Read what others say"), "comments", "👂", also=(_COMMENTS,)),
    # i18n: option
    Option("withdraw", _("Take it back"), "withdraw", "🗑️"),
    # i18n: option
    Option("list", _("Other ideas"), "list", "📋"),
)


async def comments(country: Country, code: str, number: int, listed: Listed | None) -> OpenFlow:
    """A page of what was said about an idea, the newest first."""
    page = await Fact("page", CommentsOn(code, number))
    for at, item in enumerate(page.comments):
        words = Words(((item.language, item.text),), NEIGHBOUR)
        await Quote(f"comment.{at}", words, subject=[code, number, at])
    options: list[Option[OpenFlow]] = []
    if page.more:
        older = to_comments(code, number + 1, listed)
        # i18n: option
        options.append(Option("older", _("Older ones"), older, "➡️"))
    # i18n: option
    options.append(Option("idea", _("Back to the idea"), to_idea(code, BRIEF, listed), "💡"))
    return await Choice(
        "next",
        _("That is what others say about {code}.")(code=Verbatim(code)),
        options,
        of="where to go on",
        subject=[code, number],
        keep=Keep.NOTHING,
    )
