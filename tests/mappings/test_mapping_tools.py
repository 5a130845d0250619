"""The command `semeq mappings`: what there is, and what is said of a file of one's own."""

import json
import shutil
import sys

import pytest
from semeq.daemon.app.config import mapping_folders
from semeq.daemon.commands import tools
from semeq.daemon.eq.plugin_file import Plugin
from semeq.daemon.mappings.library import SHIPPED, names_of

ACE = SHIPPED / "plugins" / "ace-eq.toml"


@pytest.fixture
def call(monkeypatch, capsys):
    """Run `semeq mappings …`; returns its exit code and what it wrote to both streams."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["semeq", "mappings", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.fixture
def own():
    """The user's own folder of mappings, empty."""
    folder = mapping_folders()[0]
    shutil.rmtree(folder, ignore_errors=True)
    for kind in ("hosts", "plugins", "surfaces"):
        (folder / kind).mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def test_list(call, own):
    """Every file is listed, with how sure semeq is and where it comes from; an own one wins over a shipped one."""
    (own / "plugins" / "ace-eq.toml").write_text(ACE.read_text().replace('name = "ACE EQ"', 'name = "Mine"', 1))
    (own / "plugins" / "broken.toml").write_text("nmae = 1")
    code, out, err = call("list")
    rows = {line.split()[0]: line.split(maxsplit=3)[1:] for line in out.splitlines() if line.startswith("  ")}
    assert (code, err) == (0, "")
    assert set(names_of(Plugin, (SHIPPED,))) < set(rows)
    assert rows["ardour"] == ["measured", "shipped", "Ardour"]
    assert rows["ace-eq"][1:] == ["own", "Mine"]
    assert rows["broken"][:2] == ["unusable", "own"]
    assert "broken.toml:1: unknown key 'nmae'" in rows["broken"][2]
    assert str(own) in out


def test_list_for_machines(call):
    """The same as JSON."""
    _, out, _ = call("list", "--json")
    assert {"kind": "host", "name": "ardour", "from": "shipped", "sure": "measured", "title": "Ardour"} in json.loads(
        out
    )


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.toml")), ids=lambda path: path.stem)
def test_show(call, path):
    """Each file is shown with its path and its parameters, and is a good one."""
    code, out, _ = call("show", path.stem)
    assert code == 0
    assert str(path) in out
    assert call("check", path)[0] == 0


def test_show_names_every_parameter(call):
    """A plug-in's parameters, numbers and ranges."""
    _, out, _ = call("show", "x42-fil4")
    assert "Lowshelf Frequency" in out
    assert "number 11" in out
    assert "25 to 400 hz, log" in out
    assert "x42-eq - Parametric Equalizer Stereo" in out


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("touchosc-mk1", "/1/fader2            moves /semeq/strength from 0 to 1.5"),
        ("touchosc-mk1", "/2/push3             does /semeq/scene/recall 3"),
        ("touchosc-mk1", "/1/label1            shows /semeq/term/a (text)"),
        ("mackie-control", "cc 16 channel 1      does /semeq/term/a/next, back /semeq/term/a/previous"),
    ],
)
def test_show_says_what_a_surface_does(call, name, line):
    """Values that are moved, what is done, what is shown."""
    assert line in [row.strip() for row in call("show", name)[1].splitlines()]


def test_show_names_what_belongs_to_a_file(call):
    """A file that the notes speak of is found for the user."""
    _, out, _ = call("show", "reaper")
    assert str(SHIPPED / "hosts" / "semeq.ReaperOSC") in out


