"""config set, unset, set-cluster, set-credentials, delete-cluster and delete-user. Follows kubectl's ``cmd/config``.

A property is a path: ``current-context``, or ``contexts.NAME.namespace`` with names that hold no dot. Whatever servers
say here, there is one cluster. Differs in that certificates and keys are always embedded: their files may go.
"""

import base64
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from engine.errors import UsageError
from k9lite.verb import Args, Configure, Option, Run, Say, Verb, View
from k9lite.wording import quoted


@frozen
class _Section:
    """One list of a kubeconfig: what an item of it is called, and which fields it has."""

    item: str
    type: str
    fields: tuple[str, ...]


_SECTIONS: Mapping[str, _Section] = {
    "clusters": _Section("cluster", "api.Cluster", (
        "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority",
        "certificate-authority-data", "proxy-url", "disable-compression",
    )),
    "contexts": _Section("context", "api.Context", ("cluster", "user", "namespace")),
    "users": _Section("user", "api.AuthInfo", (
        "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "as",
        "username", "password",
    )),
}  # fmt: skip
_FILES = ("certificate-authority", "client-certificate", "client-key")
_SWITCHES = ("insecure-skip-tls-verify", "disable-compression")
_MINE = {"context": {"cluster": "", "user": ""}, "cluster": {"server": ""}, "user": {}}
"""What an item has that is only named."""


def set_property(_view: View, args: Args) -> Run:
    if len(args.words) != 2:
        raise _unexpected(args, "set")
    name, value = args.words
    section, item, field = _parsed(name)
    if not section:
        yield Configure({**args.config, "current-context": value})
    elif not field:
        raise UsageError(f"can't set a map to a value: {name}")
    else:
        yield Configure(_with(args.config, section, item, {field: _typed(field, value)}))
    yield Say(f"Property {quoted(name)} set.")
    return 0


def unset_property(_view: View, args: Args) -> Run:
    if len(args.words) != 1:
        raise _unexpected(args, "unset")
    section, item, field = (args.words[0], "", "") if args.words[0] in _SECTIONS else _parsed(args.words[0])
    if section and not item:
        yield Configure({**args.config, section: []})
    elif not section:
        yield Configure({**args.config, "current-context": ""})
    elif not field:
        yield Configure(_without(args.config, section, item))
    elif item in _names(args.config, section):
        yield Configure(_with(args.config, section, item, {field: None}))
    yield Say(f"Property {quoted(args.words[0])} unset.")
    return 0


def _set_item(section: str, told: str) -> Any:
    """``set-cluster`` and ``set-credentials``: the flags that were given become fields of what is named."""

    def run(_view: View, args: Args) -> Run:
        if len(args.words) != 1:
            raise _unexpected(args, "set-cluster" if section == "clusters" else "set-credentials")
        given = {
            field: _typed(field, args.flags[field]) for field in _SECTIONS[section].fields if field in args.given
        }
        for field in _FILES:
            if field in given:
                content = b"".join(args.read.get(given.pop(field), {}).values())
                given[f"{field}-data"] = base64.b64encode(content).decode()
        yield Configure(_with(args.config, section, args.words[0], given))
        yield Say(f"{told} {quoted(args.words[0])} set.")
        return 0

    return run


def _delete_item(section: str) -> Any:
    item = _SECTIONS[section].item

    def run(_view: View, args: Args) -> Run:
        if len(args.words) != 1:
            raise _unexpected(args, f"delete-{item}")
        name = args.words[0]
        if name not in _names(args.config, section):
            raise UsageError(f"cannot delete {item} {name}, not in the kubeconfig")
        yield Configure(_without(args.config, section, name))
        yield Say(f"deleted {item} {name} from the kubeconfig")
        return 0

    return run


def _parsed(name: str) -> tuple[str, str, str]:
    """(section, item, field) of a property; a section of "" is ``current-context``. Raises UsageError."""
    if name == "current-context":
        return "", "", ""
    section, _, rest = name.partition(".")
    item, _, field = rest.partition(".")
    if section not in _SECTIONS or not item:
        raise UsageError(f"unable to parse {name} after [] at api.Config")
    if field and field not in _SECTIONS[section].fields:
        raise UsageError(f"unable to parse {name} after [{section} {item}] at {_SECTIONS[section].type}")
    return section, item, field


def _typed(field: str, text: str) -> Any:
    if field not in _SWITCHES:
        return text
    if text.lower() not in ("true", "false"):
        raise UsageError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
    return text.lower() == "true"


def _names(config: Mapping[str, Any], section: str) -> list[str]:
    return [str(each["name"]) for each in config[section]]


def _with(config: Mapping[str, Any], section: str, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """With the item of that name and its fields; a field that is None goes."""
    item = _SECTIONS[section].item
    old = next((each[item] for each in config[section] if each["name"] == name), _MINE[item])
    new = {key: value for key, value in {**old, **fields}.items() if value is not None}
    others = [each for each in config[section] if each["name"] != name]
    return {**config, section: sorted([*others, {"name": name, item: new}], key=lambda each: str(each["name"]))}


def _without(config: Mapping[str, Any], section: str, name: str) -> dict[str, Any]:
    return {**config, section: [each for each in config[section] if each["name"] != name]}


def _unexpected(args: Args, verb: str) -> UsageError:
    more = f"See 'kubectl config {verb} -h' for help and examples"
    return UsageError(f"Unexpected args: [{' '.join(args.words)}]\n{more}")


def _fields_of(section: str) -> tuple[Option, ...]:
    return tuple(
        Option(name=each, value="" if each in _SWITCHES else "string", summary=f"{each} of the {section[:-1]}")
        for each in _SECTIONS[section].fields
        if not each.endswith("-data") and each not in ("as", "tokenFile")
    )


def _files_read(args: Args) -> list[str]:
    return [args.flags[field] for field in _FILES if field in args.given]


_EMBED = Option(name="embed-certs", summary="Taken: certificates and keys are always embedded")
SET = Verb(
    name="config set",
    summary="Set an individual value in a kubeconfig file",
    usage="config set PROPERTY_NAME PROPERTY_VALUE",
    run=set_property,
    writes=False,
)
UNSET = Verb(
    name="config unset",
    summary="Unset an individual value in a kubeconfig file",
    usage="config unset PROPERTY_NAME",
    run=unset_property,
    writes=False,
)
SET_CLUSTER = Verb(
    name="config set-cluster",
    summary="Set a cluster entry in kubeconfig",
    usage="config set-cluster NAME [--server=server]",
    run=_set_item("clusters", "Cluster"),
    options=(*_fields_of("clusters"), _EMBED),
    reads=_files_read,
    writes=False,
)
SET_CREDENTIALS = Verb(
    name="config set-credentials",
    summary="Set a user entry in kubeconfig",
    usage="config set-credentials NAME [--token=bearer_token] [--username=basic_user] [--password=basic_password]",
    run=_set_item("users", "User"),
    options=(*_fields_of("users"), _EMBED),
    reads=_files_read,
    writes=False,
)
DELETE_CLUSTER = Verb(
    name="config delete-cluster",
    summary="Delete the specified cluster from the kubeconfig",
    usage="config delete-cluster NAME",
    run=_delete_item("clusters"),
    writes=False,
)
DELETE_USER = Verb(
    name="config delete-user",
    summary="Delete the specified user from the kubeconfig",
    usage="config delete-user NAME",
    run=_delete_item("users"),
    writes=False,
)
