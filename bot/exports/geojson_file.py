"""GeoJSON (RFC 7946): a feature a row, at its point or nowhere; longitude comes first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from bot.exports.cells import reader
from bot.exports.written import Row, Shape, Unfit, Written


def write(shape: Shape, rows: Iterable[Row], into: BinaryIO) -> Written:
    """See `Writer`. Needs the columns `lat` and `lon`."""
    names = [column.name for column in shape.columns]
    if not {"lat", "lon"} <= set(names):
        raise Unfit("GeoJSON needs the columns lat and lon")
    written = Written()
    lat, lon = names.index("lat"), names.index("lon")
    properties = [
        (at, name, reader(column, shape.zone))
        for at, (name, column) in enumerate(zip(names, shape.columns, strict=True))
        if at not in {lat, lon}
    ]
    encoder = msgspec.json.Encoder()
    into.write(b'{"type":"FeatureCollection","features":[')
    for row in rows:
        into.write(b",\n" if written.rows else b"\n")
        placed = row[lat] is not None and row[lon] is not None
        into.write(
            encoder.encode(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [row[lon], row[lat]]}
                    if placed
                    else None,
                    "properties": {
                        name: row[at] if read is None else read(row[at])
                        for at, name, read in properties
                    },
                }
            )
        )
        written.rows += 1
    into.write(b"\n]}\n")
    return written
