"""Pictures that organisers send: kept without what cameras and programs put in."""

from __future__ import annotations

from pathlib import Path

from bot.app import House
from bot.cli.shell import refuse
from bot.domain.inbound import Attachment

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def keep_picture(house: House, path: Path) -> Attachment:
    """Clean a picture and keep it; a row is to refer to it soon, or it is swept away. Refuses what
    cannot be sent."""
    try:
        size = path.stat().st_size
        if size > house.settings.upload_bytes:
            refuse(f"{path}: larger than {house.settings.upload_mb} MB (BARAZA_UPLOAD_MB).")
        data = path.read_bytes()
    except OSError as error:
        refuse(f"{path} cannot be read: {error.strerror}.")
    taken = house.files.take(data, _TYPES.get(path.suffix.lower(), ""))
    if not isinstance(taken, Attachment) or taken.kind != "photo":
        reason = "not_a_photo" if isinstance(taken, Attachment) else taken.reason
        refuse(f"{path}: not a picture that can be sent ({reason.replace('_', ' ')}).")
    return taken
