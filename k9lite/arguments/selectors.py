"""A selector as it is typed -> the manifest of a LabelSelector. Follows apimachinery's ``ParseToLabelSelector``."""

from typing import Any

from engine.api.selectors import parse_label_selector


def selector_manifest(text: str) -> dict[str, Any]:
    """``app=web,tier in (a,b)``: equalities as labels, all else as expressions. Raises UsageError."""
    selector = parse_label_selector(text)
    expressions = [
        {"key": each.key, "operator": each.operator, **({"values": list(each.values)} if each.values else {})}
        for each in selector.match_expressions
    ]
    return {
        **({"matchLabels": dict(selector.match_labels)} if selector.match_labels else {}),
        **({"matchExpressions": expressions} if expressions else {}),
    }
