"""The running bot of `test_bot`, for every module here."""

from tests.telegram.test_bot import house, life

__all__ = ["house", "life"]
