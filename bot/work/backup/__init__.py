"""Backups: one sealed file that holds every table of one moment and every file of residents.

A backup is a stream of frames (`frames`) inside a stream of sealed parts (`sealed`). `writing`
makes one beside a running process; `reading` verifies it and gives back what it holds;
`restoring` lays it into an empty database. Neither the master secret nor the folder of keys is
ever in it.
"""
