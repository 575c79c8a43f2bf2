"""`baraza vote`: from a file to a published result."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from bot.app import House, outside
from bot.cli.lists import country_option, scope_of
from bot.cli.pictures import keep_picture
from bot.cli.printing import plain, print_table
from bot.cli.shapes import format_option, show_list
from bot.cli.shell import (
    actor,
    code_in,
    confirm,
    note,
    open_house,
    read_messages,
    refuse,
    refuse_any_other,
    refuse_unserved,
    tell_unserved,
    writing,
)
from bot.cli.vote_labels import read_vote
from bot.cli.vote_news import result_content, settle_charts
from bot.cli.vote_sheet import (
    LISTED,
    as_data,
    list_row,
    listed,
    result_words,
    status_words,
)
from bot.country import COUNTRIES, CountryError, country_names, load_country
from bot.country.limits import KEY
from bot.country.vote_files import VoteFile
from bot.country.vote_template import template
from bot.databases import READ_ONLY
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.domain.messages import Name
from bot.domain.outcomes import NotAllowed
from bot.domain.votes import Status, Vote
from bot.duties import votes_ending
from bot.services import announcements, vote_course, vote_results
from bot.services.vote_course import Changed
from bot.work.whole_files import whole_file
from storage import ballots, codes, votes
from storage.database import Connection

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def vote() -> None:
    """Write, check and open votes, close and publish them."""


@vote.command()
@click.argument("key")
@click.option("--country", required=True, help="A country's folder name.")
@click.option("--out", type=_FILE, help="Where to; without it KEY.toml here.")
def new(key: str, country: str, out: Path | None) -> None:
    """Write a file for the vote KEY, to be filled in. Needs no setting and no database."""
    if not KEY.fullmatch(key):
        refuse(f"{key!r} may hold a-z, 0-9 and - or _ between them, 30 signs at most.")
    known = _all_countries()
    if country not in known:
        refuse(f"{country!r} is no country here. There are: {', '.join(known)}.")
    target = out or Path(f"{key}.toml")
    with writing(target), target.open("x", encoding="utf-8") as file:
        file.write(template(known[country], key))
    click.echo(f"Wrote {target}. Fill it in, then: baraza vote check {target}")
    tell_unserved(target, country)


@vote.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
def check(files: tuple[Path, ...]) -> None:
    """Name everything that is missing or wrong in FILES, with its line. Needs no database."""
    known = _all_countries()
    wrong = False
    for file in files:
        try:
            found = read_vote(file, known).vote
        except CountryError as error:
            wrong = True
            click.echo("\n".join(plain(str(problem)) for problem in sorted(error.problems)))
        else:
            click.echo(f"{file} is fine: {_summary(found)}")
            if found.closes <= outside().clock():
                click.echo(f"{file} closes in the past: it can no longer be opened.")
            tell_unserved(file, found.country)
    if wrong:
        raise SystemExit(1)


def _all_countries() -> Mapping[str, Country]:
    try:
        return {name: load_country(COUNTRIES / name) for name in country_names(COUNTRIES)}
    except CountryError as error:
        refuse(f"{error}\nMend the country first: baraza country check")


def _summary(found: Vote) -> str:
    what = "choose one" if found.most == 1 else f"choose up to {found.most}"
    pot = "" if found.pot is None else f", {found.pot} {found.currency} to spend"
    return (
        f"{plain(found.question.text)} {counted(len(found.options), 'option')}, {what}{pot}; "
        f"{found.method}, among equals {found.tie}; open {found.opens:%Y-%m-%d %H:%M} to "
        f"{found.closes:%Y-%m-%d %H:%M} ({found.zone})."
    )


@vote.command("open")
@click.argument("file", type=_FILE)
def open_(file: Path) -> None:
    """Open the vote of FILE at its date, or correct the texts of one that is open already."""
    with open_house() as house:
        try:
            found = read_vote(file, house.countries)
        except CountryError as error:
            refuse("\n".join(plain(str(problem)) for problem in sorted(error.problems)))
        country = house.countries[found.vote.country]
        wanted = replace(_with_pictures(house, found), pilot=not country.live)
        standing = house.database.read_now(votes.find_vote, wanted.key)
        if standing is None:
            _open(house, country, wanted)
        elif standing.status is not Status.OPEN:
            refuse(
                f"The vote {wanted.key} is {standing.status.value}: a new one needs another key."
            )
        else:
            done = house.database.write_now(
                vote_course.correct_vote, house.outside, actor(), standing, wanted
            )
            changed = _done(done)
            click.echo(f"{changed.code} is open already.")


def _open(house: House, country: Country, wanted: Vote) -> None:
    code = house.database.write_now(vote_course.draw_code, house.outside, country)
    # Before the transaction: a vote must never be open without its key.
    house.keys.votes.create(code)
    done = house.database.write_now(
        vote_course.open_vote, house.outside, house.keys, actor(), replace(wanted, code=code)
    )
    if isinstance(done, NotAllowed):
        house.keys.votes.destroy(code)
        house.database.write_now(codes.give_back, code)
    _done(done)
    zone = wanted.opens.tzinfo or house.outside.clock().tzinfo
    opens = "is open now" if wanted.opens <= house.outside.clock() else "opens"
    when = "" if opens == "is open now" else f" on {wanted.opens:%Y-%m-%d %H:%M}"
    click.echo(f"{code} {opens}{when}, and closes on {wanted.closes:%Y-%m-%d %H:%M} ({zone}).")
    click.echo(f"Its key is in {house.keys.votes.folder}: lost, its ballots are lost.")


def _with_pictures(house: House, found: VoteFile) -> Vote:
    kept = {key: keep_picture(house, path).name for key, path in found.pictures.items()}
    options = tuple(
        replace(option, picture=kept.get(option.key, "")) for option in found.vote.options
    )
    return replace(found.vote, options=options)


@vote.command()
@click.argument("name")
@click.option("--reason", multiple=True, help='Before its date: es="Why", in each language.')
def close(name: str, reason: tuple[str, ...]) -> None:
    """Close the vote NAME (its code or key), count it and destroy its key. Cannot be undone.

    It closes by itself at its date. Before that a reason is needed, and told to who took part.
    """
    with open_house() as house:
        found, country = _find(house, name)
        why = _reason(country, reason)
        done = house.database.write_now(
            vote_course.close_vote,
            house.outside,
            house.keys,
            actor(),
            found.code,
            why,
            votes_ending(house).open_now(found.code) if found.status is Status.OPEN else None,
        )
        changed = _done(done)
        click.echo(f"{found.code} is closed. Residents who are told: {changed.told}.")
        _clean(house)
        click.echo(f"See: baraza vote result {found.code}, then: baraza vote publish {found.code}")


@vote.command()
@click.argument("name")
@click.option("--option", "option", help="Only this option, by its key.")
@click.option("--reason", multiple=True, required=True, help='es="Why", in each language.')
@click.option("--yes", is_flag=True, help="Do not ask before all ballots are erased.")
def withdraw(name: str, option: str | None, reason: tuple[str, ...], yes: bool) -> None:
    """Withdraw an option of the vote NAME (its code or key) while it is open.

    Without --option the whole vote is withdrawn, and its ballots are erased unread. Who took part
    is told why. Neither can be undone.
    """
    with open_house() as house:
        found, country = _find(house, name)
        why = _reason(country, reason)
        if why is None:
            refuse("A reason is needed.")
        if option is None and found.status is Status.OPEN and not yes:
            confirm(
                f"Withdraw the whole vote {found.code}, not an --option, and erase its ballots?"
            )
        if option is None:
            done = house.database.write_now(
                vote_course.withdraw_vote, house.outside, actor(), found.code, why
            )
        else:
            done = house.database.write_now(
                vote_course.withdraw_option, house.outside, actor(), found.code, option, why
            )
        changed = _done(done)
        what = found.code if option is None else f"{option} of {found.code}"
        click.echo(f"{what} is withdrawn. Residents who are told: {changed.told}.")
        if option is None:
            _clean(house)


@vote.command()
@click.argument("name")
def publish(name: str) -> None:
    """Publish the result of the closed vote NAME, and tell everybody who took part.

    It goes to them as an announcement: outside of quiet hours, and see baraza announce list.
    """
    with open_house() as house:
        found, country = _find(house, name)
        _clean(house)
        found, country = _find(house, name)
        content = result_content(house, found, country) if found.status is Status.CLOSED else None

        def tell(connection: Connection, one: Vote, _said: object, _now: datetime) -> int:
            if content is not None:
                announcements.announce_result(
                    connection, house.outside, country, one.code, content, actor()
                )
            return len(ballots.participants(connection, one.code))

        done = house.database.write_now(
            vote_course.publish_vote, house.outside, actor(), found.code, tell
        )
        if content is not None:
            settle_charts(house, content)
        click.echo(f"{found.code} is published. Residents who are told: {_done(done).told}.")


@vote.command()
@click.argument("name")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "pb"]), default="text", help="As what."
)
@click.option("--out", type=_FILE, help="A file to write to, in the place of the screen.")
@click.option("--force", is_flag=True, help="Write over a file of this name.")
def result(name: str, form: str, out: Path | None, force: bool) -> None:
    """The result of the closed vote NAME; as pb with every ballot, to count it again.

    baraza vote result NAME --format pb --out votes.pb, then baraza tally votes.pb
    """
    if out is not None and out.exists() and not force:
        refuse(f"{out} exists. Name another with --out, or write over it with --force.")
    with open_house() as house:
        found, country = _find(house, name)
        if found.status in vote_results.COUNTED:
            _clean(house)
            found, country = _find(house, name)
        if found.status not in vote_results.COUNTED:
            before = (
                f" before {found.closes:%Y-%m-%d %H:%M}" if found.status is Status.OPEN else ""
            )
            refuse(f"{found.code} is {found.status.value}: there is no result{before}.")
        if found.cleaned_at is None:
            refuse(f"{found.code} is not cleaned yet: try again in a minute.")
        text = house.database.read_now(
            lambda connection: (
                "".join(vote_results.write_pb(connection, found, country))
                if form == "pb"
                else json.dumps(
                    as_data(vote_results.result_of(connection, found)),
                    ensure_ascii=False,
                    indent=1,
                )
                + "\n"
                if form == "json"
                else result_words(vote_results.result_of(connection, found))
            )
        )
        note(house, "vote result", found.code, form)
        if out is None:
            click.echo(text, nl=False)
        else:
            with writing(out), whole_file(out) as file:
                file.write(text.encode())
            click.echo(f"Wrote {out}.")


@vote.command("list")
@country_option
@format_option
def list_(country: str | None, shape: str) -> None:
    """All votes; those that close first come first."""
    with open_house() as house:
        scope = scope_of(house, "vote", country)
        found = house.database.read_now(votes.list_votes, scope.only)
        note(house, "vote list", country or "", counted(len(found), "vote"))
        now, keys = house.outside.clock(), house.keys.votes

        def show(votes: Sequence[Vote]) -> None:
            told = [
                list_row(one, now, keys.has(one.code), scope.countries[one.country].timezone)
                for one in votes
            ]
            print_table(LISTED, told)

        show_list(shape, found, data=lambda one: listed(one, now), table=show, none="No votes.")


@vote.command()
@click.argument("name")
def status(name: str) -> None:
    """Where the vote NAME stands, whether its key is there, and how many took part."""
    with open_house() as house:
        found, _country = _find(house, name)
        cast, took_part = house.database.read_now(
            lambda connection: (
                ballots.count_ballots(connection, found.code),
                ballots.count_parts(connection, found.code),
            )
        )
        note(house, "vote status", found.code)
        has_key = house.keys.votes.has(found.code)
        folder = house.keys.votes.folder
        for line in status_words(found, house.outside.clock(), cast, took_part, has_key, folder):
            click.echo(plain(line))


def _find(house: House, name: str) -> tuple[Vote, Country]:
    """A vote by its code, as people type it, or by its key."""
    wanted = code_in(name, house) or name
    found = house.database.read_now(votes.find_vote, wanted)
    if found is None:
        refuse_any_other(name, house, codes.VOTE)
        refuse(f"There is no vote {wanted}. See: baraza vote list")
    if found.country not in house.countries:
        refuse_unserved(found.code, found.country)
    return found, house.countries[found.country]


def _reason(country: Country, given: tuple[str, ...]) -> Name | None:
    messages = tuple(read_messages(given, country.languages).items())
    return Name(messages[0][1], messages) if messages else None


def _done(done: Changed | NotAllowed) -> Changed:
    if isinstance(done, NotAllowed):
        refuse(done.why)
    for line in done.notes:
        click.echo(line)
    return done


def _clean(house: House) -> None:
    """Nothing is told of a vote before it is cleaned; what cannot be now, the server will do."""
    try:
        votes_ending(house).clean_now()
    except BlockingIOError as error:
        click.echo(f"Not cleaned yet, since {error}: it is tried again.", err=True)
    except OSError as error:
        # All others are clean, and what was asked for is done.
        name = error.filename or "a key"
        if error.errno == errno.EROFS:
            told = f"the file system of {name} {READ_ONLY}"
        else:
            told = f"{name} cannot be destroyed ({error.strerror or error}): give it to this user"
        click.echo(f"Not cleaned yet, since {told}.", err=True)
