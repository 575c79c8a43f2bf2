"""A voice comes out as it went in, and tells nothing but what is heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.files import SOUND_BYTES_MOST, SOUND_SECONDS_MOST
from bot.work import media
from bot.work.cleaned import MAX_PARTS, Cleaned, Unusable
from bot.work.sounds import ogg
from tests.examples import examples
from tests.media import sound_files
from tests.media.sound_files import AAC_FRAME, HEAD, MP3_FRAME, SECRETS, TAGS, opus, play

SOUNDS = {
    "ogg": sound_files.ogg(opus(5)),
    "webm, live": sound_files.webm(opus(5)),
    "webm, finished": sound_files.webm(opus(5), live=False),
    "opus in mp4": sound_files.mp4(
        opus(5), entry=b"Opus", setup=sound_files.box(b"dOps", sound_files.D_OPS)
    ),
    "m4a": sound_files.mp4([AAC_FRAME] * 78),
    "mp4 in fragments": sound_files.mp4([AAC_FRAME] * 78, fragmented=True),
    "aac": sound_files.adts(78),
    "mp3": sound_files.mp3(191),
}
each_sound = pytest.mark.parametrize("data", SOUNDS.values(), ids=SOUNDS.keys())


def kept(data: bytes) -> Cleaned:
    made = media.clean(data, "audio/ogg")
    assert isinstance(made, Cleaned)
    return made


@each_sound
def test_nothing_of_recorder_owner_or_place_is_left(data: bytes) -> None:
    assert all(secret in data for secret in SECRETS), "the test file holds no secrets"

    assert [secret for secret in SECRETS if secret in kept(data).data] == []


@each_sound
def test_a_player_agrees_about_type_and_length(data: bytes) -> None:
    made = kept(data)

    assert made.kind == "voice"
    assert made.seconds == pytest.approx(5, abs=0.02)
    seconds, tagged = play(made.data, made.type)
    assert not tagged
    # From a bare AAC stream mutagen only guesses the length.
    tolerance = 0.5 if made.type == "audio/aac" else 0.03
    assert seconds == pytest.approx(made.seconds, abs=tolerance)


@each_sound
def test_cleaning_what_is_clean_changes_nothing(data: bytes) -> None:
    made = kept(data)

    assert kept(made.data).sha256 == made.sha256


def test_every_packet_comes_through_in_its_order() -> None:
    # Lengths around those where Ogg's lacing changes, and more than one page holds.
    packets = [
        b"\x08" + bytes([n % 256]) * n for n in (1, 254, 255, 509, 510, 1275, 40_000, 3)
    ] * 9

    made = kept(sound_files.ogg(packets))

    assert ogg.read(made.data) == (HEAD, packets)
    assert kept(sound_files.webm(packets)).data == made.data


@pytest.mark.parametrize(
    ("first", "seconds"),
    [
        (b"\x00", 0.01),  # speech, 10 ms
        (b"\x18", 0.06),  # speech, 60 ms
        (b"\x68", 0.02),  # hybrid, 20 ms
        (b"\x80", 0.0025),  # music, 2.5 ms
        (b"\xfb\x03", 0.06),  # music, three frames of 20 ms
        (b"\xf9", 0.04),  # music, two of 20 ms
    ],
)
def test_a_packet_tells_how_long_it_lasts(first: bytes, seconds: float) -> None:
    made = ogg.write(HEAD[:10] + b"\0\0" + HEAD[12:], [first + bytes(20)] * 100)

    assert made.seconds == pytest.approx(100 * seconds)


def test_a_packet_of_more_than_an_eighth_of_a_second_is_refused() -> None:
    assert media.clean(sound_files.ogg([b"\xfb\x3f" + bytes(20)] * 9), "") == Unusable("broken")


@pytest.mark.parametrize(
    ("fits", "too_long"),
    [
        (
            sound_files.ogg(opus(SOUND_SECONDS_MOST)[1:]),
            sound_files.ogg(opus(SOUND_SECONDS_MOST)),
        ),
        (
            sound_files.mp4([b"\x21\x10"] * (SOUND_SECONDS_MOST * 16_000 // 1024)),
            sound_files.mp4([b"\x21\x10"] * (SOUND_SECONDS_MOST * 16_000 // 1024 + 1)),
        ),
        (
            sound_files.mp3(SOUND_SECONDS_MOST * 44_100 // 1152),
            sound_files.mp3(SOUND_SECONDS_MOST * 44_100 // 1152 + 1),
        ),
    ],
    ids=["ogg", "m4a", "mp3"],
)
def test_a_frame_beyond_two_minutes_is_too_long(fits: bytes, too_long: bytes) -> None:
    made = kept(fits)

    assert made.seconds is not None
    assert SOUND_SECONDS_MOST - 0.1 < made.seconds <= SOUND_SECONDS_MOST
    assert media.clean(too_long, "audio/ogg") == Unusable("too_long")


def test_a_file_at_the_limit_of_bytes_is_kept_and_one_byte_more_is_not() -> None:
    data = sound_files.mp3(100)
    data += bytes(SOUND_BYTES_MOST - len(data))

    assert isinstance(media.clean(data, "audio/mpeg"), Cleaned)
    assert media.clean(data + b"\0", "audio/mpeg") == Unusable("too_large")
    assert media.clean(data + b"\0", "video/mp4") == Unusable("video")


def test_a_recording_of_too_many_parts_is_refused() -> None:
    # A head, a segment and two elements in it, a cluster with its time, and 51 packets, every
    # second one in a group; then the tags and the attachment.
    elements = 1 + 1 + 2 + 2 + 51 + 26 + 2
    whole = sound_files.webm(opus(1))
    void = b"\xec\x80"

    assert isinstance(media.clean(whole + void * (MAX_PARTS - elements), ""), Cleaned)
    assert media.clean(whole + void * (MAX_PARTS - elements + 1), "") == Unusable("broken")


@pytest.mark.parametrize(
    "data",
    [
        sound_files.webm(opus(1), kinds=(2, 1)),
        sound_files.mp4([AAC_FRAME] * 20, handler=b"vide"),
        b"\0\0\0\x14ftypqt  " + bytes(40),
        b"RIFF\0\0\0\0AVI LIST",
        b"FLV\x01" + bytes(40),
        b"\0\0\x01\xba" + bytes(40),
    ],
)
def test_a_video_is_refused_as_one(data: bytes) -> None:
    assert media.clean(data, "audio/ogg") == Unusable("video")


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"fLaC\0\0\0\x22",
        b"#!AMR\n" + bytes(32),
        sound_files.ogg(opus(1), head=b"\x01vorbis" + bytes(23)),
        sound_files.ogg(opus(1), head=HEAD[:18] + b"\x01"),
        sound_files.ogg(opus(1)) + sound_files.ogg(opus(1), serial=78),
        sound_files.webm(opus(1), codec=b"A_VORBIS"),
        sound_files.webm(opus(1), kinds=(2, 2)),
        sound_files.webm(opus(1), flags=0x86),
        sound_files.mp4([AAC_FRAME] * 20, entry=b"alac"),
        sound_files.mp4([AAC_FRAME] * 20, handler=b"text"),
    ],
)
def test_what_we_cannot_rebuild_is_not_published(data: bytes) -> None:
    assert media.clean(data, "audio/ogg") == Unusable("cannot_strip")


@pytest.mark.parametrize("name", [name for name in SOUNDS if name not in {"mp3", "aac"}])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.98])
def test_a_sound_cut_short_is_refused(name: str, part: float) -> None:
    data = SOUNDS[name]

    made = media.clean(data[: int(len(data) * part)], "audio/ogg")

    assert made == Unusable("broken")


def test_half_a_frame_at_the_end_of_bare_frames_is_left_behind() -> None:
    whole = sound_files.id3() + MP3_FRAME * 50

    assert kept(whole + MP3_FRAME[:100]).data == MP3_FRAME * 50


def test_a_changed_byte_in_an_ogg_page_is_found_out() -> None:
    data = bytearray(SOUNDS["ogg"])
    data[len(data) // 2] ^= 1

    assert media.clean(bytes(data), "audio/ogg") == Unusable("broken")


@pytest.mark.parametrize("name", ["ogg", "aac"])
def test_an_archive_behind_a_sound_makes_it_no_sound(name: str) -> None:
    made = media.clean(SOUNDS[name] + b"PK\x03\x04 secret.txt" * 3, "audio/ogg")

    assert made == Unusable("broken")


def test_an_archive_behind_a_recording_in_boxes_does_not_come_with_it() -> None:
    archive = sound_files.box(b"free", b"PK\x03\x04 secret.txt")

    assert kept(SOUNDS["m4a"] + archive).data == kept(SOUNDS["m4a"]).data


def test_sound_of_no_length_is_empty() -> None:
    assert media.clean(sound_files.ogg([]), "audio/ogg") == Unusable("empty")
    assert media.clean(sound_files.webm([]), "audio/webm") == Unusable("empty")


def test_a_table_that_names_the_same_bytes_for_ever_is_refused() -> None:
    data = sound_files.mp4([AAC_FRAME] * 4)
    at = data.index(b"stsz") + 8
    endless = data[:at] + b"\0\0\x10\0\xff\xff\xff\xff" + data[at + 8 :]

    assert media.clean(endless, "audio/mp4") == Unusable("broken")


@pytest.mark.parametrize("name", [b"stsz", b"stco", b"stsc", b"mp4a", b"esds", b"hdlr", b"moov"])
def test_a_recording_that_lacks_a_box_is_refused(name: bytes) -> None:
    made = media.clean(SOUNDS["m4a"].replace(name, b"free"), "audio/mp4")

    assert isinstance(made, Unusable)
    assert made.reason in {"broken", "empty", "cannot_strip"}


def test_a_recording_without_a_description_of_its_sound_is_refused() -> None:
    data = SOUNDS["m4a"]
    at = data.index(b"stsd") + 12
    nothing = data[:at] + b"\0\0\0\x04" + data[at + 4 :]

    assert media.clean(nothing, "audio/mp4") == Unusable("broken")


def test_tags_longer_than_the_file_make_it_no_sound() -> None:
    assert media.clean(b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + TAGS, "audio/mpeg") == Unusable(
        "not_a_photo"
    )


@examples(300)
@given(
    st.sampled_from(list(SOUNDS.values())),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    st.floats(0, 1),
)
def test_no_damage_to_a_sound_raises(
    data: bytes, changes: list[tuple[float, int]], cut: float
) -> None:
    spoilt = bytearray(data)
    for where, value in changes:
        spoilt[int(where**3 * len(spoilt))] = value

    made = media.clean(bytes(spoilt[: int(cut * len(spoilt)) or 1]), "audio/ogg")

    assert isinstance(made, Cleaned | Unusable)
