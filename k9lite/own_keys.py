"""Keys that one place alone has, beside those of every list, by the names they have in config.yaml: ``ledger.copy``.

Where such a key is a verb's or another place's as well, it means there what is said here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kinds.frozen import frozen


@frozen
class OwnKey:
    """``shown`` is how the footer writes the key, where that is not its name."""

    key: str
    label: str
    shown: str = ""


OWN_KEYS: Mapping[str, OwnKey] = MappingProxyType(
    {
        "why.further": OwnKey("W", "Why that"),
        "recent-events.turn": OwnKey("t", "By reason"),
        "ledger.copy": OwnKey("Y", "Copy"),
        "ledger.travel": OwnKey("t", "Travel there"),
        "ledger.shown": OwnKey("v", "What it changed"),
        "ledger.cancel": OwnKey("X", "Cancel"),
        "containers.logs": OwnKey("l", "Logs"),
        "containers.previous": OwnKey("p", "Previous"),
        "containers.shell": OwnKey("s", "Shell"),
        "port-forwards.stop": OwnKey("X", "Stop"),
        "xray.fold": OwnKey("space", "Fold"),
        "xray.leftwards": OwnKey("left", "Fold", "←"),
        "xray.rightwards": OwnKey("right", "Unfold", "→"),
        "xray.unfold_all": OwnKey("asterisk", "Unfold all", "*"),
    }
)
