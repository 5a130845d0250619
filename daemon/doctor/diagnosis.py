"""What is wrong, in plain words with a fix each: findings in, sentences out."""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from ..session.access import is_this_machine
from .findings import Findings, Heard, HostFound, host_of

HELD = ("busy", "in use", "already opened", "error creating", "allocated", "exclusive")
"""What MIDI libraries say when another program holds a port: Windows, ALSA and RtMidi each in their own words."""


class Remark(Struct, frozen=True):
    """One sentence: all is well, something to know, or something wrong; then what helps."""

    mark: Literal["well", "note", "wrong"]
    text: str
    fix: str = ""


def diagnose(found: Findings) -> list[Remark]:
    """All remarks, in the order in which a move travels: from the hand to the plug-in."""
    troubles = [
        Remark("wrong", trouble, "mend this first; the rest is looked at without it") for trouble in found.troubles
    ]
    return [*troubles, *_midi(found), *_osc(found), *_hosts(found.hosts)]


def is_held(error: str) -> bool:
    """Whether a MIDI library's error means that another program has the port."""
    return any(word in error.lower() for word in HELD)


# -- MIDI -------------------------------------------------------------------------------------------------------------


def _midi(found: Findings) -> Iterator[Remark]:
    there = [system for system in found.systems if not system.trouble]
    if not there:
        why = "; ".join(f"{system.api}: {system.trouble}" for system in found.systems)
        yield Remark(
            "wrong" if found.wanted else "note",
            f"No MIDI system answers: {why}",
            "on Linux start JACK or PipeWire, or `sudo modprobe snd-seq` for ALSA; phones and the computer's keys"
            " work without MIDI",
        )
        return
    for system in there:
        yield Remark("well", f"MIDI over {system.api}: inputs {_list(system.inputs)}; outputs {_list(system.outputs)}")
    inputs = [name for system in there for name in system.inputs]
    if not found.wanted:
        yield from _unasked(found, inputs)
    for missing in found.missing:
        if missing.elsewhere:
            yield Remark(
                "wrong",
                f"{missing.wanted!r} is an input of {missing.elsewhere}, but semeq takes {there[0].api} first",
                f"--midi-api {missing.elsewhere}",
            )
        else:
            fix = f"plug it in and switch it on, or name one of: {_list(inputs)}"
            yield Remark("wrong", missing.why, fix)
    yield from (_from_port(heard, found.seconds, "wrong") for heard in found.midi if found.wanted)


def _unasked(found: Findings, inputs: list[str]) -> Iterator[Remark]:
    """No port was asked for: whatever moves is the one to name."""
    moved = [heard for heard in found.midi if heard.count]
    yield from (_from_port(heard, found.seconds, "note") for heard in found.midi if heard.trouble or heard.count)
    if moved:
        yield Remark("note", f"semeq was not told to listen to it: say --midi {moved[0].source!r}")
    elif inputs:
        yield Remark(
            "note", f"Nothing came over MIDI in {found.seconds:g} s; --midi NAME listens to one of these inputs"
        )


def _from_port(heard: Heard, seconds: float, mark: Literal["note", "wrong"]) -> Remark:
    if heard.trouble and is_held(heard.trouble):
        return Remark(
            "wrong",
            f"MIDI port {heard.source!r} is held by another program ({heard.trouble})",
            "take it out of your DAW's MIDI inputs, or end the other program; on Windows loopMIDI or Windows MIDI"
            " Services let two share it",
        )
    if heard.trouble:
        return Remark("wrong", f"MIDI port {heard.source!r} cannot be opened ({heard.trouble})", "plug it in again")
    if not heard.count:
        return Remark(
            mark,
            f"Nothing came from {heard.source!r} in {seconds:g} s",
            "turn a knob while this runs; look whether the controller sends to another of its ports, and at the cable",
        )
    return Remark("well", f"{heard.source!r} sent {_times(heard.count)}, last: {heard.last}")


# -- OSC --------------------------------------------------------------------------------------------------------------


