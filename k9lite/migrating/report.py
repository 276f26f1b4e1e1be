"""What became of each key: one line a key, in the order in which they are met."""

import re

from attrs import define, field

from k9lite.migrating.values import At

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@define
class Report:
    """Grows while one file is migrated; also knows which names it had to change."""

    lines: list[str] = field(factory=list)

    def became(self, at: At, what: str) -> None:
        self._say(f"{at.name}: {what}")

    def dropped(self, at: At, why: str) -> None:
        self._say(f"{at.name}: not carried over: {why}")

    def _say(self, line: str) -> None:
        line = " ".join(line.split())
        if line not in self.lines:
            self.lines.append(line)

    def name(self, at: At, wanted: str, *, letter_first: bool = False) -> str:
        """``wanted`` made a DNS label; a Service's begins with a letter. Says so where it had to be changed."""
        name = dns_label(wanted, letter_first=letter_first)
        if name != wanted:
            self.became(at, f'named "{name}": "{wanted}" is no DNS label, and who calls it so has to be changed')
        return name


def dns_label(wanted: str, *, letter_first: bool = False) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:63].strip("-") or "x"
    if letter_first and not name[0].isalpha():
        name = f"s-{name}"[:63].strip("-")
    assert _LABEL.fullmatch(name)
    return name
