"""Filing, backing and settling reports, for residents."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.domain.codes import YOUR_NUMBER
from bot.domain.country import NONE, Country
from bot.domain.likeness import alike, bigrams
from bot.domain.messages import Message, Name, Verbatim, _, day_said_on, ngettext
from bot.domain.outcomes import Done, Outcome, Refused
from bot.domain.outside import Outside
from bot.domain.places import Point, distance_m
from bot.domain.reports import (
    OPEN,
    STATUS_LABELS,
    AnswerFixed,
    BackReport,
    FileReport,
    RaiseAlert,
    SimilarReport,
    Status,
    Told,
    Twin,
    WithdrawReport,
    may_become,
)
from bot.domain.residents import OpenFlow, OwnReport
from bot.services.codes import draw_code
from bot.services.hours import day_there
from storage import addresses, alerts, backers, codes, due, media, reports, similar
from storage.addresses import Person
from storage.database import Connection
from storage.media import Home
from storage.reports import ReportRow
from storage.similar import Near

OWN_LIST = 10
"""Reports that `My things` shows."""


def file_report(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    conversation_id: str,
    filed: FileReport,
) -> Outcome:
    """Store a report with its photos, take over its alerts, and give its code. The number of who
    asks for a call is kept by `phones`."""
    category = country.categories_by_key().get(filed.category)
    if category is None:
        return Refused(_("That choice is gone. Please choose again."), "category")
    if filed.spot.area not in country.places_by_key():
        return Refused(_("That place is gone. Please choose again."), "place")
    now = outside.clock()
    report_id = outside.new_id()
    exact = filed.spot.point if country.report.point and category.point else None
    values = {
        "id": report_id,
        "country": country.key,
        "resident_id": person.resident_id,
        "category": filed.category,
        "limited": category.limited,
        "status": Status.NEW.value,
        "status_at": now,
        "area": filed.spot.area,
        "shown_area": hidden_area(country, filed.spot.area),
        "lat": None if exact is None else exact.lat,
        "lon": None if exact is None else exact.lon,
        "detail": filed.detail,
        "text": filed.told.text,
        "shown_text": masked_text(country, filed.told.text),
        "language": person.language,
        "channel": person.channel,
        "since": filed.since,
        "danger": filed.danger,
        "affected": 1,
        "created_at": now,
        "pilot": not country.live,
        "demo": person.demo,
        "quiet": filed.quiet,
    }
    code = draw_code(connection, outside, country, codes.REPORT)
    reports.add_report(connection, code=code, **values)
    _keep_wish(connection, country, person, filed.quiet)
    reports.add_update(connection, report_id, status=Status.NEW, actor="resident", now=now)
    home = Home(report_id)
    media.attach_media(connection, (*filed.photos, *filed.told.voices), person.resident_id, home)
    media.attach_unkept(connection, conversation_id, home)
    alerts.settle_alerts(connection, conversation_id, "sent", report_id)
    lines = [YOUR_NUMBER(code=Verbatim(code))]
    line = _("We will write to you here by {day}. Send the number any time for news.")
    if filed.quiet or person.stopped:
        line = _(
            "We will not write to you. Send the number from {day} on to see what happened with it."
        )
    elif filed.phone:
        line = _("We will call you or write to you here by {day}. Send {code} any time for news.")
    lines.append(line(day=answer_day(country, now), code=Verbatim(code)))
    return Done(tuple(lines), report=report_id)


def hidden_area(country: Country, area: str) -> str | None:
    """What others read in the place of an area; None where that is the area itself."""
    shown = country.area_for_others(area)
    return None if shown == area else shown


def masked_text(country: Country, text: str) -> str | None:
    """What others read in the place of words; None where that is the words themselves."""
    shown = country.words_for_others(text)
    return None if shown == text else shown


def answer_day(country: Country, now: datetime) -> date:
    """The day by which a first answer is promised: so many working days from today."""
    holidays = {day for day, _name in country.calendar.holidays}
    day = day_there(country, now)
    left = country.report.answer_days
    while left > 0:
        day += timedelta(days=1)
        if day.isoweekday() not in country.calendar.weekend and day not in holidays:
            left -= 1
    return day


def back_report(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    conversation_id: str,
    backed: BackReport,
) -> Outcome:
    """Count the resident among those affected; what they told is kept for staff."""
    gone = Refused(_("That report is gone. Please tell us yours."), "twin")
    row = reports.hold_report(connection, backed.code)
    if row is None or row.country != country.key:
        return gone
    row = _surviving(connection, row)
    if row.status not in OPEN:
        # Nobody works on it any more: what is told of it now would be lost there.
        return gone
    now = outside.clock()
    new = row.resident_id != person.resident_id and backers.add_backer(
        connection, row.id, person.resident_id, now
    )
    backers.set_quiet(connection, row, person.resident_id, backed.quiet)
    _keep_wish(connection, country, person, backed.quiet)
    _add_told(connection, outside, person, row, "backer", backed.told, backed.photos)
    media.attach_unkept(connection, conversation_id, Home(row.id))
    alerts.settle_alerts(connection, conversation_id, "sent", row.id)
    affected = row.affected + (1 if new else 0)
    line = _("Thank you. We added you to {code} and will send you its news.")
    if backed.quiet or person.stopped:
        line = _("Thank you. We added you to {code}. Send that number any time for its news.")
    return Done(
        (
            line(code=Verbatim(row.code)),
            ngettext("{n} person told us about this.", "{n} people told us about this.", affected),
        ),
        report=row.id,
    )


def _keep_wish(connection: Connection, country: Country, person: Person, quiet: bool) -> None:
    """Who could choose to be sent no message said by it whether any may come that they do not
    wait for."""
    if NONE in country.report.answer:
        addresses.set_quiet(connection, person.resident_id, quiet)


def _surviving(connection: Connection, row: ReportRow) -> ReportRow:
    """The report that a merged one became part of; itself for any other."""
    met = {row.code}
    while row.merged_into is not None and row.merged_into not in met:
        met.add(row.merged_into)
        found = reports.hold_report(connection, row.merged_into)
        if found is None:
            break
        row = found
    return row


def _add_told(
    connection: Connection,
    outside: Outside,
    person: Person,
    row: ReportRow,
    kind: str,
    told: Told,
    photos: tuple[str, ...] = (),
) -> None:
    if told.text:
        reports.add_addition(
            connection,
            id=outside.new_id(),
            report_id=row.id,
            resident_id=person.resident_id,
            kind=kind,
            text=told.text,
            language=person.language,
            at=outside.clock(),
        )
    refs = tuple(dict.fromkeys((*told.photos, *photos, *told.voices)))
    if media.attach_media(connection, refs, person.resident_id, Home(row.id)):
        # Nobody has looked at the new photos: what was cleared before is not all there is now.
        reports.set_cleared(connection, row.id, None)


def raise_alert(
    connection: Connection,
    outside: Outside,
    country: Country,
    person: Person,
    conversation_id: str,
    alert: RaiseAlert,
) -> None:
    """Let staff know at once, before the report is sent, without words."""
    alerts.add_alert(
        connection,
        id=outside.new_id(),
        country=country.key,
        resident_id=person.resident_id,
        conversation_id=conversation_id,
        category=alert.category,
        area=alert.area,
        at=outside.clock(),
        state="being told",
        demo=person.demo,
    )


def answer_fixed(
    connection: Connection, outside: Outside, person: Person, answer: AnswerFixed
) -> Outcome:
    """Yes confirms it; partly and no open the report again, or the one that it was joined with."""
    row = reports.hold_report(connection, answer.code)
    if row is None:
        return Done((_("That report is gone."),))
    row = _surviving(connection, row)
    now = outside.clock()
    _add_told(connection, outside, person, row, "not fixed", answer.told)
    code = Verbatim(row.code)
    if answer.answer == "yes":
        if row.status is Status.DONE:
            reports.set_status(
                connection, row.id, status=Status.CONFIRMED, actor="resident", now=now
            )
            due.drop(connection, UNCONFIRMED, row.id)
        lines = (_("That is good news. Thank you for telling us about {code}.")(code=code),)
        return Done(lines, report=row.id)
    if row.status is Status.WITHDRAWN:
        return Done((_stands(row),))
    if may_become(row.status, Status.REOPENED) and row.status is not Status.REOPENED:
        reports.set_status(connection, row.id, status=Status.REOPENED, actor="resident", now=now)
        due.drop(connection, UNCONFIRMED, row.id)
    lines = (_("Thank you. {code} is open again, and the team sees it.")(code=code),)
    return Done(lines, report=row.id)


UNCONFIRMED = "close unconfirmed"
"""Falls due when nobody has answered whether a report is done."""

TAKEN_BACK = "report taken back"
"""Falls due at once when who filed a report took it back: who backed it is told."""


def withdraw(
    connection: Connection, outside: Outside, person: Person, command: WithdrawReport
) -> Outcome:
    """Take one's own report back. Who backed it is told after this turn: people are held before
    reports, and a turn holds its own resident already."""
    row = reports.hold_report(connection, command.code)
    if row is None or row.resident_id != person.resident_id:
        return Done((_("That report is not yours, so you cannot take it back."),))
    if not may_become(row.status, Status.WITHDRAWN):
        return Done((_stands(row),))
    if row.status is not Status.WITHDRAWN:
        now = outside.clock()
        reports.set_status(connection, row.id, status=Status.WITHDRAWN, actor="resident", now=now)
        due.drop(connection, UNCONFIRMED, row.id)
        due.put(connection, TAKEN_BACK, row.id, now)
    return Done((_("Done. {code} is taken back.")(code=Verbatim(row.code)),))


def similar_report(
    connection: Connection, outside: Outside, country: Country, wanted: SimilarReport
) -> Twin | None:
    """The nearest open report that may be the same, by the country's rule; None without one.

    Between two points: near and recent whatever the words, or farther and older and alike in
    words. Where either place is only an area: the same area, recent, and alike in words.
    """
    rule = country.similarity
    now = outside.clock()
    candidates = similar.similar_candidates(
        connection,
        country=country.key,
        category=wanted.category,
        area=wanted.area,
        point=wanted.point,
        near_m=rule.near_m,
        since=now - timedelta(days=rule.near_days),
    )
    words = bigrams(wanted.text)
    best: tuple[float, float] | None = None
    twin: Near | None = None
    for near in candidates:
        likeness = alike(words, bigrams(near.text))
        away = _away(wanted.point, near.point)
        age = now - near.created_at
        if away is None:
            same = near.area == wanted.area and likeness >= rule.alike
        else:
            close = away <= rule.same_m and age <= timedelta(days=rule.same_days)
            same = close or (away <= rule.near_m and likeness >= rule.alike)
        score = (likeness, -(away or 0.0))
        if same and (best is None or score > best):
            best, twin = score, near
    if twin is None:
        return None
    area = twin.area if twin.area == wanted.area else country.area_for_others(twin.area)
    return Twin(twin.code, twin.category, area, day_there(country, twin.created_at))


def _away(a: Point | None, b: Point | None) -> float | None:
    return None if a is None or b is None else distance_m(a, b)


def own_reports(connection: Connection, country: Country, person: Person) -> tuple[OwnReport, ...]:
    return tuple(
        OwnReport(code, category, status, day_there(country, at), filed)
        for code, category, status, at, filed in reports.own_reports(
            connection, person.resident_id, OWN_LIST
        )
    )


def tell_news(
    connection: Connection, country: Country, person: Person, code: str, today: date
) -> tuple[tuple[Message, ...], OpenFlow | None]:
    """What may be told of a report to whoever types its code, and where its owner can do more.

    A stranger sees category, area, date and status; never words, names or photos.
    """
    named = reports.find_report(connection, code)
    row = None if named is None else _surviving(connection, named)
    if named is None or row is None or not _may_see(country, person, named, row):
        return (_("We could not find {code}. Please check it.")(code=Verbatim(code)),), None
    category = country.categories_by_key().get(row.category)
    own = row.resident_id == person.resident_id
    lines = [
        _("{code}: {category}, {place}, {day}.")(
            code=Verbatim(row.code),
            category=category.label if category is not None else Name(row.category),
            place=country.place_name(row.area if own else country.area_for_others(row.area)),
            day=day_said_on(today, day_there(country, row.created_at)),
        ),
        _status_line(country, row),
    ]
    if row.status in OPEN and row.affected > 1:
        lines.append(
            ngettext(
                "{n} person told us about this.", "{n} people told us about this.", row.affected
            )
        )
    return tuple(lines), OpenFlow("news", code) if own else None


def _may_see(country: Country, person: Person, named: ReportRow, row: ReportRow) -> bool:
    """Whether a report, which `row` is what became of, may be told to somebody who named it."""
    if person.resident_id in {named.resident_id, row.resident_id}:
        return True
    return named.country == country.key and not (named.limited or row.limited)


def _status_line(country: Country, row: ReportRow) -> Message:
    if row.status is Status.PLANNED and row.planned_for is not None:
        day = day_said_on(day_there(country, row.status_at), row.planned_for)
        return _("It is planned for {day}.")(day=day)
    return _stands(row)


def _stands(row: ReportRow) -> Message:
    return _("Status: {status}.")(status=STATUS_LABELS[row.status])
