"""The web chat through plain HTTP, as a browser without scripts meets it."""

from __future__ import annotations

import gzip
import re
from concurrent.futures import Executor
from dataclasses import replace
from http.cookies import SimpleCookie

import httpx
import pytest

from bot.channels.web_session import COOKIE
from bot.domain.inbound import Command, Press, Text
from bot.domain.messages import Message
from bot.domain.operations import Ask, Tell
from tests.web.conftest import COUNTRY, HERE, Web, forms
from tests.web.town import QUESTIONS, make_chat, make_country, make_town

JPEG = b"\xff\xd8\xff" + b"a photo" * 100


async def test_who_is_asked_for_their_number_gets_the_keys_for_it_and_types_it(web: Web) -> None:
    asked = Ask("c1", 9, Message("Which number?"), (), (), ("contact", "text"))
    web.town.answer = lambda _inbound: [asked]
    assert 'inputmode="tel"' in await web.start()
    await web.post(await web.composer(), text="0712 345 678")
    assert web.town.taken[-1].input == Text("0712 345 678", "c1", 9)


# Who somebody is


async def test_the_first_page_sets_no_cookie_and_stores_nothing(web: Web) -> None:
    answer = await web.client.get(f"/{COUNTRY}")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert web.town.taken == []


async def test_start_sets_one_signed_cookie_that_scripts_and_other_sites_cannot_use(
    web: Web,
) -> None:
    [form] = forms(await web.page())
    answer = await web.post(form, command="start")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{COUNTRY}#end")
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == f"/{COUNTRY}"
    assert cookie["max-age"] == str(30 * 24 * 3600)


async def test_start_pressed_four_times_is_one_chat_with_one_question(web: Web) -> None:
    [form] = forms(await web.page())
    for _ in range(4):
        web.client.cookies.clear()
        await web.post(form, command="start")
    assert len({inbound.address for inbound in web.town.taken}) == 1
    assert len(web.town.taken) == 1
    assert (await web.page()).count(QUESTIONS[0].line.source) == 1


async def test_start_in_a_second_tab_joins_the_chat_of_the_first(web: Web) -> None:
    [first], [second] = forms(await web.page()), forms(await web.page())
    await web.post(first, command="start")
    await web.post(second, command="start")
    assert len(web.town.inboxes) == 1
    assert len(web.town.taken) == 1


async def test_a_forged_cookie_is_a_new_browser_and_no_error(web: Web) -> None:
    await web.start()
    web.client.cookies.clear()
    web.client.cookies.set(COOKIE, "somebody.else", path=f"/{COUNTRY}")
    answer = await web.client.get(f"/{COUNTRY}")
    assert answer.status_code == 200
    assert "token" in forms(answer.text)[0].fields


async def test_a_form_from_a_chat_that_is_gone_leads_to_the_door(web: Web) -> None:
    await web.start()
    form = await web.composer()
    web.client.cookies.clear()
    assert (await web.post(form, text="hello")).status_code == 303
    assert (await web.post(form, {"x-chat": "1"}, text="hello")).status_code == 401
    assert len(web.town.taken) == 1


async def test_the_cookie_is_renewed_at_every_visit(web: Web) -> None:
    await web.start()
    assert COOKIE in (await web.client.get(f"/{COUNTRY}")).headers["set-cookie"]


async def test_start_takes_along_what_a_poster_said_and_nothing_odd(web: Web) -> None:
    [form] = forms((await web.client.get(f"/{COUNTRY}?start=report-7")).text)
    assert form.buttons == [("command", "start report-7")]
    [form] = forms((await web.client.get(f"/{COUNTRY}?start=%22%3E%3Cb%3E")).text)
    assert form.buttons == [("command", "start")]


async def test_a_link_that_comes_to_an_open_chat_is_offered_there(web: Web) -> None:
    await web.start()
    page = (await web.client.get(f"/{COUNTRY}?start=report-7")).text
    offered = [button for form in forms(page) for button in form.buttons if "start" in button[1]]
    assert offered == [("command", "start report-7")]
    assert "start" not in str(forms((await web.client.get(f"/{COUNTRY}?start=%22%3E")).text))
    assert len(web.town.taken) == 1


# What is said, once


async def test_a_form_sent_again_after_a_lost_answer_is_one_answer(web: Web) -> None:
    await web.start()
    form = await web.composer()
    for _ in range(3):
        assert (await web.post(form, text="yes")).status_code == 303
    assert [i.input for i in web.town.taken[1:]] == [Text("yes", "c1", 1)]
    page = await web.page()
    assert page.count(QUESTIONS[1].line.source) == 1


