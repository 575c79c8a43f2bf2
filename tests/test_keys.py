"""Keys find, seal and sign for one purpose each, and survive a rotation of the master."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys import MASTER_LEAST, NONCE_BYTES, TAG_BYTES, Keys, NotOpened, UnknownKey
from tests.examples import examples

OLD = "old master secret, 32 characters"
NEW = "new master secret, 32 characters"


def make(current: str = NEW, *older: str) -> Keys:
    return Keys(current, *older, random=os.urandom)


@examples(100)
@given(plain=st.binary(max_size=300), aad=st.binary(max_size=20))
def test_what_was_sealed_opens_as_it_was(plain: bytes, aad: bytes) -> None:
    keys = make()
    sealed = keys.seal("address", plain, aad)
    assert len(sealed) == NONCE_BYTES + len(plain) + TAG_BYTES
    assert keys.open("address", sealed, keys.key_id, aad) == plain


def test_derived_keys_are_those_of_the_standard() -> None:
    # HKDF by hand (RFC 5869), so that a change of library or of names cannot lose every address.
    extracted = hmac.digest(b"baraza keys 1", NEW.encode(), hashlib.sha256)
    derived = hmac.digest(extracted, b"find\0address\x01", hashlib.sha256)
    expected = hmac.digest(derived, b"+598 99 123 456", hashlib.sha256)
    assert make().find("address", "+598 99 123 456") == expected


def test_finding_depends_on_purpose_value_and_master() -> None:
    found = {
        keys.find(purpose, value)
        for keys, purpose, value in itertools.product(
            (make(OLD), make(NEW)), ("address", "code"), ("a", "b")
        )
    }
    assert len(found) == 8


def test_one_purpose_has_different_keys_for_finding_and_signing() -> None:
    assert make().find("address", "x") != make().sign("address", b"x")


def test_each_seal_takes_a_nonce_of_its_own() -> None:
    asked: list[int] = []
    numbers = itertools.count()

    def random(size: int) -> bytes:
        asked.append(size)
        return next(numbers).to_bytes(size, "big")

    keys = Keys(NEW, random=random)
    first, second = keys.seal("address", b"x"), keys.seal("address", b"x")
    assert asked == [NONCE_BYTES, NONCE_BYTES]
    assert first != second


@pytest.mark.parametrize("place", [0, NONCE_BYTES, -1])
def test_changed_seal_does_not_open(place: int) -> None:
    keys = make()
    sealed = bytearray(keys.seal("address", b"x", b"row 1"))
    assert keys.open("address", bytes(sealed), keys.key_id, b"row 1") == b"x"
    sealed[place] ^= 1
    with pytest.raises(NotOpened):
        keys.open("address", bytes(sealed), keys.key_id, b"row 1")


def test_seal_of_another_purpose_or_row_does_not_open() -> None:
    keys = make()
    sealed = keys.seal("address", b"x", b"row 1")
    with pytest.raises(NotOpened):
        keys.open("inbox", sealed, keys.key_id, b"row 1")
    with pytest.raises(NotOpened):
        keys.open("address", sealed, keys.key_id, b"row 2")


@pytest.mark.parametrize("size", [0, NONCE_BYTES, NONCE_BYTES + TAG_BYTES - 1])
def test_cut_seal_does_not_open(size: int) -> None:
    keys = make()
    sealed = keys.seal("address", b"")
    assert len(sealed) == NONCE_BYTES + TAG_BYTES
    with pytest.raises(NotOpened):
        keys.open("address", sealed[:size], keys.key_id)


def test_rotation_opens_what_is_old_and_seals_under_the_new() -> None:
    before, after = make(OLD), make(NEW, OLD)
    sealed = before.seal("address", b"x")
    assert after.open("address", sealed, before.key_id) == b"x"
    assert after.key_id == make(NEW).key_id != before.key_id


def test_rotation_finds_rows_of_both_masters() -> None:
    expected = (make(NEW).find("address", "x"), make(OLD).find("address", "x"))
    assert make(NEW, OLD).find_any("address", "x") == expected
    assert make(NEW, OLD).find("address", "x") == expected[0]


def test_dropped_master_is_named() -> None:
    before = make(OLD)
    with pytest.raises(UnknownKey) as caught:
        make(NEW).open("address", before.seal("address", b"x"), before.key_id)
    assert caught.value.key_id == before.key_id


def test_signature_holds_for_its_purpose_and_data_only() -> None:
    keys = make()
    signature = keys.sign("web-cookie", b"visitor 7")
    assert keys.verify("web-cookie", b"visitor 7", signature)
    assert not keys.verify("web-cookie", b"visitor 8", signature)
    assert not keys.verify("unsubscribe", b"visitor 7", signature)
    assert not keys.verify("web-cookie", b"visitor 7", signature[:-1])
    assert not keys.verify("web-cookie", b"visitor 7", b"")


def test_signature_of_an_older_master_holds_until_it_is_dropped() -> None:
    signature = make(OLD).sign("web-cookie", b"x")
    assert make(NEW, OLD).verify("web-cookie", b"x", signature)
    assert not make(NEW).verify("web-cookie", b"x", signature)


def test_key_id_is_eight_digits_and_no_plain_hash_of_the_secret() -> None:
    key_id = make(NEW).key_id
    assert len(bytes.fromhex(key_id)) == 4
    assert not hashlib.sha256(NEW.encode()).hexdigest().startswith(key_id)


def test_secret_is_not_in_the_repr() -> None:
    assert repr(make(NEW, OLD)) == f"Keys({make(NEW).key_id}, {make(OLD).key_id})"


def test_master_has_a_least_length() -> None:
    assert make("m" * MASTER_LEAST).key_id
    with pytest.raises(ValueError, match="at least 32"):
        make("m" * (MASTER_LEAST - 1))


def test_same_master_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        make(NEW, NEW)
