"""The same conversation load on Baraza and on plain bots of other frameworks, in one run."""
