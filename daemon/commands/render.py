"""The command `semeq render`: a sound file through the bands of words into another file."""

import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ...model import Bands, Model, between, load, scaled
from ...model.loudness import PINK, Spectrum
from ...model.request import Answer, request
from ..app.performance import replay
from ..audio.moves import Gliding, Morph, Moves, Standing, read_points
from ..audio.render import Order, Rendered
from ..audio.render import render as render_file
from ..audio.replayed import goals
from ..audio.sections import beyond
from ..audio.sound_file import READ, Sound
from ..audio.spectrum import spectrum_of
from ..errors import AudioError
from ..session.state import GLIDE_MS, STRENGTH_RANGE
from ..wording import hertz
from .run import Between

Advance = Callable[[int, int], None]
FULL_SCALE_DB = 0.0


class Wanted(Struct, frozen=True):
    """What was asked for, whatever the files are."""

    model: Model
    terms: tuple[str, ...]
    asked: Answer | None
    morph: str | None
    strength: float
    replay: Path | None
    morph_cc: int | None
    glide_ms: float
    level: Spectrum | None
    headroom_db: float

    def moves(self, duration_s: float) -> Moves:
        """What the bands do over a sound of this length."""
        if self.replay:
            said, first = (self.asked.phrase.text, next(iter(self.model.terms))) if self.asked else ("", self.terms[0])
            ends = (first, self.terms[-1] if self.terms else first)
            found = goals(self.model, ends, self.strength, self.morph_cc, replay(self.replay), said)
            return Gliding(found, self.glide_ms / 1000.0)
        points = read_points(self.morph or ("1" if self.asked else "0"), duration_s)
        if len(points.positions) == 1:
            return Standing(self.way(points.positions[0]))
        return Morph(self.way, points)

    def way(self, position: float) -> Bands:
        """The bands between the two words, or on the way from flat to what was asked for."""
        if self.asked:
            return scaled(between(self.asked.start, self.asked.bands, position), self.strength)
        return self.model.bands(self.terms[0], self.terms[-1], position, self.strength)

    def order(self, sound: Sound) -> Order:
        """How a sound is rendered; says what cannot be heard at its rate."""
        moves = self.moves(sound.duration_s)
        ends = [self.way(position) for position in (0.0, 1.0)]
        if left_out := _left_out(moves.bands if isinstance(moves, Standing) else sum(ends, ()), sound.rate_hz):
            click.echo(f"{sound.path.name}: {left_out}", err=True)
        return Order(moves, self.level, self.headroom_db)


def _left_out(bands: Bands, rate_hz: int) -> str:
    names = [f"{band.kind.replace('_', ' ')} {hertz(band.frequency_hz).strip()}" for band in beyond(bands, rate_hz)]
    if not names:
        return ""
    return f"at {rate_hz} Hz there is nothing above {hertz(rate_hz / 2).strip()}: left out {', '.join(names)}"


