"""Files that nobody refers to any more are erased, and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bot.domain.inbound import Text
from bot.work.files import COMING_MOST
from tests.fetchers import AtOnce, Channel
from tests.houses import SmallHouse
from tests.media.photo_files import jpeg
from tests.media.test_fetching import AT_THE_PHOTOS, TO_THE_END, clean, rows, rows_of


async def test_a_file_that_two_reports_share_goes_with_the_last_of_them(
    house: SmallHouse, channel: Channel
) -> None:
    photo = jpeg()
    house.take(*AT_THE_PHOTOS, channel.photo(photo), *TO_THE_END)
    # Of another kind, or Beto would be asked whether it is the same.
    beto = [Text("dead animal") if said == Text("full bin") else said for said in AT_THE_PHOTOS]
    house.take(*beto, channel.photo(photo), *TO_THE_END, who="beto")
    await channel.fetch_all()
    [(one,), (other,)] = rows(house, "name")
    assert one == other
    house.take(Text("forget me"), Text("yes"))
    await clean(house.database, channel)
    assert list(channel.store.files) == [one]
    house.take(Text("forget me"), Text("yes"), who="beto")
    await clean(house.database, channel)
    assert channel.store.files == {}


async def test_a_file_whose_process_died_as_its_row_was_kept_is_looked_at_again_when_it_is_nobodys(
    house: SmallHouse, channel: Channel
) -> None:
    house.take(*AT_THE_PHOTOS, channel.photo(jpeg()), *TO_THE_END)
    await channel.fetch_all()
    [name] = channel.store.files
    channel.store.expect(name)
    house.take(Text("forget me"), Text("yes"))
    await clean(house.database, channel)
    assert list(channel.store.files) == [name], "for all that is known its row is still to come"
    again = "select due_at from task where dedupe = 'clean files again'"
    [(due,)] = house.database.write_now(rows_of, again)
    assert datetime.fromisoformat(str(due)) == house.now + COMING_MOST
    channel.store.settle(name)
    await clean(house.database, channel)
    assert channel.store.files == {}


@pytest.mark.parametrize("over", [False, True])
async def test_a_file_that_is_sent_again_while_nobody_has_it_is_not_erased(
    house: SmallHouse, channel: Channel, monkeypatch: pytest.MonkeyPatch, over: bool
) -> None:
    photo = jpeg()
    house.take(*AT_THE_PHOTOS, channel.photo(photo))
    await channel.fetch_all()
    house.take(Text("cancel"))
    keeper = channel.fetcher()._keeper
    read, again = house.database.read, [photo]

    async def read_as_it_comes(fn: Callable[..., Any], *args: Any) -> Any:
        found = await read(fn, *args)
        if again and over:
            house.take(*AT_THE_PHOTOS[3:], channel.photo(again.pop()))
            await channel.fetch_all()
        elif again:
            keeper.take(again.pop(), "image/jpeg")
        return found

    monkeypatch.setattr(house.database, "read", read_as_it_comes)
    await keeper.erase_unused(house.database, AtOnce())
    assert list(channel.store.files), "its row is there, or still to come"
    assert rows(house) == ([("kept", None)] if over else [])
