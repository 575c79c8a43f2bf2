"""A whole small town in one process, on virtual time, killed at every step and brought back.

Everything outside is handed in: the clock, ids and chance, the executor, files, Telegram. Each
seed draws who lives there, what they do and which faults exist. A town is lived without faults
first: what comes of each step there is what must come of it always. Then it is lived with its
faults, and at every commit and outside effect the world is kept as a crash would leave it; a
process is started from each, and some of those die again. All of them must end each step as the
first one did.
"""
