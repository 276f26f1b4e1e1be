"""What is in force and who asked for it, line by line: for ``:config`` and ``k9lite config show``."""

from collections.abc import Iterator

from attrs import frozen

from k9lite.settings import Settings


@frozen
class InForce:
    name: str
    value: str
    source: str


def in_force(settings: Settings) -> Iterator[InForce]:
    """The settings, then whatever the file adds."""
    yield InForce("theme", settings.theme, settings.source("theme"))
    for name, on in (("ascii", settings.ascii), ("linear", settings.linear), ("mouse", settings.mouse)):
        yield InForce(name, "yes" if on else "no", settings.source(name))
    yield InForce("editor", settings.editor, settings.source("editor"))
    config = settings.config
    if config is None:
        return
    for action, bound in config.keys.items():
        yield InForce(f"keys {action}", " ".join(bound.keys), f"{config.file}, line {bound.line}")
    for word, line in config.aliases.items():
        yield InForce(f"aliases {word}", line, config.file)
    for kind, specs in config.columns.items():
        yield InForce(f"columns {kind}", ", ".join(specs), config.file)
    for plugin in config.plugins:
        whom = f" on {', '.join(plugin.kinds)}" if plugin.kinds else ""
        what = f"{plugin.key}: {' '.join(plugin.command)}{whom}{', asks first' if plugin.confirm else ''}"
        yield InForce(f"plugins {plugin.name}", what, f"{config.file}, line {plugin.line}")


def lines(settings: Settings) -> list[str]:
    """As a table."""
    rows = [(each.name, each.value, each.source) for each in in_force(settings)]
    names, values = (max(len(row[at]) for row in rows) for at in (0, 1))
    return [f"{name:<{names}}  {value:<{min(values, 60)}}  {source}" for name, value, source in rows]