@click.command()
@click.argument("source", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("term", metavar="[WORD", required=False)
@click.argument("term_b", metavar="[WORD_B]]", required=False)
@click.option("--say", "said", metavar="TEXT", help='A request instead of a word: "a bit warmer, less harsh".')
@click.option("--morph", metavar="M", help='Place between the words: 0.5, 0..1 over the file, or "0:00=0 1:30=1".')
@click.option("--strength", type=Between(*STRENGTH_RANGE), default=1.0, metavar="S", help="-1 to 2 (1).")
@click.option("--each", metavar="WORD,WORD,…", help="A file for each word into the folder OUT, equally loud.")
@click.option(
    "--replay", "replayed", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.mid",
    help="Let a recorded knob morph.",
)  # fmt: skip
@click.option("--morph-cc", type=click.IntRange(0, 127), metavar="N", help="The recorded knob (the first turned).")
@click.option("--glide-ms", type=Between(0, 10000), default=GLIDE_MS, metavar="MS", help="Its glide (30).")
@click.option("--level-match", is_flag=True, help="Keep the loudness (BS.1770, on pink noise).")
@click.option(
    "--spectrum", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="Keep the loudness on this sound instead of pink noise.",
)  # fmt: skip
@click.option("--headroom", type=Between(0, 60), default=0.0, metavar="DB", help="Make all of it softer by this (0).")
@click.option("--format", "suffix", type=click.Choice(["wav", "flac"]), help="What is written into a folder (wav).")
@click.option("--model", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Another model.")
def render(
    source: Path,
    target: Path,
    term: str | None,
    term_b: str | None,
    said: str | None,
    morph: str | None,
    strength: float,
    each: str | None,
    replayed: Path | None,
    morph_cc: int | None,
    glide_ms: float,
    level_match: bool,
    spectrum: Path | None,
    headroom: float,
    suffix: str | None,
    model: Path | None,
) -> None:
    """Write the file IN, played through the bands of WORD or a morph from it to WORD_B, to the file OUT.

    With --say, --morph and --replay lead from flat (0) to the request (1).

    IN: WAV, FLAC, AIFF, OGG, MP3, at any rate, with any channels. OUT: .wav (32-bit float) or .flac (24 bit). IN may
    be a folder; OUT is then one, too. Needs semeq[audio].
    """
    found = load(model)
    if said is not None and (term or each):
        raise click.UsageError("--say takes the place of a WORD and of --each")
    asked = None if said is None else _asked(found, said)
    words = () if asked else _words(term, term_b, each, morph, replayed)
    if morph and replayed:
        raise click.UsageError("--morph and --replay exclude each other")
    level = _level(spectrum) if spectrum else PINK if level_match or each else None
    jobs = _jobs(source, target, words if each else (), suffix)
    wanted = [
        Wanted(found, each_terms, asked, morph, strength, replayed, morph_cc, glide_ms, level, headroom)
        for each_terms in ([(word,) for word in words] if each else [words])
    ]
    for one in wanted:
        try:
            one.moves(1.0)
        except ValueError as error:
            raise click.UsageError(f"--morph: {error}") from None
    for number, (read, written) in enumerate(jobs):
        with _bar(written.name) as advance:
            done = render_file(read, written, wanted[number % len(wanted)].order, advance)
        _report(written, done, level is not None)


def _words(
    term: str | None, term_b: str | None, each: str | None, morph: str | None, replayed: Path | None
) -> tuple[str, ...]:
    if each is not None:
        if term or morph or replayed:
            raise click.UsageError("--each takes its words itself, and neither --morph nor --replay")
        words = tuple(filter(None, (word.strip() for word in each.split(","))))
        if not words:
            raise click.UsageError("--each needs words with commas between them")
        return words
    if term is None:
        raise click.UsageError("a word is missing: semeq render IN OUT WORD (`semeq terms` lists them), or --say TEXT")
    if (morph or replayed) and term_b is None:
        raise click.UsageError(f"{'--morph' if morph else '--replay'} needs a second word")
    return (term,) if term_b is None else (term, term_b)


def _asked(model: Model, text: str) -> Answer:
    """What a request comes to from flat; says what was understood of it, or raises if nothing was."""
    answer = request(model, text)
    if answer.bands is answer.start:
        raise click.UsageError(f"--say: {answer.said or 'nothing was asked for'}")
    click.echo(answer.said)
    return answer


def _level(path: Path) -> Spectrum:
    with _bar(path.name) as advance:
        return spectrum_of(path, advance)


def _jobs(source: Path, target: Path, words: Iterable[str], suffix: str | None) -> list[tuple[Path, Path]]:
    """What is read and where it is written."""
    words = tuple(words)
    if source.is_dir():
        sources = sorted(path for path in source.iterdir() if path.suffix.lower() in READ and path.is_file())
        if not sources:
            raise AudioError(f"{source}: there is no sound file in this folder ({', '.join(READ)})")
    else:
        sources = [source]
    if not source.is_dir() and not words:
        return [(source, target)]
    if target.exists() and not target.is_dir():
        raise AudioError(f"{target} is a file, but several are to be written: name a folder")
    jobs: list[tuple[Path, Path]] = []
    for path in sources:
        end = f".{suffix}" if suffix else ".flac" if path.suffix.lower() == ".flac" else ".wav"
        names = [f"{path.stem} {word}".replace("/", "-") for word in words] or [path.stem]
        jobs += [(path, target / f"{name}{end}") for name in names]
    written = [name for _, name in jobs]
    if double := next((name for name in written if written.count(name) > 1), None):
        raise AudioError(f"{double} would be written twice: two files in {source} differ only in how their names end")
    return jobs


def _report(path: Path, done: Rendered, is_matched: bool) -> None:
    low, high = (f"{end:+.1f}" for end in done.level_db)
    level = f", level {low} dB" if low == high else f", level {low} to {high} dB"
    click.echo(f"{path}: {done.sound.duration_s:.1f} s, peak {done.peak_db:+.1f} dBFS{level if is_matched else ''}")
    if done.peak_db > FULL_SCALE_DB:
        is_clipped = path.suffix.lower() == ".flac"
        lost = "is clipped there" if is_clipped else "keeps it, as 32-bit float, but a converter would clip"
        cure = f"--headroom {done.peak_db + 0.1:.1f} avoids it"
        click.echo(f"{path.name} goes over full scale by {done.peak_db:.1f} dB and {lost}; {cure}", err=True)


@contextmanager
def _bar(name: str) -> Generator[Advance]:
    """A progress bar on a terminal's standard error, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, whole: None
        return
    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*parts, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name)
        yield lambda done, whole: progress.update(task, completed=done, total=whole)
