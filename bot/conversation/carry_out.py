"""Carries out what a conversation ends with, and answers what it asks of the world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar, cast

from bot.domain.codes import CODE_SIGNS
from bot.domain.country import Country
from bot.domain.facts import FactOf, Today
from bot.domain.ideas import (
    Briefs,
    Chance,
    CommentIdea,
    CommentsOn,
    IdeasOf,
    OwnIdeas,
    ProposeIdea,
    SimilarIdeas,
    SupportIdea,
    TheIdea,
    WithdrawIdea,
)
from bot.domain.messages import _
from bot.domain.operations import OwnData
from bot.domain.outcomes import Done, Outcome
from bot.domain.outside import Outside
from bot.domain.reports import (
    AnswerFixed,
    BackReport,
    FileReport,
    RaiseAlert,
    SimilarReport,
    WithdrawReport,
)
from bot.domain.residents import (
    Agree,
    AskPerson,
    Decline,
    Forget,
    HandOver,
    OfAge,
    OpenFlow,
    OwnReports,
    StateAge,
    UseLanguage,
)
from bot.domain.vote_news import NextVote, PastVotes, TellWhyNot
from bot.domain.votes import CastBallot, MayVote, OpenVotes, OwnBallot, TheVote
from bot.flows.engine import Noted
from bot.keys import Keys
from bot.services import (
    idea_reading,
    ideas,
    phones,
    reports,
    residents,
    vote_news,
    votes,
)
from bot.services.hours import day_there
from storage import conversations
from storage.addresses import Person
from storage.database import Connection

T = TypeVar("T")

SEED_LENGTH = 6
"""Signs of the seed of a chance order."""


@dataclass(slots=True)
class Actor:
    """The resident in this turn, the world as their flow sees it, and the hands to change it."""

    connection: Connection
    outside: Outside
    country: Country
    person: Person
    keys: Keys
    conversation_id: str = ""

    def log(self, flow: str, noted: Noted | None) -> None:
        """Keep that something was answered, for the statistics of a flow."""
        person = self.person
        if noted is None or not person.consented:
            return
        conversations.log_interaction(
            self.connection,
            resident_id=person.resident_id,
            country=person.country,
            flow=flow,
            question=noted.key,
            kind=noted.kind,
            choice=noted.choice,
            language=person.language,
            channel=person.channel,
            demo=person.demo,
            now=self.outside.clock(),
        )

    def look_up(self, fact: FactOf[T]) -> T:
        """Look a fact up within the turn's transaction. Raises `TypeError` for an unknown one."""
        found: object
        match fact:
            case Today():
                found = self.today()
            case SimilarReport():
                found = reports.similar_report(self.connection, self.outside, self.country, fact)
            case OfAge():
                found = self.person.adult
            case OwnReports():
                found = reports.own_reports(self.connection, self.country, self.person)
            case OpenVotes():
                found = votes.open_votes(self.connection, self.outside, self.country, self.person)
            case TheVote():
                found = votes.the_vote(
                    self.connection, self.keys, self.country, self.person, fact.code
                )
            case MayVote():
                found = votes.may_vote(
                    self.connection,
                    self.outside,
                    self.keys,
                    self.country,
                    self.person,
                    fact.code,
                    fact.area,
                )
            case OwnBallot():
                found = votes.own_ballot(self.connection, self.keys, self.person, fact.code)
            case PastVotes():
                found = vote_news.past_votes(
                    self.connection, self.outside, self.country, self.person
                )
            case NextVote():
                found = vote_news.next_vote(self.connection, self.outside, self.country)
            case OwnIdeas():
                found = idea_reading.own_ideas(self.connection, self.person)
            case SimilarIdeas():
                found = idea_reading.similar_ideas(self.connection, self.country, fact)
            case Briefs():
                found = idea_reading.briefs_of(self.connection, self.country, fact)
            case IdeasOf():
                found = idea_reading.ideas_of(self.connection, self.country, fact)
            case TheIdea():
                found = idea_reading.the_idea(self.connection, self.country, self.person, fact)
            case CommentsOn():
                found = idea_reading.comments_on(self.connection, self.country, fact)
            case Chance():
                found = self.outside.draw(CODE_SIGNS, SEED_LENGTH)
            case _:
                raise TypeError(f"no such fact: {type(fact).__name__}")
        return cast(T, found)

    def perform(self, command: object) -> None:
        """Carry out a command that cannot wait for the conversation's end."""
        match command:
            case RaiseAlert():
                reports.raise_alert(
                    self.connection,
                    self.outside,
                    self.country,
                    self.person,
                    self.conversation_id,
                    command,
                )
            case UseLanguage(language):
                self.use_language(language)
            case StateAge(adult):
                residents.state_age(self.connection, self.person, adult)
                self.person = replace(self.person, adult=adult)
            case _:
                raise TypeError(f"no such command: {type(command).__name__}")

    def today(self) -> date:
        return day_there(self.country, self.outside.clock())

    def use_language(self, language: str) -> Outcome:
        outcome = residents.use_language(self.connection, self.person, language)
        self.person = replace(self.person, language=language, language_chosen=True)
        return outcome

    def carry_out(self, command: object) -> Outcome:
        """What becomes of a flow's end. Raises `TypeError` for what is no command."""
        outcome = self._carry_out(command)
        if self.person.stopped and isinstance(outcome, Done) and _brings_news(command):
            return replace(outcome, lines=(*outcome.lines, _NO_NEWS))
        return outcome

    def _carry_out(self, command: object) -> Outcome:
        outside, country, person = self.outside, self.country, self.person
        match command:
            case None:
                return Done()
            case OpenFlow():
                return Done(then=command)
            case FileReport():
                outcome = reports.file_report(
                    self.connection, outside, country, person, self.conversation_id, command
                )
                if isinstance(outcome, Done) and command.phone:
                    phones.keep_phone(self.connection, self.keys, outcome.report, command.phone)
                return outcome
            case BackReport():
                return reports.back_report(
                    self.connection, outside, country, person, self.conversation_id, command
                )
            case AnswerFixed():
                return reports.answer_fixed(self.connection, outside, person, command)
            case WithdrawReport():
                return reports.withdraw(self.connection, outside, person, command)
            case CastBallot():
                return votes.cast(self.connection, outside, self.keys, country, person, command)
            case TellWhyNot():
                return vote_news.tell_why_not(self.connection, self.outside, country, command)
            case ProposeIdea():
                return ideas.propose_idea(
                    self.connection, outside, country, person, self.conversation_id, command
                )
            case SupportIdea():
                return ideas.support_idea(self.connection, outside, country, person, command)
            case CommentIdea():
                return ideas.comment_idea(self.connection, outside, country, person, command)
            case WithdrawIdea():
                return ideas.withdraw_idea(self.connection, outside, person, command)
            case Agree(version):
                outcome = residents.agree(self.connection, outside, person, version)
                self.person = replace(person, consented=True)
                return outcome
            case Decline():
                return residents.decline(self.connection, outside, self.keys, person)
            case Forget():
                return residents.forget(self.connection, outside, self.keys, person)
            case AskPerson():
                return residents.ask_person(self.connection, outside, country, person, command)
            case UseLanguage(language):
                return self.use_language(language)
            case HandOver():
                return Done((_("Here is everything we keep about you."), OwnData()))
            case _:
                raise TypeError(f"no such command: {type(command).__name__}")


_NO_NEWS = _("We send you no news until you write “start”.")


def _brings_news(command: object) -> bool:
    """Whether there will be news of it for whoever did it."""
    match command:
        case FileReport() | BackReport() | ProposeIdea():
            return True
        case SupportIdea():
            return bool(command.backs or command.follows)
        case _:
            return False


@dataclass(frozen=True, slots=True)
class OnlyLooking:
    """The world for who wants to see a question: facts are looked up, and nothing is done."""

    actor: Actor

    def look_up(self, fact: FactOf[T]) -> T:
        return self.actor.look_up(fact)

    def perform(self, command: object) -> None:
        """What a release would do here is done by the turn that keeps its state."""
