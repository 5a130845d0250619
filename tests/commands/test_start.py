"""What a start loads, and what it does without."""

import os
import subprocess
import sys

import pytest


def said(code, environment=None):
    """What a fresh interpreter writes that runs this."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_start_loads_only_what_it_needs():
    """The daemon takes no memory for pictures, MIDI and packages' metadata before it needs them, nor ever for ssl."""
    heavy = {
        "ssl",
        "_ssl",
        "hashlib",
        "rich",
        "mido",
        "rtmidi",
        "importlib.metadata",
        "email",
        "sounddevice",
        "matplotlib",
        "zeroconf",
    }
    code = (
        "import sys; before = set(sys.modules); import semeq.daemon.commands.daemon;"
        f"print(sorted({heavy} & (set(sys.modules) - before)))"
    )
    assert said(code) == "[]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads as Linux shows them")
def test_a_start_is_one_thread_and_collects_no_garbage():
    """There is no thread of numpy that waits in a busy loop, and nothing looks through what imports make."""
    code = (
        "import gc, os, sys; from semeq.daemon.commands.start import main; sys.argv = ['semeq-daemon', '--version']\n"
        "try: main()\n"
        "except SystemExit: print('numpy' in sys.modules, gc.isenabled(), len(os.listdir('/proc/self/task')))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    assert said(code, environment).splitlines()[1:] == ["True False 1"]


def test_what_others_load_and_do_not_need():
    """What only archives and older Pythons need is not loaded; whoever asks for it later still gets it."""
    code = (
        "import sys; from semeq.daemon.commands.start import main; sys.argv = ['semeq-daemon', '--help']\n"
        "try: main()\n"
        "except SystemExit: print({'bz2', '_bz2', 'lzma', '_lzma', 'typing_extensions'} & set(sys.modules))\n"
        "import bz2, lzma, shutil, msgspec"
    )
    assert said(code).splitlines()[-1] == "set()"


def test_a_start_goes_on_where_others_do_need_it(tmp_path):
    """A later msgspec may need what today's does without: it is then loaded all the same."""
    for name, text in (("typing_extensions", "here = 1"), ("msgspec", "from typing_extensions import here")):
        (tmp_path / f"{name}.py").write_text(text)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from semeq.daemon.ports.frugal import load; load('msgspec', 'typing_extensions')\n"
        "import msgspec; print(msgspec.here)"
    )
    assert said(code) == "1\n"


def test_midi_is_read_without_packages_metadata():
    """It would take longer than all else that reads MIDI; whoever wants mido's version still gets it."""
    code = (
        "import sys, semeq.daemon.messages.midi as midi; before = set(sys.modules); mido = midi.library();"
        "print(sorted({'importlib.metadata', 'email', 'packaging'} & (set(sys.modules) - before)));"
        "import mido.version, importlib.metadata; print(mido.version.__version__ == importlib.metadata.version('mido'))"
    )
    assert said(code) == "[]\nTrue\n"


def test_ssl_can_be_had_by_whoever_needs_it():
    """That asyncio was imported without it hinders nobody else."""
    code = "import semeq.daemon.commands.daemon, ssl; print(ssl.create_default_context().protocol.name)"
    assert said(code) == "PROTOCOL_TLS_CLIENT\n"
