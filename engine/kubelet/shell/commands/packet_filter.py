"""iptables-save and iptables: the node's packet filter, as a container in the node's network sees it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import options

_VERSION = "v1.8.10 (nf_tables)"
_TABLES = ("filter", "mangle", "nat")
_TARGET = re.compile(r"-j (\S+)")
_DETAILS = (
    ("--dport", "{} dpt:"), ("--probability", "statistic mode random probability "), ("--to-destination", "to:"),
)  # fmt: skip
_COMMENT = re.compile(r'--comment "([^"]*)"')


def iptables_save(call: Call) -> int:
    given = options(call, "c", "t M table")
    table = given.value("t table")
    if table and table not in _TABLES:
        return call.fail(f"{_VERSION}: Cannot initialize: table '{table}' does not exist")
    for each in (table,) if table else ("mangle", "filter", "nat"):
        lines = call.machine.facts.packet_rules(each)
        if not lines:
            return _denied(call)
        call.out("".join(f"{line}\n" for line in lines))
    return 0


def iptables(call: Call) -> int:
    """``-S`` prints rules as they are written, ``-L`` as a table."""
    given = options(call, "n v w S L V", "t table")
    if "V version" in given:
        call.out(f"iptables {_VERSION}\n")
        return 0
    table = given.value("t table", "filter")
    if table not in _TABLES:
        return call.fail(f"{_VERSION}: can't initialize iptables table `{table}': Table does not exist", 3)
    lines = call.machine.facts.packet_rules(table)
    if not lines:
        return _denied(call)
    chains = {line[1:].split(" ")[0]: line.split(" ")[1] for line in lines if line.startswith(":")}
    wanted = given.rest[0] if given.rest else ""
    if wanted and wanted not in chains:
        return call.fail("No chain/target/match by that name.")
    shown = {name: policy for name, policy in chains.items() if wanted in ("", name)}
    rules = [line for line in lines if line.startswith("-A ")]
    out = _written(shown, rules) if "S" in given else _listed(shown, rules, chains)
    call.out("".join(f"{line}\n" for line in out))
    return 0


def _written(chains: Mapping[str, str], rules: Iterable[str]) -> Iterator[str]:
    for name, policy in chains.items():
        yield f"-P {name} {policy}" if policy != "-" else f"-N {name}"
    yield from (rule for rule in rules if rule.split(" ")[1] in chains)


def _listed(shown: Mapping[str, str], rules: list[str], chains: Mapping[str, str]) -> Iterator[str]:
    users: dict[str, int] = dict.fromkeys(chains, 0)
    for rule in rules:
        target = _TARGET.search(rule)
        if target is not None and target[1] in users:
            users[target[1]] += 1
    for index, (name, policy) in enumerate(shown.items()):
        if index:
            yield ""
        yield f"Chain {name} (policy {policy})" if policy != "-" else f"Chain {name} ({users[name]} references)"
        yield "target     prot opt source               destination         "
        yield from (_row(rule) for rule in rules if rule.split(" ")[1] == name)


def _row(rule: str) -> str:
    target, said = _TARGET.search(rule), _COMMENT.search(rule)
    protocol = _after(rule, "-p") or "0"
    number = {"tcp": "6", "udp": "17", "0": "0"}.get(protocol, protocol)
    ends = [f"{'!' if f'! {flag} ' in rule else ''}{_end(_after(rule, flag))}" for flag in ("-s", "-d")]
    text = f"{target[1] if target else '':<10} {number:<4} --  {ends[0]:<19}  {ends[1]:<19} "
    text += f" /* {said[1]} */" if said else ""
    for flag, title in _DETAILS:
        text += f" {title.format(protocol)}{_after(rule, flag)}" if f" {flag} " in rule else ""
    return text


def _end(address: str) -> str:
    return address.removesuffix("/32") or "0.0.0.0/0"


def _after(rule: str, flag: str) -> str:
    words = rule.split(" ")
    return words[words.index(flag) + 1] if flag in words else ""


def _denied(call: Call) -> int:
    return call.fail(f"{_VERSION}: Could not fetch rule set generation id: Permission denied (you must be root)", 4)


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {"iptables-save": iptables_save, "iptables": iptables, "iptables-nft": iptables, "iptables-nft-save": iptables_save}
)
