"""Watching a daemon from elsewhere: its picture and its keys."""
