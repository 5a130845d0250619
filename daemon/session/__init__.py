"""The state of one run: messages and time in, messages out."""
