"""How much and how often: forms, files and browsers at the edge of each limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Executor

import httpx
import pytest

from bot.channels.web import Limits
from bot.channels.web_limits import Rate
from bot.domain.inbound import Attachment, Text, Unusable
from tests.web.conftest import COUNTRY, Web, forms, make_web

JPEG = b"\xff\xd8\xff" + b"a photo" * 100


# Who somebody is


@pytest.fixture
async def narrow(executor: Executor) -> AsyncIterator[Web]:
    made = make_web(
        executor,
        Limits(
            file_bytes=len(JPEG),
            files_bytes=2 * len(JPEG) + 2000,
            form_bytes=1000,
            chat=Rate(4, 0.1),
            address=Rate(6, 0.1),
        ),
        proxies="203.0.113.",
    )
    async with made.client:
        yield made


async def test_one_browser_may_not_flood_and_is_told_when_to_go_on(narrow: Web) -> None:
    await narrow.start()
    form = await narrow.composer()
    answers = [await narrow.post(form, text=str(n)) for n in range(5)]
    assert [answer.status_code for answer in answers] == [303] * 4 + [429]
    assert answers[4].headers["retry-after"] == "10"
    assert "Please wait 10 seconds" in answers[4].text
    narrow.clock.move(10)
    assert (await narrow.post(form, text="now")).status_code == 303


async def test_one_network_address_may_not_flood_with_new_browsers(narrow: Web) -> None:
    forwarded = {"x-forwarded-for": "198.51.100.1"}
    form = forms(await narrow.page())[0]
    statuses = []
    for _ in range(7):
        narrow.client.cookies.clear()
        answer = await narrow.client.post(form.action, data={"text": "x"}, headers=forwarded)
        statuses.append(answer.status_code)
    assert statuses == [303] * 6 + [429]
    other = {"x-forwarded-for": "198.51.100.2"}
    assert (await narrow.client.post(form.action, data={}, headers=other)).status_code == 303


async def test_the_script_is_told_limits_in_plain_words(narrow: Web) -> None:
    await narrow.start()
    form = await narrow.composer()
    for n in range(4):
        await narrow.post(form, text=str(n))
    answer = await narrow.post(form, {"x-chat": "1"}, text="more")
    assert answer.status_code == 429
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.startswith("Please wait")


async def test_a_form_at_its_limit_is_taken_and_one_byte_more_is_not(narrow: Web) -> None:
    await narrow.start()
    form = await narrow.composer()

    def body(size: int) -> bytes:
        return (b"nonce=" + form.fields["nonce"].encode() + b"&text=").ljust(size, b"a")

    async def send(content: bytes) -> httpx.Response:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return await narrow.client.post(form.action, content=content, headers=kind)

    assert (await send(body(1000))).status_code == 303
    answer = await send(body(1001))
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert len(narrow.town.taken) == 2


async def test_a_body_that_hides_its_length_is_stopped_too(narrow: Web) -> None:
    await narrow.start()
    form = await narrow.composer()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"text="
        for _ in range(20):
            yield b"a" * 100

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = await narrow.client.post(form.action, content=pieces(), headers=kind)
    assert answer.status_code == 413


async def test_a_browser_without_a_chat_may_not_send_files(narrow: Web) -> None:
    form = forms(await narrow.page())[0]
    answer = await narrow.client.post(
        form.action, data=form.fields, files={"photo": ("a.jpg", JPEG * 2, "image/jpeg")}
    )
    assert answer.status_code == 413


async def test_a_broken_form_is_a_kind_page(web: Web) -> None:
    await web.start()
    answer = await web.client.post(
        f"/{COUNTRY}/say",
        content=b"--x\r\nbroken",
        headers={"content-type": "multipart/form-data; boundary=y"},
    )
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.text


@pytest.mark.parametrize(("many", "status"), [(12, 303), (13, 413), (100, 413)])
async def test_too_many_files_are_told_as_too_many(web: Web, many: int, status: int) -> None:
    await web.start()
    form = await web.composer()
    files = [("photo", (f"{n}.jpg", JPEG + str(n).encode(), "image/jpeg")) for n in range(many)]
    answer = await web.client.post(form.action, data=form.fields, files=files)
    assert answer.status_code == status
    assert ("send less or smaller files" in answer.text) is (status == 413)


@pytest.mark.parametrize("charset", ["undefined", "punycode", '"punycode"', "utf-16", "nonsense"])
async def test_a_form_is_utf_8_whatever_it_calls_itself(web: Web, charset: str) -> None:
    await web.start()
    part = 'Content-Disposition: form-data; name="text"\r\n\r\nniño'
    answer = await web.client.post(
        f"/{COUNTRY}/say",
        content=f"--y\r\n{part}\r\n--y--\r\n".encode(),
        headers={"content-type": f"multipart/form-data; Charset={charset}; boundary=y"},
    )
    assert answer.status_code == 303
    assert "niño" in await web.page()


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("br, gzip", True), ("GZIP; q=0.5", True), ("gzip;q=0", False), ("gzip; q=0.0, br", False)],
)
async def test_pages_are_compressed_for_whom_takes_it(
    web: Web, accepted: str, packed: bool
) -> None:
    answer = await web.client.get(f"/{COUNTRY}", headers={"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is packed


async def test_the_head_of_a_stream_is_no_stream(web: Web) -> None:
    await web.start()
    answer = await asyncio.wait_for(web.client.head(f"/{COUNTRY}/events"), 5)
    assert answer.headers["content-type"].startswith("text/event-stream")


# Photos and voices


async def send_photo(web: Web, data: bytes, text: str = "") -> httpx.Response:
    form = await web.composer()
    return await web.client.post(
        form.action,
        data={**form.fields, "text": text},
        files={"photo": ("a.jpg", data, "image/jpeg"), "voice": ("", b"", "audio/ogg")},
    )


async def test_a_photo_comes_with_its_words_and_is_shown_to_its_sender_only(web: Web) -> None:
    await web.answer_until(5)
    await send_photo(web, JPEG, "at the corner")
    said = web.town.taken[-1].input
    assert isinstance(said, Attachment)
    assert (said.kind, said.caption) == ("photo", "at the corner")
    path = f"/{COUNTRY}/media/{said.name}"
    assert f'src="{path}"' in await web.page()
    mine = await web.client.get(path)
    assert (mine.content, mine.headers["content-type"]) == (JPEG, "image/jpeg")
    part = await web.client.get(path, headers={"range": "bytes=3-9"})
    assert (part.status_code, part.content) == (206, JPEG[3:10])
    web.client.cookies.clear()
    assert (await web.client.get(path)).status_code == 404


async def test_the_same_photo_sent_again_is_one_photo(web: Web) -> None:
    await web.answer_until(5)
    form = await web.composer()
    before = len(web.town.taken)
    for _ in range(2):
        await web.client.post(
            form.action, data=form.fields, files={"photo": ("a.jpg", JPEG, "image/jpeg")}
        )
    assert len(web.town.taken) == before + 1


async def test_a_file_at_its_limit_is_taken_and_one_byte_more_is_told(narrow: Web) -> None:
    await narrow.start()
    await send_photo(narrow, JPEG)
    await send_photo(narrow, JPEG + b"x")
    taken, refused = (inbound.input for inbound in narrow.town.taken[1:])
    assert isinstance(taken, Attachment)
    assert refused == Unusable("too_large")


async def test_words_beside_a_file_that_cannot_be_taken_still_count(web: Web) -> None:
    await web.answer_until(3)
    await send_photo(web, b"GIF89a", "the lamp is broken")
    assert [i.input for i in web.town.taken[-2:]] == [
        Unusable("not_a_photo"),
        Text("the lamp is broken", "c1", 3),
    ]


async def test_several_photos_are_turns_of_one_album(web: Web) -> None:
    await web.answer_until(5)
    form = await web.composer()
    files = [("photo", (f"{n}.jpg", JPEG + bytes([n]), "image/jpeg")) for n in range(3)]
    await web.client.post(form.action, data={**form.fields, "text": "all"}, files=files)
    said = [i.input for i in web.town.taken[-3:]]
    assert all(isinstance(item, Attachment) for item in said)
    albums = {item.album for item in said if isinstance(item, Attachment)}
    assert len(albums) == 1
    assert "" not in albums
    assert [item.caption for item in said if isinstance(item, Attachment)] == ["", "", "all"]
