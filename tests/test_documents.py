"""Every command in the README and in docs/ is one that there is, with options that it takes; what can be run is run."""

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import semeq
from semeq.daemon.app.config import Config
from semeq.daemon.commands.daemon import command as daemon
from semeq.daemon.commands.tools import command as tools
from semeq.daemon.toml.reader import parse_toml

ROOT = Path(semeq.__file__).parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN = ("bands", "completion", "mappings", "terms", "touchosc")
"""Commands that need no device, no DAW and no minute."""


def commands_of(text):
    """Lines that are commands; one may hold several, or end with a remark."""
    for block in re.findall(r"(?:^    (?:semeq|semeq-daemon)\b[^\n]*\n)+", text, re.MULTILINE):
        for line in block.splitlines():
            yield from line.strip().partition("  #")[0].rstrip("… ").split(" · ")


def named_in(text):
    """Commands that a sentence names, perhaps without all that they need."""
    for line in re.findall(r"`((?:semeq|semeq-daemon)\s[^`]+)`", text):
        yield " ".join(line.split()).rstrip("… ")


def on_pages(find):
    """What a function finds on each page, with the page's name."""
    return sorted({(str(page.relative_to(ROOT)), c) for page in PAGES for c in find(page.read_text(encoding="utf-8"))})


COMMANDS, NAMED = on_pages(commands_of), on_pages(named_in)


def program_of(line):
    """The command that a line calls, and the rest of the line."""
    name, *words = shlex.split(line.strip())
    run = daemon if name == "semeq-daemon" else tools
    while isinstance(run, click.Group) and words:
        run, words = run.get_command(click.Context(run, info_name=name), words[0]), words[1:]
        assert run is not None, line
    return run, words


def code_of(page, language):
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_commands_are_parsed(page, line, tmp_path, monkeypatch):
    """Each is parsed by the real command."""
    run, words = program_of(line)
    monkeypatch.chdir(tmp_path)
    for word in words:
        if word.endswith((".wav", ".mid")):
            Path(word).touch()
    # click keeps the help option that a command's first context makes: here, too, it is -h and --help
    run.make_context(run.name, list(words), help_option_names=tools.context_settings["help_option_names"])


@pytest.mark.parametrize(("page", "line"), NAMED)
def test_what_is_named_is_there(page, line):
    """The command is there, with the options that are named."""
    run, words = program_of(line)
    options = {"--help"} | {option for parameter in run.params for option in parameter.opts}
    for word in words:
        assert not word.startswith("--") or word in options, f"{page}: {line}"


@pytest.mark.parametrize("line", sorted({line for _, line in COMMANDS if line.split()[1:2] and line.split()[1] in RUN}))
def test_commands_are_run(line, tmp_path, monkeypatch, capfd):
    """Those that need nothing do what they say."""
    monkeypatch.chdir(tmp_path)
    _, *words = shlex.split(line)
    if words[:2] == ["mappings", "check"]:
        (tmp_path / words[2]).write_bytes((ROOT / "mappings" / "plugins" / "ace-eq.toml").read_bytes())
    assert tools.main(words, prog_name="semeq", standalone_mode=False) in (None, 0)
    assert capfd.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Each link within the repository has a file at its end."""
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_is_right(page):
    """Configurations are read, Python is run."""
    for text in code_of(page, "toml"):
        parse_toml(text, Config, page.name)
    for text in code_of(page, "python"):
        exec(compile(text, page.name, "exec"), {"print": repr})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_else_is_named_is_there(page):
    """Extras, targets of make, and files of the repository."""
    text = page.read_text(encoding="utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for named in re.findall(r"pip install[^`\n]*\[([a-z,]+)\]", text):
        assert set(named.split(",")) <= set(extras), f"{page.name}: {named}"
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for named in re.findall(r"`make ([a-z-]+)", text):
        assert named in targets, f"{page.name}: {named}"
    for named in re.findall(r"\b(?:tests|training|daemon|model)/[a-z0-9_/]+\.[a-z]+", text):
        assert (ROOT / named).exists(), f"{page.name}: {named}"
