"""What the community does, on storage and with no channel: functions over a connection, and what
the channels are handed of it."""
