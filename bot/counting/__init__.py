"""Ballots in, rounds and result out. Pure and exact: money is never a float.

A counting rule and a tie rule are each one entry of a registry, by the name that a vote's file
uses.
"""
