"""Every command in the README and in docs/ is one that there is, with options that it takes."""

import re
import shlex
from pathlib import Path

import click
import pytest
import semeq
from semeq.daemon.commands.daemon import command as daemon
from semeq.daemon.commands.tools import command as tools

ROOT = Path(semeq.__file__).parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = [
    (page.name, line)
    for page in PAGES
    for block in re.findall(
        r"(?:^    (?:semeq|semeq-daemon)\b[^\n]*\n)+", page.read_text(encoding="utf-8"), re.MULTILINE
    )
    for text in block.splitlines()
    for line in text.strip().partition("  #")[0].rstrip("… ").split(" · ")
]


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_commands_are_parsed(page, line, tmp_path, monkeypatch):
    """Each is parsed by the real command; nothing is run."""
    name, *words = shlex.split(line.strip())
    run, words = (daemon, words) if name == "semeq-daemon" else (tools, words)
    context = click.Context(run, info_name=name)
    if isinstance(run, click.Group) and words:
        run, words, context = run.get_command(context, words[0]), words[1:], context
        assert run is not None, f"{page}: {line}"
        if isinstance(run, click.Group) and words:
            run, words = run.get_command(context, words[0]), words[1:]
    monkeypatch.chdir(tmp_path)
    for word in words:
        if word.endswith((".wav", ".mid")):
            Path(word).touch()
    run.make_context(name, list(words), resilient_parsing=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Each link within the repository has a file at its end."""
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"
