"""Turns of one resident in several processes at once, interleaved statement by statement."""
