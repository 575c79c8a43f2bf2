"""Sounds made of frames that follow one another: MP3 and bare AAC (ISO 11172-3, 13818-7)."""

from __future__ import annotations

from bot.work.sounds.frames import Frames, Refused, check_length

AAC_RATES = (
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
    8_000, 7_350,
)  # fmt: skip
AAC_SAMPLES = 1024
MP3_RATES = (44_100, 48_000, 32_000)
"""Of MPEG 1; MPEG 2 has halves of them, MPEG 2.5 quarters."""
KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MONO = 3
TAG_HEADS = (b"TAG", b"ID3", b"APETAGEX", b"LYRICSBEGIN", b"3DI")
LISTS = (b"Xing", b"Info", b"VBRI")


def read_mp3(data: bytes) -> Frames:
    """Keep the sound frames. Tags before and behind go, and so does the encoder's own frame."""
    at = _skip_tags(data)
    kept: list[bytes] = []
    seconds = 0.0
    stream: tuple[int, int] | None = None
    while at + 4 <= len(data) and data[at] == 0xFF:
        size, samples, rate, side = _read_mp3_head(data, at)
        if stream not in {None, (samples, rate)}:
            raise Refused("broken")
        stream = (samples, rate)
        frame = data[at : at + size]
        if len(frame) < size:
            # Recorders that are switched off leave half a frame, which no player would play.
            at = len(data)
            break
        at += size
        if not kept and not seconds and _is_list(frame, side):
            continue
        kept.append(frame)
        seconds += samples / rate
        check_length(seconds)
    _check_tail(data, at)
    return Frames("audio/mpeg", b"".join(kept), seconds)


def read_adts(data: bytes) -> Frames:
    """Keep the AAC frames, and only them."""
    at = _skip_tags(data)
    kept: list[bytes] = []
    seconds = 0.0
    stream: bytes | None = None
    while at + 7 <= len(data) and data[at] == 0xFF:
        if data[at + 1] & 0xF6 != 0xF0:
            raise Refused("broken")
        rate = AAC_RATES[data[at + 2] >> 2 & 0x0F]
        size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        # Profile, rate and channels stay the same in a file that has not been pasted together.
        settings = bytes((data[at + 2] & 0xFD, data[at + 3] & 0xC0))
        if size < 7 or stream not in {None, settings}:
            raise Refused("broken")
        stream = settings
        if at + size > len(data):
            at = len(data)
            break
        kept.append(data[at : at + size])
        seconds += AAC_SAMPLES * (1 + (data[at + 6] & 3)) / rate
        check_length(seconds)
        at += size
    _check_tail(data, at)
    return Frames("audio/aac", b"".join(kept), seconds)


def write_adts(frames: list[bytes], profile: int, rate: int, channels: int) -> Frames:
    """Give each raw AAC frame a head of seven bytes; `profile` and `rate` are table indices."""
    kept: list[bytes] = []
    for frame in frames:
        size = len(frame) + 7
        if size >= 1 << 13:
            raise Refused("broken")
        settings = profile << 14 | rate << 10 | channels << 6 | size >> 11
        kept.append(b"\xff\xf1" + settings.to_bytes(2, "big"))
        # A buffer fullness of all ones says that the rate varies.
        kept.append(((size & 0x7FF) << 13 | 0x7FF << 2).to_bytes(3, "big"))
        kept.append(frame)
    seconds = len(frames) * AAC_SAMPLES / AAC_RATES[rate]
    check_length(seconds)
    return Frames("audio/aac", b"".join(kept), seconds)


def id3_length(data: bytes, at: int) -> int:
    """The bytes of an ID3v2 tag at `at`, its head of ten (and foot) included."""
    size = 0
    for byte in data[at + 6 : at + 10]:
        size = size << 7 | byte & 0x7F
    return size + (20 if data[at + 5] & 0x10 else 10)


def _skip_tags(data: bytes) -> int:
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        at += id3_length(data, at)
    while at < len(data) and data[at] == 0:
        at += 1
    return at


def _read_mp3_head(data: bytes, at: int) -> tuple[int, int, int, int]:
    """Return a frame's size in bytes, its samples, their rate, and where a list of VBR stands."""
    one, two, three = data[at + 1], data[at + 2], data[at + 3]
    version = one >> 3 & 3
    if one & 0xE6 != 0xE2 or version == 1 or two >> 4 in {0, 15} or two >> 2 & 3 == 3:
        raise Refused("broken")
    first = version == 3
    rate = MP3_RATES[two >> 2 & 3] // {3: 1, 2: 2, 0: 4}[version]
    samples = 1152 if first else 576
    kbits = (KBITS_1 if first else KBITS_2)[two >> 4]
    size = samples // 8 * kbits * 1000 // rate + (two >> 1 & 1)
    mono = three >> 6 == MONO
    side = (17 if mono else 32) if first else (9 if mono else 17)
    return size, samples, rate, 4 + side


def _is_list(frame: bytes, at: int) -> bool:
    return frame[at : at + 4] in LISTS or frame[36:40] in LISTS


def _check_tail(data: bytes, at: int) -> None:
    """Behind the last frame only a tag or zeros may stand; anything else is no sound file."""
    if not data.startswith(TAG_HEADS, at) and data[at:].strip(b"\0"):
        raise Refused("broken")
