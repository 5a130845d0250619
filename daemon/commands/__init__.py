"""Everything that is typed: `semeq-daemon` and the sub-commands of `semeq`."""
