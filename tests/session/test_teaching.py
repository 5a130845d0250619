"""Teaching asks the host what stands there now; the word is that, whatever semeq sent before."""

import numpy as np
import pytest
from semeq.daemon.host.target import Target
from semeq.daemon.messages.types import Osc
from semeq.daemon.session.session import Session
from semeq.daemon.session.settings import Settings
from semeq.daemon.session.state import State
from semeq.daemon.session.teaching import Teaching
from semeq.model import response_db
from small_ardour import SmallArdour

HZ = np.geomspace(25, 16_000, 80)
PHONE = ("phone", 7000)


class Stage:
    """A session with one plug-in in a small Ardour; stands between the two and keeps what the phone hears."""

    def __init__(self, session):
        self.session, self.told, self.log = session, [], []
        self.route = session.targets[0].route
        self.daw = SmallArdour(self)

    def receive(self, message, now_s):
        """Ardour says something."""
        self.session.receive(message, now_s, 0)

    def is_due(self, now_s):
        """The session itself says what is due."""
        return False

    def advance(self, now_s):
        """What goes to Ardour; the rest is kept."""
        out = self.session.advance(now_s)
        self.told += [sent.message for sent in out if sent.to == PHONE]
        self.log += [notice.text for notice in self.session.take_notices()]
        return [sent.message for sent in out if sent.to == 0]

    def say(self, address, *arguments):
        """The phone says something."""
        self.session.carry_out(Osc(address, arguments), self.daw.now_s, PHONE)

    def taught(self, name):
        """What a word means."""
        return self.session.morpher.vocabulary.bands_of(name)

    @property
    def stands(self):
        """What the plug-in has."""
        return self.route.equalizer.present(self.daw.only)

    @property
    def refused(self):
        """Why something was not done."""
        return [message.arguments[1] for message in self.told if message.address == "/semeq/error"]


@pytest.fixture
def stage(model, make_route):
    """A stage on which semeq waits until the player moves something, or with other options of a target."""

    def stage(host="ardour", plugin="calf-eq5", **options):
        target = Target(make_route(host, plugin), 0.03, "127.0.0.1:1", **options)
        return Stage(Session(model, [target], Settings(takeover="off"), State()))

    return stage


def apart_db(a, b):
    """The largest difference of two settings' responses."""
    return float(np.max(np.abs(response_db(a, HZ) - response_db(b, HZ))))


def dial(stage, tells=False, **values):
    """Somebody turns the plug-in's own knobs; Ardour need not tell."""
    for name, value in values.items():
        stage.daw.hand(name.replace("_", " "), value, tells=tells)


BY_HAND = {"Freq_2": 700.0, "Level_2": 3.0, "Q_2": 2.5, "Freq_H": 9000.0, "Level_H": 0.4, "LS_Q": 2.0, "Level_L": 2.0}


def test_a_hand_before_semeq_ever_sent_anything_is_taught(stage):
    """While semeq waits the host tells nothing of a hand: it is asked, and the word is what stands there."""
    stage = stage(start="wait")
    stage.daw.play(2.0)
    dial(stage, **BY_HAND)
    stage.say("/semeq/teach", "vocal air")
    assert "vocal air" not in stage.session.morpher.vocabulary.own
    assert [message for _, message in stage.daw.play(0.1) if "parameter" in message.address] == []
    assert apart_db(stage.taught("vocal air"), stage.stands) < 1e-4
    assert stage.log[-1] == "taught vocal air"


@pytest.mark.parametrize("hands", ["pickup", "hold", "ignore"])
def test_a_hand_while_the_knob_leads_is_taught_at_once(stage, hands):
    """However soon after the hand, and whatever hands do otherwise, the word is what stands there."""
    stage = stage(hands=hands)
    stage.daw.play(2.0)
    stage.say("/semeq/morph", 0.5)
    stage.daw.play(2.0)
    sent = stage.stands
    dial(stage, tells=True, **BY_HAND)
    stage.say("/semeq/teach", "vocal air")
    stage.daw.play(0.1)
    dialled = stage.stands
    assert apart_db(sent, dialled) > 3.0
    assert apart_db(stage.taught("vocal air"), dialled) < 1e-4
    stage.say("/semeq/terms", "warm", "vocal air")
    stage.say("/semeq/morph", 0.0)
    stage.daw.play(2.0)
    stage.say("/semeq/morph", 1.0)
    stage.daw.play(2.0)
    if hands == "hold":
        assert apart_db(stage.stands, dialled) < 1e-4
        stage.say("/semeq/resume")
        stage.daw.play(2.0)
    assert apart_db(stage.stands, dialled) < 0.01


