"""ConfigMaps as ``kubectl get configmaps`` lists them."""

from engine.kinds import ConfigMap
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(config_map: ConfigMap, _state: State, now: int) -> tuple[str, ...]:
    keys = len(config_map.data) + len(config_map.binary_data)
    return config_map.metadata.name, str(keys), age(config_map, now)


PRINTER = Printer(columns("NAME,DATA,AGE"), cells)