def test_show_knows_near_names(call):
    """A name that nobody has is answered with near ones."""
    assert call("show", "ardor")[::2] == (
        2,
        "semeq: no host, plug-in or surface is called 'ardor'; did you mean ardour?\n",
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"),
    [
        ("verified", "verfied", 2, "verified", "unknown key 'verfied'; did you mean verified?"),
        ("min = 20,", "min = -20,", 2, "min = 20,", "needs min above 0"),
        ("index = 2,", "index = 1,", 2, "index = 2,", "has the index 1, and so has"),
        ("max = 20000", "max = 20", 2, "max = 20000", "must be below max"),
        ("max = 20000", "max = 90", 0, "max = 20000", "look again: "),
        ("min = -20, max = 20 ", "min = 0, max = 20 ", 0, "min = -20, max = 20 ", "a gain has 0 dB inside its range"),
        ('kind = "low_shelf"', 'kind = "high_shelf"', 0, "[[bands]]", "no band is a low shelf"),
    ],
)
def test_check_a_plugin(call, tmp_path, old, new, code, line, said):
    """What is wrong, or unlikely, is said with its line; only what is wrong is an error."""
    text = ACE.read_text()
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1))
    number = text[: text.index(line)].count("\n") + 1
    ended, _, err = call("check", path)
    assert (ended, said in err) == (code, True)
    assert f"mine.toml:{number}: " in err


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('name = "x"', 2, "no mapping file: a plug-in has [[bands]], a surface [[controls]], a host set"),
        ('name = "x"\nset = "/x {index}"', 2, "needs the key"),
        (
            'name = "x"\nverified = "x"\nset = "/x {index} {value}"\nvalue = "natural"\nrate_hz = 10\n'
            '[presence]\nask = "/x"\nanswers = true\nevery_s = 5',
            2,
            "mine.toml:6: the host counts as gone before it is asked again",
        ),
        (
            'name = "x"\nverified = "x"\n[[controls]]\nfrom = "/a"\nto = "/semeq/morp"',
            2,
            "mine.toml:5: semeq has no address '/semeq/morp'; did you mean /semeq/morph",
        ),
        (
            'name = "x"\nverified = "x"\n[[controls]]\nfrom = "cc 1"\nto = "/semeq/morph"\n'
            'feedback = {as = "ring", of = "/semeq/strenght"}\n',
            2,
            "mine.toml:6: semeq has no address '/semeq/strenght'; did you mean /semeq/strength",
        ),
        (
            'name = "x"\nverified = "x"\n[[controls]]\nfrom = "cc 1"\nto = "/semeq/morph"\n[[feedback]]\nas = "led"\n'
            'of = "/semeq/bypas"\nto = "cc 2"\n',
            2,
            "mine.toml:8: semeq has no address '/semeq/bypas'; did you mean /semeq/bypass",
        ),
        (
            'name = "x"\nverified = "x"\n' + '[[controls]]\nfrom = "/a"\nto = "/semeq/morph"\n' * 2,
            0,
            "mine.toml:7: look again: '/a' moves something else already",
        ),
        ("name = ", 2, "no mapping file"),
    ],
)
def test_check_the_others(call, tmp_path, text, code, said):
    """Hosts and surfaces are recognised by what they have."""
    (tmp_path / "mine.toml").write_text(text)
    ended, _, err = call("check", tmp_path / "mine.toml")
    assert (ended, said in err) == (code, True)


def test_check_finds_a_file_by_its_name(call, own):
    """What `--save my-eq` has written is checked as `my-eq`; shipped ones are found, too."""
    for name in ("calf-eq5", "ardour"):
        code, said, _ = call("check", name)
        assert (code, f"{name}.toml: a good " in said) == (0, True)
    assert call("check", "no-such-eq")[0] == 2


def test_a_file_is_of_the_kind_of_its_folder(call, tmp_path):
    """In a folder `surfaces` an empty file is a surface that lacks everything."""
    (tmp_path / "surfaces").mkdir()
    (tmp_path / "surfaces" / "mine.toml").write_text("")
    assert "the file needs the key 'name'\n" in call("check", tmp_path / "surfaces" / "mine.toml")[2]


def test_a_missing_file_is_one_line(call, tmp_path):
    """No traceback."""
    assert call("check", tmp_path / "none.toml")[::2] == (2, f"semeq: {tmp_path / 'none.toml'}: no such file\n")
