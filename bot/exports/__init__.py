"""A stream of rows and a description of their columns become a file, one module a format.

Columns come from the description alone, never from the rows: a file without rows has them too.
Every writer holds one row at a time.
"""

from bot.exports.written import FORMATS, Shape, Written

__all__ = ["FORMATS", "Shape", "Written"]
