"""`semeq plot`: the pictures show what was asked for, and nothing is lost where one cannot be drawn."""

import sys
from pathlib import Path

import pytest
from matplotlib import image
from semeq.daemon.commands import tools


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """Run `semeq plot` in a folder of its own; returns its exit code and what it wrote to both streams."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["semeq", "plot", *words])
        with pytest.raises(SystemExit) as ended:
            tools.main()
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["warm"], ["warm"]),
        (["warm", "bright"], ["warm", "25% of the way", "75% of the way", "bright"]),
        (["warm", "bright", "--morph", "0.5"], ["warm 50% bright"]),
        (["warm", "harsh", "thin"], ["warm", "harsh", "thin"]),
        (["bright", "--plugin", "eq10q-6"], ["bright, as asked", "EQ6Q Mono", "dB off"]),
        (["warm", "bright", "--map"], ["warm", "bright", "near means alike"]),
    ],
)
def test_a_picture_names_what_it_shows(call, words, said):
    """Curves of words, of a way, of a plug-in against what was asked, and the map, as SVG with its texts."""
    assert call(*words, "-o", "made.svg") == (0, "made.svg\n", "")
    text = Path("made.svg").read_text()
    assert [name for name in said if name not in text] == []
    assert [path.name for path in Path().iterdir()] == ["made.svg"]


def test_a_png_is_a_picture(call):
    """PNG files hold more than white."""
    assert call("warm", "bright", "-o", "made.png")[0] == 0
    picture = image.imread("made.png")
    assert picture.shape[0] > 500
    assert picture.min() < 0.5


def test_another_word_draws_another_curve(call):
    """The curve follows the word and the strength."""
    drawn = []
    for words in (["warm"], ["bright"], ["warm", "--strength", "0.5"]):
        assert call(*words, "-o", "made.svg")[0] == 0
        drawn.append(Path("made.svg").read_text())
    assert len(set(drawn)) == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["warm", "-o", "out.gif"], "out.gif: a picture is .png or .svg"),
        (["wrmam", "-o", "out.svg"], "did you mean warm"),
        (["-o", "out.svg"], "a word is missing"),
        (["warm"], "'-o' / '--out'"),
        (["warm", "--morph", "1", "-o", "out.svg"], "--morph needs two words"),
        (["warm", "bright", "--plugin", "ace-eq", "-o", "out.svg"], "--plugin goes with one word"),
        (["--map", "--plugin", "ace-eq", "-o", "out.svg"], "--map goes with neither"),
        (["warm", "--plugin", "none", "-o", "out.svg"], "unknown plug-in 'none'"),
        (["warm", "-o", "out.svg/none/out.svg"], "cannot be written"),
        (["warm", "-o", "."], "'.' is a directory"),
    ],
)
def test_what_is_wrong_is_one_line(call, words, complaint):
    """Exit code 2, one line, and the old picture as it was."""
    Path("out.svg").write_text("what was there before")
    code, out, said = call(*words)
    assert (code, out, said.count("\n")) == (2, "", 1)
    assert complaint in said
    assert Path("out.svg").read_text() == "what was there before"


def test_without_matplotlib_one_line_says_what_to_install(call, monkeypatch):
    """Whoever has no matplotlib is told how to get it."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert 'pip install "semeq[plot]"' in call("warm", "-o", "out.svg")[2]
