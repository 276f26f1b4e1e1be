"""Verbs that only look have a screen of their own in the console, live instead of printed once."""

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil

from textual.screen import Screen

from engine.errors import NotFound
from engine.kinds import KINDS, Object, Pod, Ref, Service, dump_yaml
from engine.printers.describe import describe
from engine.served import served
from engine.serving import kind_meant
from k9lite.arguments.flags import number, seconds
from k9lite.client import Client
from k9lite.highlights import describe_spans, yaml_spans
from k9lite.screens.shell import ShellScreen
from k9lite.screens.text import TextScreen
from k9lite.verb import Args, Verb
from k9lite.verbs.iptables import first_node, rules
from k9lite.viewing import state_of
from k9lite.workload_pods import pods_of

_SHELLS = ("sh", "bash", "ash")
OPEN_TO_READ = frozenset({"edit"})
"""Verbs that change things, whose screens show them also where nothing may be changed."""


def look_of(name: str, client: Client, refs: Sequence[Ref]) -> Screen[None] | None:
    """The screen a verb's key opens on the selection; None for verbs that are deeds. Raises K9liteError."""
    if not refs:
        return None
    match name:
        case "describe":
            return TextScreen(f"Describe {refs[0]}", _describer(client, refs[0]), highlight=describe_spans)
        case "get -o yaml":
            return TextScreen(f"YAML {refs[0]}", _yaml(client, refs[0]), highlight=yaml_spans)
        case "iptables":
            return TextScreen(f"Rules {refs[0]}", _rules(client, refs[0]))
        case "logs" | "logs --previous":
            return _logs(client, refs, previous=name != "logs")
        case "exec":
            return _shell(client, refs[0], "")
        case "edit":
            return _editor(client, refs[0])
        case _:
            return None


def look_of_line(verb: Verb, args: Args, client: Client) -> Screen[None] | None:
    """The screen a typed line opens: ``logs deploy/web -c main``, ``exec -it web-1 -- sh``. Raises K9liteError."""
    if verb.name == "create" and not args.words and not args.given:
        return _editor(client, None, args.namespace)
    if not args.words:
        return None
    if verb.name == "edit" and _names_one(args.words) and args.given.keys() <= {"namespace"}:
        return look_of(verb.name, client, [_named(client, args)])
    container = args.flags.get("container", "")
    if verb.name == "logs":
        refs = [_named(client, args)]
        return _logs(
            client, refs, container=container, previous=args.on("previous"), timestamps=args.on("timestamps"),
            since=ceil(seconds(args, "since")), tail=max(0, number(args, "tail")),
        )  # fmt: skip
    if verb.name == "describe" and _names_one(args.words):
        return look_of(verb.name, client, [_named(client, args)])
    if verb.name != "exec":
        return None
    argv = tuple(args.rest or args.words[1:])
    if (len(argv) == 1 and argv[0].removeprefix("/bin/") in _SHELLS) or (args.on("tty") and not argv):
        return _shell(client, _named(client, args), container)
    from engine.kubelet.typed_input import dialogue_of  # it brings all images, and few lines need it

    talks = args.on("tty") and args.on("stdin") and dialogue_of(argv) is not None
    return _shell(client, _named(client, args), container, argv) if talks else None


def _logs(
    client: Client, refs: Sequence[Ref], *, container: str = "", previous: bool = False, timestamps: bool = False,
    since: int = 0, tail: int = 0,
) -> Screen[None]:  # fmt: skip
    from k9lite.screens.logs import LogsScreen  # the first frame does not need it

    return LogsScreen(
        client, _title(refs), partial(_pods, client, refs),
        container=container, previous=previous, timestamps=timestamps, since=since, tail=tail,
    )  # fmt: skip


def _editor(client: Client, ref: Ref | None, namespace: str = "default") -> Screen[None]:
    from k9lite.screens.editor import EditorScreen  # nor this

    return EditorScreen(client, ref, namespace=namespace)


def _pods(client: Client, refs: Sequence[Ref]) -> list[Pod]:
    """Those of the moment."""
    return pods_of(client.state, refs)


def _shell(client: Client, ref: Ref, container: str, argv: tuple[str, ...] = ("sh",)) -> ShellScreen:
    pods = [pod for pod in pods_of(client.state, [ref]) if pod.status.phase == "Running"]
    if not pods:
        raise NotFound(f"{ref.kind.lower()}/{ref.name} has no running pod to open a shell in")
    pod = pods[0]
    container = container or pod.spec.containers[0].name
    session = f"{'shell' if argv == ('sh',) else 'tty'}-{client.state.revision}"
    return ShellScreen(client, Ref("Pod", pod.metadata.namespace, pod.metadata.name), container, session, argv)


def _named(client: Client, args: Args) -> Ref:
    """``web-1``, ``deploy/web`` or ``deploy web``. Raises NotFound in the API server's words."""
    kind, name = KINDS["Pod"], args.words[0]
    before, slash, after = name.partition("/")
    if slash and (given := kind_meant(client.state, before)) is not None:
        kind, name = given, after
    elif len(args.words) > 1 and (given := kind_meant(client.state, name)) is not None:
        kind, name = given, args.words[1]
    ref = Ref(kind.name, args.namespace if kind.namespaced else "", name)
    if state_of(client).get(ref) is None:
        raise NotFound(f'{kind.resource} "{name}" not found')
    return ref


def _names_one(words: Sequence[str]) -> bool:
    """``node w1`` or ``node/w1``."""
    return (len(words) == 2 and "/" not in words[0]) or (len(words) == 1 and "/" in words[0])


def _title(refs: Sequence[Ref]) -> str:
    more = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
    return f"{refs[0].kind.lower()}/{refs[0].name}{more}"


def _describer(client: Client, ref: Ref) -> Callable[[], Sequence[str]]:
    return lambda: describe(_found(client, ref), state_of(client), client.now)


def _rules(client: Client, ref: Ref) -> Callable[[], Sequence[str]]:
    def lines() -> Sequence[str]:
        service = _found(client, ref)
        assert isinstance(service, Service)
        return rules(client.state, service, first_node(client.state), client.now)

    return lines


def _yaml(client: Client, ref: Ref) -> Callable[[], Sequence[str]]:
    return lambda: dump_yaml(served(state_of(client), _found(client, ref))).splitlines()


def _found(client: Client, ref: Ref) -> Object:
    obj = state_of(client).get(ref)
    if obj is None:
        raise NotFound(f"{ref} is gone; this is how it last was")
    return obj
