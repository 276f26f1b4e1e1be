"""auth reconcile: roles and bindings of files, laid over those there are by what they mean. Follows ``cmd/auth``.

Follows ``component-helpers/auth/rbac/reconciliation`` as well: rights and subjects are added, what is more is taken
away only when asked, and a binding to another role is made anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from attrs import frozen

from engine.access.rules import compacted, not_covered
from engine.access.seen import behind
from engine.api.defaults import defaulted
from engine.api.writes import Create, Delete, Update, Write
from engine.errors import UsageError
from engine.kinds import KINDS, Object, Ref, evolve, from_manifest, load_yaml, ref_of, to_manifest, with_metadata
from engine.kinds.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject
from engine.store.state import State
from k9lite.arguments.options import DRY_RUN, FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Say, Submit, Verb, View
from k9lite.writing import result_lines

_Access = Role | ClusterRole | RoleBinding | ClusterRoleBinding
AccessT = TypeVar("AccessT", bound=_Access)


@frozen
class _Step:
    """``writes`` become one commit each; ``told`` are the lines under the object's own."""

    obj: Object
    writes: tuple[Write, ...] = ()
    told: tuple[str, ...] = ()


def run(view: View, args: Args) -> Run:
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    if args.words:
        raise UsageError("no arguments are allowed")
    if args.flags.get("dry-run") == "server":
        raise UsageError("--dry-run=server for command reconcile is not supported yet")
    printer = Printer(output_of(args))
    for wanted in _wanted(args):
        step = _reconciled(view.state, wanted, args)
        for write in step.writes if args.flags.get("dry-run") != "client" else ():
            view = yield Submit((write,))
        for line in result_lines(args, printer, to_manifest(step.obj), "reconciled"):
            view = yield Say(line)
        for line in step.told:
            view = yield Say(f"\t{line}", error=True)
    return 0


RECONCILE = Verb(
    name="auth reconcile",
    summary="Add the rights and subjects of files to roles and bindings",
    usage="auth reconcile -f FILENAME",
    run=run,
    options=(
        FILENAME,
        KUSTOMIZE, RECURSIVE,
        DRY_RUN,
        Option(name="remove-extra-permissions", summary="Take away rights that the files do not give"),
        Option(name="remove-extra-subjects", summary="Take away subjects that the files do not name"),
        *OUTPUT_OPTIONS,
    ),
    reads=output_files,
)


def _wanted(args: Args) -> Iterator[_Access]:
    """What else is in the files is passed over."""
    for name, text in args.files.items():
        for data in load_yaml(text, name):
            if data.get("kind") not in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
                continue
            obj = defaulted(from_manifest(data))
            assert isinstance(obj, _Access), "its kind says so"
            namespace = (obj.metadata.namespace or args.namespace) if KINDS[obj.kind].namespaced else ""
            yield with_metadata(obj, namespace=namespace)


def _reconciled(state: State, wanted: _Access, args: Args) -> _Step:
    found = state.get(ref_of(wanted))
    if found is None:
        home: tuple[Write, ...] = ()
        namespace = wanted.metadata.namespace
        if namespace and behind(state).get(Ref("Namespace", "", namespace)) is None:
            home = (Create(from_manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})),)
        added = _told("rules", wanted.rules) if isinstance(wanted, Role | ClusterRole) else _told(
            "subjects", wanted.subjects
        )  # fmt: skip
        return _Step(wanted, (*home, Create(wanted)), ("reconciliation required create", *added))
    if isinstance(found, Role | ClusterRole) and isinstance(wanted, Role | ClusterRole):
        return _of_role(found, wanted, remove=args.on("remove-extra-permissions"))
    if isinstance(found, RoleBinding | ClusterRoleBinding) and isinstance(wanted, RoleBinding | ClusterRoleBinding):
        return _of_binding(found, wanted, remove=args.on("remove-extra-subjects"))
    raise AssertionError("an object is of the kind it is found under")


def _of_role(found: Role | ClusterRole, wanted: Role | ClusterRole, *, remove: bool) -> _Step:
    missing = compacted(not_covered(found.rules, wanted.rules))
    extra = compacted(not_covered(wanted.rules, found.rules)) if remove else []
    rules = wanted.rules if extra else (*found.rules, *missing)
    new: Role | ClusterRole = evolve(_merged(found, wanted), rules=rules)
    if isinstance(new, ClusterRole) and isinstance(wanted, ClusterRole) and wanted.aggregation_rule is not None:
        new = evolve(new, aggregation_rule=wanted.aggregation_rule)
    return _update(found, new, (*_told("rules", missing), *_told("rules", extra, extra=True)))


def _of_binding(
    found: RoleBinding | ClusterRoleBinding, wanted: RoleBinding | ClusterRoleBinding, *, remove: bool
) -> _Step:
    missing = [each for each in wanted.subjects if each not in found.subjects]
    extra = [each for each in found.subjects if each not in wanted.subjects] if remove else []
    told = (*_told("subjects", missing), *_told("subjects", extra, extra=True))
    subjects = (*(each for each in found.subjects if each not in extra), *missing)
    if found.role_ref != wanted.role_ref:
        anew = evolve(wanted, subjects=subjects)
        writes = (Delete(ref=ref_of(found)), Create(anew))
        return _Step(anew, writes, ("reconciliation required recreate", *told))
    return _update(found, evolve(_merged(found, wanted), subjects=subjects), told)


def _update(found: _Access, new: _Access, told: tuple[str, ...]) -> _Step:
    if new == found:
        return _Step(found)
    return _Step(new, (Update(new),), ("reconciliation required update", *told))


def _merged(found: AccessT, wanted: _Access) -> AccessT:
    """With the labels and annotations of both."""
    old, new = found.metadata, wanted.metadata
    return with_metadata(
        found, labels=_both(old.labels, new.labels), annotations=_both(old.annotations, new.annotations)
    )


def _both(old: Mapping[str, str], new: Mapping[str, str]) -> Mapping[str, str]:
    return {**old, **new} if new else old


def _told(what: str, values: Iterable[PolicyRule | Subject], *, extra: bool = False) -> list[str]:
    lines = [f"\t{_shown(each)}" for each in values]
    head = f"extra {what} removed:" if extra else f"missing {what} added:"
    return [head, *lines] if lines else []


def _shown(value: PolicyRule | Subject) -> str:
    """As Go prints a struct with its fields' names."""
    if isinstance(value, Subject):
        return (
            f"{{Kind:{value.kind} APIGroup:{value.api_group} Name:{value.name} Namespace:{value.namespace}}}"
        )
    lists = {
        "Verbs": value.verbs, "APIGroups": value.api_groups, "Resources": value.resources,
        "ResourceNames": value.resource_names, "NonResourceURLs": value.non_resource_urls,
    }  # fmt: skip
    return "{" + " ".join(f"{name}:[{' '.join(each)}]" for name, each in lists.items()) + "}"