def _osc(found: Findings) -> Iterator[Remark]:
    osc = found.osc
    if osc is None:
        return
    own = " or ".join(found.addresses)
    yield Remark("well", f"This machine's addresses in the network: {', '.join(found.addresses)}")
    match osc.state:
        case "elsewhere":
            fix = f"--osc-bind {found.addresses[0]}, or 0.0.0.0 for all of this machine's"
            yield Remark("wrong", f"{osc.bind} is no address of this machine, so semeq cannot listen there", fix)
            return
        case "taken":
            by = osc.holder or "another program"
            fix = f"end it, or choose another port: --osc-port {_another(osc.port)} (and the same in the phone)"
            yield Remark("wrong", f"OSC port {osc.port} on {osc.bind} is taken by {by}", fix)
            return
        case "daemon":
            yield Remark("well", f"semeq-daemon runs on {osc.bind}:{osc.port} and answers within {osc.reach_ms:.1f} ms")
            yield from (Remark("wrong" if bad else "note", f"it says: {said}") for said, bad in osc.says)
            return
        case "free" if osc.port == 0:
            yield Remark("note", "semeq takes any free OSC port, another one each time", "a phone needs --osc-port N")
            return
        case "free":
            yield Remark("well", f"OSC port {osc.port} on {osc.bind} is free for semeq")
    if found.is_open:
        yield Remark(
            "note",
            f"Everybody who reaches {osc.bind} may steer semeq",
            "name those who may: --osc-allow ADDRESS, or a network such as 192.168.1.0/24",
        )
    strangers = [heard.source for heard in found.peers]
    yield from _peers(found)
    is_closed = is_this_machine(host_of(osc.bind))
    far = [place for place in (*strangers, *found.feedback) if not is_this_machine(host_of(place))]
    if is_closed and far:
        who = far[0]
        yield Remark(
            "wrong",
            f"{host_of(who)} is another machine, but semeq listens on {osc.bind}, which only this machine reaches",
            f"start semeq with --osc-bind 0.0.0.0 --osc-allow {host_of(who)}",
        )
    elif not found.peers and (found.feedback or not is_closed):
        where = "127.0.0.1" if is_closed else own if osc.bind in ("0.0.0.0", "::") else osc.bind
        yield Remark(
            "wrong",
            f"Nothing came over OSC in {found.seconds:g} s",
            f"in the phone: UDP, host {where}, port {osc.port}; the same Wi-Fi, not a guest one; let UDP {osc.port}"
            " through the firewall",
        )
    elif not found.peers:
        yield Remark(
            "note",
            f"Nothing came over OSC in {found.seconds:g} s",
            f"for a phone: --osc-bind 0.0.0.0 --osc-allow ITS-ADDRESS; in the phone host {own}, port {osc.port}",
        )


def _peers(found: Findings) -> Iterator[Remark]:
    for heard in found.peers:
        if heard.source in found.not_allowed:
            yield Remark(
                "wrong",
                f"{heard.source} sent {_times(heard.count)}, but is not among those who may steer",
                f"add --osc-allow {host_of(heard.source)}",
            )
        elif heard.trouble:
            yield Remark(
                "wrong",
                f"{heard.source} sends what is no OSC ({heard.trouble})",
                f"another program speaks to port {found.osc.port if found.osc else 0}: give one of them another port",
            )
        else:
            yield Remark("well", f"{heard.source} sent {_times(heard.count)}, last: {heard.last}")
        if heard.unknown:
            yield Remark(
                "wrong",
                f"semeq does not know {_list(heard.unknown)}",
                "choose the --surface that sends this, or the layout that `semeq touchosc` writes",
            )


# -- hosts ------------------------------------------------------------------------------------------------------------


def _hosts(hosts: Iterable[HostFound]) -> Iterator[Remark]:
    for host in hosts:
        if not host.can_answer and not host.refused:
            yield Remark(
                "note", f"{host.name} on {host.where} never answers; nothing says that it is not there", host.notes
            )
        elif not host.answers:
            why = "nothing listens there" if host.refused else "no answer"
            yield Remark("wrong", f"{host.name} does not answer on {host.where} ({why})", host.notes)
        elif host.asked_for_plugin and not host.is_right:
            yield Remark(
                "wrong",
                host.problem or f"{host.name} answers, but knows no plug-in at {host.place}",
                f"put {host.plugin} there, or say --plugin (`semeq mappings list`), --track and --slot as {host.name}"
                " counts, from 1",
            )
        else:
            has = f", and {host.place} is {host.plugin}" if host.asked_for_plugin else ""
            yield Remark("well", f"{host.name} answers on {host.where}{has}")


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _times(count: int) -> str:
    return f"{count} message{'' if count == 1 else 's'}"


def _another(port: int) -> int:
    return port + 1 if port < 65535 else port - 1