async def test_another_answer_from_the_same_old_page_is_another_turn(web: Web) -> None:
    await web.start()
    form = await web.form("press")
    await web.post(form, press="yes")
    await web.post(form, press="no")
    assert [i.input for i in web.town.taken[1:]] == [Press("c1", 1, "yes"), Press("c1", 1, "no")]


async def test_a_press_brings_its_conversation_and_serial(web: Web) -> None:
    await web.answer_until(2)
    await web.post(await web.form("press"), press="road")
    assert web.town.taken[-1].input == Press("c1", 2, "road")
    assert web.town.taken[-1].echo


async def test_an_answered_question_has_no_buttons_any_more(web: Web) -> None:
    await web.answer_until(2)
    values = {value for form in forms(await web.page()) for _name, value in form.buttons}
    assert "yes" not in values
    assert "road" in values


async def test_the_script_hears_no_content_and_does_not_wait(web: Web) -> None:
    await web.start()
    answer = await web.post(await web.composer(), {"x-chat": "1"}, text="yes")
    assert (answer.status_code, answer.content) == (204, b"")


async def test_the_menu_and_the_languages_are_commands(web: Web) -> None:
    await web.start()
    await web.post(await web.form("menu"), command="menu")
    await web.post(await web.form("language xr"), command="language xr")
    assert [i.input for i in web.town.taken[1:]] == [Command("menu"), Command("language", "xr")]


# What must never happen


@pytest.mark.parametrize(
    "words", ["Ana <3", "</b>", "<script>alert(1)</script>", "\"'><img src=x onerror=y>", "A & B"]
)
async def test_words_are_shown_as_they_are_and_never_as_markup(web: Web, words: str) -> None:
    await web.start()
    before = await web.page()
    await web.post(await web.composer(), text=words)
    page = await web.page()
    escaped = (
        words.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&#34;")
        .replace("'", "&#39;")
    )
    assert escaped in page
    assert page.count("<script") == before.count("<script") == 1
    assert page.count("<img") == 0


async def test_names_from_the_country_folder_are_escaped(web: Web) -> None:
    page = await web.start()
    assert "Riverside &lt;Talks&gt;" in page
    assert "Riverside <Talks>" not in page


async def test_a_page_runs_and_loads_nothing_but_our_own_files(web: Web) -> None:
    page = await web.start()
    policy = (await web.client.get(f"/{COUNTRY}")).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert not re.search(r"\son[a-z]+=|style=|javascript:|https?://", page)


async def test_pages_and_notices_are_never_stored_and_never_framed(web: Web) -> None:
    for path in (f"/{COUNTRY}", "/nowhere", f"/{COUNTRY}/end"):
        headers = (await web.client.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["say", "end"])
async def test_forms_of_other_sites_are_refused_with_a_kind_page(web: Web, path: str) -> None:
    await web.start()
    answer = await web.client.post(
        f"/{COUNTRY}/{path}", data={"text": "x"}, headers={"origin": "https://evil.test"}
    )
    assert answer.status_code == 403
    assert "did not come from this page" in answer.text
    assert len(web.town.taken) == 1
    assert web.town.inboxes


# Limits


@pytest.mark.parametrize(
    ("serial", "words"),
    [(3, "Voice: up to 90 seconds."), (5, "Photos: up to 10 MB each, 30 MB at a time.")],
)
async def test_limits_are_told_before_a_file_is_chosen(web: Web, serial: int, words: str) -> None:
    await web.answer_until(serial)
    assert words in await web.page()


async def test_only_what_a_question_wants_is_offered(web: Web) -> None:
    await web.answer_until(6)
    page = await web.page()
    assert 'type="date"' in page
    assert 'type="file"' not in page


# Leaving


async def test_ending_asks_first_and_then_removes_history_and_cookie(web: Web) -> None:
    await web.start()
    asked = await web.client.get(f"/{COUNTRY}/end")
    assert web.town.inboxes
    [form] = [form for form in forms(asked.text) if "/end" in form.action]
    answer = await web.post(form)
    assert answer.status_code == 303
    assert web.town.inboxes == {}
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert COOKIE not in web.client.cookies
    page = (await web.client.get(answer.headers["location"])).text
    assert "The chat is ended" in page
    assert "token" in forms(page)[0].fields


async def test_ending_twice_is_no_error(web: Web) -> None:
    await web.start()
    for _ in range(2):
        assert (await web.client.post(f"/{COUNTRY}/end")).status_code == 303