def test_teaching_is_one_change_that_can_be_undone(stage):
    """The late answer is noted as the command's own: undo takes the word away, redo brings it back."""
    stage = stage(start="wait")
    stage.daw.play(2.0)
    dial(stage, **BY_HAND)
    stage.say("/semeq/teach", "vocal air", 0, 1, "chorus")
    stage.daw.play(0.1)
    (example,) = stage.session.morpher.vocabulary.own["vocal air"].examples
    assert (example.host, example.plugin, example.note) == ("Ardour", "Calf Equalizer 5 Band", "chorus")
    stage.say("/semeq/undo")
    assert "vocal air" not in stage.session.morpher.vocabulary.own
    stage.say("/semeq/redo")
    assert apart_db(stage.taught("vocal air"), stage.stands) < 1e-4


def test_what_is_done_while_a_host_answers_is_a_change_of_its_own(stage):
    """A scene that is stored between the host's answer and the lesson's end stays when the word is taken back."""
    stage = stage(start="wait")
    stage.daw.play(2.0)
    dial(stage, **BY_HAND)
    receive = stage.session.receive

    def store_then(message, now_s, target):
        receive(message, now_s, target)
        if isinstance(message, Osc) and message.address.endswith("descriptor_end"):
            stage.say("/semeq/scene/store", "chorus")

    stage.session.receive = store_then
    stage.say("/semeq/teach", "vocal air")
    stage.daw.play(0.1)
    stage.session.receive = receive
    scenes = stage.session.making.keeping.documents["scenes"]
    assert ("vocal air" in stage.session.morpher.vocabulary.own, "chorus" in scenes) == (True, True)
    stage.say("/semeq/undo")
    stage.daw.play(0.1)
    assert "vocal air" not in stage.session.morpher.vocabulary.own
    assert "chorus" in scenes
    stage.say("/semeq/undo")
    stage.daw.play(0.1)
    assert "chorus" not in scenes


def test_a_host_that_does_not_answer_is_said(stage):
    """Nothing is taught from what may be old; whoever asked is told, within seconds."""
    stage = stage(start="wait")
    stage.daw.play(2.0)
    dial(stage, **BY_HAND)
    stage.daw.loses = lambda message: message.address.endswith("descriptor")
    stage.say("/semeq/teach", "vocal air")
    stage.daw.play(1.5)
    assert stage.refused == []
    stage.daw.play(1.0)
    (why,) = stage.refused
    assert why.endswith("vocal air was not taught")
    assert "vocal air" not in stage.session.morpher.vocabulary.own


def test_a_host_that_cannot_be_asked_was_sent_something(stage):
    """What was sent last is the word, and that is said; before anything was sent nothing is taught."""
    stage = stage("reaper", "reaeq")
    stage.say("/semeq/teach", "early")
    stage.advance(0.0)
    assert "nothing was sent yet" in stage.refused[0]
    stage.say("/semeq/morph", 1.0)
    for n in range(100):
        stage.advance(n / 50)
    stage.daw.now_s = 2.0
    stage.say("/semeq/teach", "vocal air")
    stage.advance(2.0)
    assert apart_db(stage.taught("vocal air"), stage.session.targets[0].present()) < 1e-4
    assert stage.log[-1] == "taught vocal air, as the plug-in was set last"


def test_a_target_that_is_not_there(stage):
    """It is said how many there are."""
    stage = stage()
    stage.say("/semeq/teach", "vocal air", 0, 2)
    stage.advance(0.0)
    assert stage.refused == ["there is no target 2; there are 1 to 1"]


def test_targets_are_counted_from_one(make_session):
    """Two of them: the first, the second, and no third."""
    session = make_session(("ardour", "calf-eq5"), ("ardour", "ace-eq"))
    teaching = Teaching(session.targets)
    assert [teaching.target(number) for number in (1, 2)] == list(session.targets)
    for number in (0, 3):
        with pytest.raises(ValueError, match=f"there is no target {number}; there are 1 to 2"):
            teaching.target(number)
