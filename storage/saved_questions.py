"""Questions to the open views that staff ask again and again, each by its name."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.reports import OPEN, Status

_FROM_A_VIEW = re.compile(r"\bfrom (open_\w+)")


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question that staff ask again and again, by its name; `postgres` where PostgreSQL says it
    differently."""

    name: str
    meaning: str
    sql: str
    postgres: str = ""

    def in_words_of(self, dialect: str, only: Collection[str] = ()) -> str:
        """The question as a database says it; of these countries alone, or of all without any."""
        sql = self.sql if dialect == "sqlite" or not self.postgres else self.postgres
        if not only:
            return sql
        named = ", ".join(f"'{country}'" for country in only)
        inner = rf"from (select * from \1 where country in ({named})) as \1"
        return _FROM_A_VIEW.sub(inner, sql)

    @property
    def view(self) -> str:
        """The open view that it asks first."""
        return str(_FROM_A_VIEW.findall(self.sql)[0])


_IS_OPEN = "status in ({})".format(
    ", ".join(f"'{status.value}'" for status in Status if status in OPEN)
)

QUESTIONS: tuple[SavedQuestion, ...] = (
    SavedQuestion(
        "open-by-category",
        "What is still to be worked on, by category.",
        "select country, category, count(*) as reports, sum(affected) as people from open_reports"
        f" where {_IS_OPEN} group by country, category order by reports desc, country, category",
    ),
    SavedQuestion(
        "open-by-area",
        "What is still to be worked on, by area.",
        "select country, area, count(*) as reports, sum(affected) as people from open_reports"
        f" where {_IS_OPEN} group by country, area order by reports desc, country, area",
    ),
    SavedQuestion(
        "urgent",
        "Still to be worked on, and it could hurt someone: the longest first.",
        "select code, country, category, area, status, affected, received_at from open_reports"
        f" where danger = 'yes' and {_IS_OPEN} order by received_at",
    ),
    SavedQuestion(
        "waiting-long",
        "New or only seen for more than ten days, the longest first.",
        "select code, country, category, area, status, received_at from open_reports"
        " where status in ('new', 'seen') and julianday('now') - julianday(received_at) > 10"
        " order by received_at",
        "select code, country, category, area, status, received_at from open_reports"
        " where status in ('new', 'seen') and received_at < now() - interval '10 days'"
        " order by received_at",
    ),
    SavedQuestion(
        "days-to-done",
        "How long it takes until the team says done, by category: reports and median days.",
        "with done as (select country, category,"
        " julianday(done_at) - julianday(received_at) as days from open_reports"
        " where done_at is not null),"
        " placed as (select country, category, days,"
        " row_number() over (partition by country, category order by days) as place,"
        " count(*) over (partition by country, category) as reports from done)"
        " select country, category, reports, round(avg(days), 1) as days from placed"
        # The middle one, or the mean of the two in the middle.
        " where place in ((reports + 1) / 2, (reports + 2) / 2)"
        " group by country, category, reports order by days, country, category",
        "select country, category, count(*) as reports, round((percentile_cont(0.5) within group"
        " (order by extract(epoch from done_at - received_at) / 86400))::numeric, 1)::float8"
        " as days from open_reports where done_at is not null"
        " group by country, category order by days, country, category",
    ),
    SavedQuestion(
        "not-fixed",
        "Said to be done, and opened again by residents.",
        "select code, country, category, area, status_at from open_reports"
        " where status = 'reopened' order by status_at",
    ),
    SavedQuestion(
        "by-month",
        "Reports received, by month as days are counted in their country.",
        "select country, substr(local_day(received_at, country), 1, 7) as month,"
        " count(*) as reports from open_reports group by country, month order by country, month",
    ),
    SavedQuestion(
        "by-week",
        "Reports received, by the Monday that their week began on in their country.",
        "select country, date(local_day(received_at, country), '-6 days', 'weekday 1') as week,"
        " count(*) as reports from open_reports group by country, week order by country, week",
        "select country, date_trunc('week', local_day(received_at, country)::date)::date as week,"
        " count(*) as reports from open_reports group by country, week order by country, week",
    ),
    SavedQuestion(
        "ballots-by-choices",
        "How often each set of choices was on a counted ballot; empty is none of these.",
        "select vote, choices, count(*) as ballots from open_ballots"
        " group by vote, choices order by vote, ballots desc, choices",
    ),
    SavedQuestion(
        "votes-by-option",
        "How many votes each option of each counted vote has, and what has won.",
        "select vote, label, option, votes, cost, currency, won from open_vote_options"
        " where votes is not null order by opens_at, vote, votes desc, number",
    ),
    SavedQuestion(
        "ideas-by-theme",
        "Published ideas by theme, and how many stand behind them.",
        "select country, theme, count(*) as ideas, sum(backers) as backers from open_ideas"
        " where text is not null group by country, theme order by ideas desc, country, theme",
    ),
    SavedQuestion(
        "most-people",
        "The open reports that most people told of.",
        "select code, country, category, area, affected from open_reports"
        f" where {_IS_OPEN} and affected > 1 order by affected desc, received_at limit 20",
    ),
    SavedQuestion(
        "waiting-ideas",
        "Ideas that nobody has published or declined yet, the longest first.",
        "select code, country, theme, area, received_at from open_ideas"
        " where status = 'submitted' order by received_at",
    ),
    SavedQuestion(
        "turnout",
        "How many voted in each vote that is closed and cleaned, and how many of them for none.",
        "select code, country, question, ballots, blank from open_votes"
        " where ballots is not null order by closes_at, code",
    ),
    SavedQuestion(
        "announcements-reached",
        "Of every announcement: for how many it was, and how many of a hundred have it.",
        "select code, country, starts_at, residents, sent, given_up, unknown, held,"
        " case when residents > 0 then sent * 100 / residents end as percent"
        " from open_announcements order by starts_at, code",
    ),
    SavedQuestion(
        "not-reached",
        "Why copies of announcements were not sent, by channel.",
        "select country, channel, state, reason, sum(residents) as copies from open_deliveries"
        " where state in ('given up', 'unknown', 'held') group by country, channel, state, reason"
        " order by copies desc, country, channel, state, reason",
    ),
    SavedQuestion(
        "where-people-stop",
        "How often each question was answered in all, most first: where it falls, people stop.",
        "select country, flow, question, sum(answers) as answers from open_interactions"
        " where kind <> 'skipped' group by country, flow, question"
        " order by country, flow, answers desc, question",
    ),
    SavedQuestion(
        "people-by-language",
        "How many take part, by language; without a language are those too few to be told.",
        "select country, language, sum(people) as people from open_people"
        " where people is not null group by country, language"
        " order by country, people desc, language",
    ),
)
