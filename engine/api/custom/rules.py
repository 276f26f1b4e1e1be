"""x-kubernetes-validations: what must be so of an object of a custom kind, and the words when it is not.

Follows ``apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go``. A rule about ``oldSelf`` is asked only
where there was a value; list items are matched by their map keys. Where a value stayed as it was, a rule that it
breaks is not held against it. Differs in that types are not checked before a rule is asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.api.custom.cel import evaluate
from engine.api.custom.cel_check import names_in, parsed
from engine.api.custom.cel_functions import CelError, Optional, same
from engine.api.custom.cel_syntax import CelSyntaxError
from engine.api.custom.rule_fields import RULES
from engine.errors import FieldError

_ABSENT: Any = object()


def rule_errors(value: Any, old: Any, schema: Mapping[str, Any]) -> Iterator[FieldError]:
    """``old`` is None for what is created."""
    yield from _errors(value, _ABSENT if old is None else old, schema, "")


def _errors(value: Any, old: Any, schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    if value is None:
        return
    for rule in schema.get(RULES) or ():
        yield from _rule_errors(rule, value, old, schema, path)
    if isinstance(value, Mapping):
        properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
        before = old if isinstance(old, Mapping) else {}
        for key in sorted(value):
            inner = properties.get(key, others)
            if isinstance(inner, Mapping):
                here = f"{path}[{key}]" if key not in properties else f"{path}.{key}" if path else key
                yield from _errors(value[key], before.get(key, _ABSENT), inner, here)
    elif isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for at, each in enumerate(value):
            yield from _errors(each, _item_before(each, old, schema), schema["items"], f"{path}[{at}]")


def _item_before(item: Any, old: Any, schema: Mapping[str, Any]) -> Any:
    keys = schema.get("x-kubernetes-list-map-keys")
    if schema.get("x-kubernetes-list-type") != "map" or not keys or not isinstance(old, list):
        return _ABSENT
    if not isinstance(item, Mapping):
        return _ABSENT
    return next(
        (each for each in old if isinstance(each, Mapping) and all(each.get(key) == item.get(key) for key in keys)),
        _ABSENT,
    )


def _rule_errors(
    rule: Mapping[str, Any], value: Any, old: Any, schema: Mapping[str, Any], path: str
) -> Iterator[FieldError]:
    text = str(rule.get("rule", ""))
    tree = parsed(text)
    if isinstance(tree, CelSyntaxError):
        return  # the definition was refused, or is older than this check
    transition = "oldSelf" in names_in(tree)
    names = {"self": value}
    if rule.get("optionalOldSelf"):
        names["oldSelf"] = Optional(() if old is _ABSENT else (old,))
    elif transition:
        if old is _ABSENT:
            return
        names["oldSelf"] = old
    elif old is not _ABSENT and same(old, value):
        return
    try:
        holds = evaluate(tree, names)
    except CelError as error:
        yield FieldError(path or "<nil>", f"{error} evaluating rule: {_shown(rule)}", value=_kind(schema))
        return
    if holds is not True:
        where = path + str(rule.get("fieldPath") or "")
        yield _error(where.lstrip(".") or "<nil>", rule, _message(rule, names), schema)


def _error(path: str, rule: Mapping[str, Any], message: str, schema: Mapping[str, Any]) -> FieldError:
    match rule.get("reason"):
        case "FieldValueForbidden":
            return FieldError(path, message, "Forbidden")
        case "FieldValueRequired":
            return FieldError(path, message, "Required value")
        case "FieldValueDuplicate":
            return FieldError(path, "", "Duplicate value", _kind(schema))
        case _:
            return FieldError(path, message, value=_kind(schema))


def _kind(schema: Mapping[str, Any]) -> str:
    return f'"{schema.get("type", "")}"'


def _message(rule: Mapping[str, Any], names: Mapping[str, Any]) -> str:
    """A message that cannot be worked out, or is none, is left for the next."""
    expression = rule.get("messageExpression")
    tree = parsed(str(expression)) if expression else None
    if tree is not None and not isinstance(tree, CelSyntaxError):
        try:
            made = evaluate(tree, names)
        except CelError:
            made = ""
        if isinstance(made, str) and made.strip() and "\n" not in made:
            return made.strip()
    said = str(rule.get("message") or "").strip()
    return said or f"failed rule: {_shown(rule)}"


def _shown(rule: Mapping[str, Any]) -> str:
    return str(rule.get("rule", "")).strip()
