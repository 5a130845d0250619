"""A show that does not end: `make soak` (an hour), `make soak-short` (ten minutes), or `python tests/bench/soak.py`."""

import sys

import click
from show import soak


@click.command()
@click.option("--seconds", default=3600.0, help="How long the show lasts.")
@click.option("--seed", default=1, help="Another seed, another show.")
def main(seconds: float, seed: int) -> None:
    """Soak the daemon, and print what came of it."""
    sys.exit(0 if soak(seconds, seed) else 1)


if __name__ == "__main__":
    main()
