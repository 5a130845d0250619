"""A plug-in's own setting: what it had before semeq first wrote to it, and what semeq wrote to it last."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

WRITTEN_S = 0.01
"""How often to look whether a plug-in's own setting has been written down."""

ParameterValues = Mapping[str, float]
"""Natural values by the parameters' names."""


class OwnSetting(Struct, frozen=True):
    """A plug-in's own values, and those that semeq sent last.

    ``is_moving``: semeq was still sending when this was written, so what it sent last is not known.
    """

    own: ParameterValues
    sent: ParameterValues = field(default_factory=dict[str, float])
    is_moving: bool = False


class OwnSettings(Protocol):
    """Where own settings are kept from one run to the next, by a key that names host, track and plug-in."""

    def find(self, key: str) -> OwnSetting | None:
        """What is known of a plug-in from before."""
        ...

    def keep(self, key: str, setting: OwnSetting) -> None:
        """Write it down, without waiting."""
        ...

    @property
    def is_written(self) -> bool:
        """Whether all that was to be kept has been written down, or cannot be."""
        ...


class InMemory:
    """Own settings that last as long as the run."""

    is_written = True

    def __init__(self) -> None:
        self.settings: dict[str, OwnSetting] = {}

    def find(self, key: str) -> OwnSetting | None:
        """What is known of a plug-in from before."""
        return self.settings.get(key)

    def keep(self, key: str, setting: OwnSetting) -> None:
        """Remember it."""
        self.settings[key] = setting


class OwnKeeper:
    """One target's memory of what its plug-in had: here, in other places of this run, and in runs before."""

    def __init__(self, settings: OwnSettings) -> None:
        self._settings = settings
        self._elsewhere: dict[str, OwnSetting] = {}
        self._key, self._setting = "", OwnSetting({})

    @property
    def values(self) -> ParameterValues:
        """What the plug-in had before semeq first wrote to it; empty: not known."""
        return self._setting.own

    @property
    def is_written(self) -> bool:
        """Whether semeq may write: what stood there is on disk."""
        return self._settings.is_written

    def learn(
        self,
        key: str,
        found: ParameterValues,
        is_same: Callable[[ParameterValues, ParameterValues], bool],
        output: str = "",
    ) -> None:
        """Take what stands there as the plug-in's own setting, unless semeq itself sent it; then the older one stays.

        ``is_same`` says whether what was found is what was sent, as far as hosts keep that. The gain after the bands,
        ``output``, is the player's as long as semeq has not sent it.
        """
        self._key = key
        kept = self._settings.find(key)
        past = [setting for setting in (kept, *self._elsewhere.values()) if setting]
        older = next((s for s in past if s.is_moving or (s.sent and is_same(found, s.sent))), None)
        self._setting = OwnSetting(found)
        if older:
            news = {name: value for name, value in found.items() if name not in older.own}
            if output in found and output not in older.sent:
                news[output] = found[output]
            self._setting = replace(older, own={**older.own, **news}) if news else older
        if older is None or self._setting is not kept:
            self._settings.keep(key, self._setting)

    def sends(self, told: ParameterValues) -> None:
        """Note that semeq is writing."""
        setting = self._setting
        if setting.own and not (setting.is_moving and told.keys() <= setting.sent.keys()):
            self._keep(OwnSetting(setting.own, dict(told), is_moving=True))

    def has_sent(self, told: ParameterValues) -> None:
        """Note what semeq wrote last, so that the next start knows it again."""
        if self.values and self._setting.is_moving:
            self._keep(OwnSetting(self.values, dict(told)))

    def player_has(self, name: str, value: float) -> None:
        """Note where the player has a parameter that semeq has not written, or has it now, by hand."""
        if self.values and self.values.get(name) != value:
            self._keep(replace(self._setting, own={**self.values, name: value}))

    def leave(self, told: ParameterValues) -> None:
        """Note that the target turns to another place."""
        if self.values and told:
            self._elsewhere[self._key] = OwnSetting(self.values, dict(told))
        self._setting = OwnSetting({})

    def _keep(self, setting: OwnSetting) -> None:
        self._setting = setting
        self._settings.keep(self._key, setting)
