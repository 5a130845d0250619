"""The library on disk: one SQLite file per user, written by a thread of its own so that no disk holds up the sound."""