async def test_a_start_page_from_before_the_end_still_leads_into_a_chat(web: Web) -> None:
    [old] = forms(await web.page())
    await web.post(old, command="start")
    await web.client.post(f"/{COUNTRY}/end")
    await web.post(old, command="start")
    # That update was seen, so nothing answers it; the page offers Start once more.
    await web.post(await web.form("start"), command="start")
    assert QUESTIONS[0].line.source in await web.page()


# Around it


async def test_one_country_is_led_to_and_several_are_a_choice(executor: Executor) -> None:
    town = make_town()
    countries = [make_country("north"), make_country("south")]
    several = make_chat(town, executor, countries=countries).application()
    transport = httpx.ASGITransport(several)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        page = (await client.get("/")).text
        assert 'href="/north"' in page
        assert 'href="/south"' in page
        one = forms((await client.get("/north")).text)[0]
        await client.post(one.action, data={**one.fields, "command": "start"})
        assert "token" in forms((await client.get("/south")).text)[0].fields


@pytest.mark.parametrize(
    ("accept", "language"),
    [("de, xr;q=0.9, en;q=0.1", "xr"), ("en, xr;q=0.5", "en"), ("de", "en"), ("", "en")],
)
async def test_the_choice_of_countries_speaks_what_the_visitor_reads(
    executor: Executor, accept: str, language: str
) -> None:
    north = replace(make_country("north"), languages=("en",))
    countries = [north, replace(make_country("south"), languages=("xr",))]
    several = make_chat(make_town(), executor, countries=countries).application()
    transport = httpx.ASGITransport(several)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        page = (await client.get("/", headers={"accept-language": accept})).text
    assert f'<html lang="{language}"' in page


async def test_a_cookie_path_does_not_reach_a_country_with_a_longer_name(web: Web) -> None:
    assert (await web.client.get("/?start=x")).headers["location"] == f"/{COUNTRY}?start=x"


async def test_a_pilot_says_so(executor: Executor) -> None:
    chat = make_chat(make_town(), executor, countries=[make_country(live=False)])
    transport = httpx.ASGITransport(chat.application())
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        page = (await client.get(f"/{COUNTRY}")).text
    # A landmark of its own: who reads by them hears it, too.
    assert re.search("<aside[^>]*>This is a trial.", page)


async def test_files_have_names_that_change_with_them_and_are_kept_for_ever(web: Web) -> None:
    page = await web.start()
    paths = re.findall(r'"(/static/chat/[^"]+)"', page)
    assert len(paths) == 3
    for path in paths:
        answer = await web.client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert (await web.client.get("/static/chat/web.py")).status_code == 404


async def test_everything_together_is_far_below_sixty_kilobytes(web: Web) -> None:
    await web.answer_until(8)
    page = await web.page()
    paths = re.findall(r'"(/static/chat/[^"]+)"', page)
    parts = [page.encode(), *[(await web.client.get(path)).content for path in paths]]
    assert len(parts) == 4
    assert sum(len(part) for part in parts) < 60_000
    assert sum(len(gzip.compress(part)) for part in parts) < 15_000


async def test_a_long_history_shows_its_newest_part_and_leads_to_the_rest(web: Web) -> None:
    await web.start()
    [(bot, address)] = web.town.inboxes
    for number in range(70):
        line = Tell(Message(f"Line {number}."))
        await web.chat.send(bot, address, [(f"x{number}", line)], "en")
    page = await web.page()
    assert "Line 69." in page
    assert "Line 5." not in page
    whole = (await web.client.get(f"/{COUNTRY}?all=1")).text
    assert "Line 5." in whole


async def test_an_operation_that_is_sent_twice_stands_once(web: Web) -> None:
    await web.start()
    [(bot, address)] = web.town.inboxes
    for _ in range(2):
        await web.chat.send(bot, address, [("7", Tell(Message("Planned.")))], "en")
    assert (await web.page()).count("Planned.") == 1


async def test_what_a_form_address_shows_to_a_reader_is_the_chat(web: Web) -> None:
    assert (await web.client.get(f"/{COUNTRY}/say")).headers["location"] == f"/{COUNTRY}#end"


async def test_help_that_leaves_no_trace_is_gone_with_the_next_question(web: Web) -> None:
    await web.start()
    await web.post(await web.form("help"), command="help")
    assert "555 0100" in await web.page()
    await web.post(await web.composer(), text="yes")
    assert "555 0100" not in await web.page()
