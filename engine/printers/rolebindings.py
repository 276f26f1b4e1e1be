"""RoleBindings and ClusterRoleBindings as ``kubectl get rolebindings`` lists them."""

from engine.kinds.access import ClusterRoleBinding, RoleBinding
from engine.printers.durations import age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(binding: RoleBinding | ClusterRoleBinding, _state: State, now: int) -> tuple[str, ...]:
    return (
        binding.metadata.name,
        f"{binding.role_ref.kind}/{binding.role_ref.name}",
        age(binding, now),
        *(_subjects(binding, kind) for kind in ("User", "Group", "ServiceAccount")),
    )


PRINTER = Printer(columns("NAME,ROLE,AGE", "USERS,GROUPS,SERVICEACCOUNTS"), cells)


def _subjects(binding: RoleBinding | ClusterRoleBinding, kind: str) -> str:
    """Names, of service accounts with their namespace."""
    return ", ".join(
        f"{each.namespace}/{each.name}" if kind == "ServiceAccount" else each.name
        for each in binding.subjects
        if each.kind == kind
    )
