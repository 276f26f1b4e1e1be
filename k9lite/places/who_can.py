"""Who can: who may do something with a resource, and through which rule, role and binding.

Enter leads to all the rights of one.
"""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.access.attributes import Attributes
from engine.access.identity import MASTERS
from engine.errors import UsageError
from engine.kinds import KINDS
from engine.serving import kind_meant
from k9lite.place import Here, Onward
from k9lite.screens.rows import Line, RowsScreen
from k9lite.tracing.rights import covers, who_can
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("WHO", flexible=True, max_width=60),
    Column("WHERE", max_width=24),
    Column("MAY", priority=1, max_width=48),
    Column("ON", priority=2, max_width=60),
    Column("ROLE", priority=3, max_width=48),
    Column("BINDING", priority=4, max_width=48),
)
_WATCHED = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def opened(here: Here, rest: str) -> Screen[Onward]:
    asked = _asked(here, rest)
    what = f"{asked.verb or 'do anything with'} {asked.full_resource or asked.path}"
    where = f" in {asked.namespace}" if asked.namespace else ""
    named = f" {asked.name}" if asked.name else ""
    return RowsScreen(
        here, f"who can {what}{named}{where}", _COLUMNS, lambda: list(_lines(here, asked)), watches=_WATCHED
    )


def _asked(here: Here, rest: str) -> Attributes:
    """``delete pods shop``, ``get pods/log``, ``get /healthz``; without words the selected object is meant."""
    words = rest.split()
    if not words and here.refs:
        kind, ref = KINDS[here.refs[0].kind], here.refs[0]
        return Attributes(
            verb="", group=kind.group, resource=kind.plural, namespace=ref.namespace, name=ref.name
        )
    if not 2 <= len(words) <= 3:
        raise UsageError("who-can VERB RESOURCE [NAMESPACE], as in who-can delete pods shop")
    verb, resource, *where = words
    if resource.startswith("/"):
        return Attributes(verb=verb, path=resource)
    name, _, subresource = resource.partition("/")
    found = kind_meant(here.client.state, name)
    plural, group = (name, "") if found is None else (found.plural, found.group)
    namespace = where[0] if where else ""
    return Attributes(verb=verb, group=group, resource=plural, subresource=subresource, namespace=namespace)


def _lines(here: Here, asked: Attributes) -> Iterator[Line]:
    what = (Cell("*"), Cell("everything, unasked"), Cell(""), Cell(""))
    masters = (Cell(f"group:{MASTERS}"), Cell("everywhere", "dim"), *what)
    yield Line(key="masters", cells=partial(tuple, masters), leads_to=f"rights group:{MASTERS}")
    for grant, rule in who_can(here.client.state, asked):
        for subject in grant.subjects:
            cells = (
                Cell(subject),
                Cell(grant.namespace or "everywhere", "dim"),
                Cell(", ".join(rule.verbs), "warn" if "*" in rule.verbs else ""),
                Cell(covers(rule)),
                Cell(f"{KINDS[grant.role.kind].singular}/{grant.role.name}"),
                Cell(f"{KINDS[grant.binding.kind].singular}/{grant.binding.name}", "dim"),
            )
            yield Line(
                key=f"{subject} {grant.binding} {grant.rules.index(rule)}", cells=partial(tuple, cells),
                ref=grant.binding, leads_to=f"rights {subject}",
            )  # fmt: skip
