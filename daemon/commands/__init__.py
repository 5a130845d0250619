"""The command line: `semeq-daemon` and the sub-commands of `semeq`."""
