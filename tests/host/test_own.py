"""What a plug-in had before semeq came."""

from semeq.daemon.host.own import InMemory, OwnKeeper


def test_a_hand_s_move_is_not_taken_for_all_that_a_plugin_had():
    """Where nothing is known of its own setting, one parameter makes none; where it is known, the hand's stays."""
    settings = InMemory()
    keeper = OwnKeeper(settings)
    keeper.player_has("gain", 1.0)
    assert (dict(keeper.values), settings.settings) == ({}, {})
    keeper.learn("here", {"gain": 0.0, "q": 2.0}, lambda *_: False)
    keeper.player_has("gain", 1.0)
    assert dict(keeper.values) == dict(settings.settings["here"].own) == {"gain": 1.0, "q": 2.0}
