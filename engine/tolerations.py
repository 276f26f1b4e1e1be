"""Whether a pod tolerates a taint, and for how long (rules 7).

Follows ``k8s.io/api/core/v1/toleration.go``; Gt and Lt are not matched (their feature gate is off by default).
"""

from collections.abc import Iterable

from engine.kinds import Taint, Toleration


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """An empty key stands for every key (admission allows it with Exists only), an empty effect for every effect."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator == "Exists":
        return True
    return toleration.operator in ("", "Equal") and toleration.value == taint.value


def first_that_tolerates(tolerations: Iterable[Toleration], taint: Taint) -> Toleration | None:
    """The one that counts where several do."""
    return next((each for each in tolerations if tolerates(each, taint)), None)
