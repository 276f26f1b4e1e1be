"""Rights: all that a user, a group, an account or a role may do, each with the role and the binding it comes from.

Of a pod or a workload its account is meant; of a binding those it gives.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from textual.screen import Screen

from engine.errors import UsageError
from engine.kinds import KINDS, Ref
from engine.kinds.access import ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, ServiceAccount
from k9lite.at_hand import object_meant
from k9lite.place import Here, Onward, query_of
from k9lite.screens.rows import Line, RowsScreen
from k9lite.tracing.pod_parts import spec_of
from k9lite.tracing.rights import Grant, covers, grant_of, grants_to, identity_called, is_everything
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("MAY", max_width=60),
    Column("ON", flexible=True, max_width=100),
    Column("WHERE", max_width=24),
    Column("ROLE", priority=1, max_width=48),
    Column("BINDING", priority=2, max_width=48),
)
WATCHED = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def opened(here: Here, rest: str) -> Screen[Onward]:
    title, ref = _meant(here, rest)
    return RowsScreen(
        here, f"rights {title}", _COLUMNS, lambda: list(_lines(here, title, ref)), watches=WATCHED,
        empty_text="nothing is allowed to it",
    )  # fmt: skip


def _meant(here: Here, rest: str) -> tuple[str, Ref | None]:
    """What it is called; a role or binding with its ref."""
    word = rest.strip()
    if word.lower().startswith(("serviceaccount ", "sa ")) and "/" in word:
        return f"sa:{word.split()[-1]}", None
    if word.startswith(("user:", "group:", "sa:")):
        return word, None
    if word and not {" ", "/"} & set(word):
        return f"user:{word}", None
    ref = object_meant(here, rest)
    obj = here.client.state.get(ref)
    if isinstance(obj, ServiceAccount):
        return f"sa:{ref.namespace}/{ref.name}", None
    if isinstance(obj, Role | ClusterRole | RoleBinding | ClusterRoleBinding):
        return f"{KINDS[ref.kind].singular}/{ref.name}", ref
    spec = None if obj is None else spec_of(obj)
    if spec is None:
        raise UsageError("rights user:NAME, group:NAME, sa:NAMESPACE/NAME, or of the account of a selected pod")
    return f"sa:{ref.namespace}/{spec.service_account_name or 'default'}", None


def _lines(here: Here, title: str, ref: Ref | None) -> Iterator[Line]:
    state = here.client.state
    obj = None if ref is None else state.get(ref)
    if isinstance(obj, Role | ClusterRole):
        for number, rule in enumerate(obj.rules):
            yield _line(f"{number}", rule, obj.metadata.namespace, ref, None)
        return
    if isinstance(obj, RoleBinding | ClusterRoleBinding):
        given: Sequence[Grant] = (grant_of(state, obj),)
    else:
        identity = identity_called(title)
        given = list(grants_to(state, identity))
        if is_everything(identity):
            everything = (Cell("*"), Cell("everything: no rule is asked for"), Cell("everywhere"), Cell(""), Cell(""))
            yield Line(key="all", cells=partial(tuple, everything))
    for grant in given:
        if grant.astray:
            gone = (Cell("nothing", "bad"), Cell("there is no such role", "bad"), *_from(grant))
            yield Line(key=str(grant.binding), cells=partial(tuple, gone), ref=grant.binding)
        for number, rule in enumerate(grant.rules):
            yield _line(f"{grant.binding} {number}", rule, grant.namespace, grant.role, grant)


def _line(key: str, rule: PolicyRule, namespace: str, role: Ref | None, grant: Grant | None) -> Line:
    origin = (Cell(namespace or "everywhere", "dim"), Cell(""), Cell("")) if grant is None else _from(grant)
    cells = (Cell(", ".join(rule.verbs), "warn" if "*" in rule.verbs else ""), Cell(covers(rule)), *origin)
    ref = role if grant is None else grant.binding
    return Line(key=key, cells=partial(tuple, cells), ref=ref, leads_to=None if role is None else query_of(role))


def _from(grant: Grant) -> tuple[Cell, ...]:
    role = f"{KINDS[grant.role.kind].singular}/{grant.role.name}"
    return (
        Cell(grant.namespace or "everywhere", "dim"),
        Cell(role),
        Cell(f"{KINDS[grant.binding.kind].singular}/{grant.binding.name}", "dim"),
    )
