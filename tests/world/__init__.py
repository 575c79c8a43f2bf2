"""A whole small town in one process, on virtual time, killed at every step and brought back.

Everything outside is handed in: the clock, ids and chance, the executor, files. Each seed draws
what the residents do and which faults exist. At every commit and outside effect the database is
kept as a crash would leave it; recovery is run from each, with a second crash drawn in it. After
each recovery the script is finished without faults, and nothing may be lost, doubled or owed.
"""
