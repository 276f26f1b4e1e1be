"""wait: until objects are created, deleted or have a condition, or a field a value. Follows kubectl's ``cmd/wait``.

One object after the other, all within one timeout. Cluster time passes by it: a way to see what only time brings.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from attrs import frozen

from engine.errors import K9liteError, NotFound, UsageError
from engine.kinds import KINDS, Object, ref_of, to_manifest
from k9lite.arguments.flags import seconds
from k9lite.arguments.jsonpath import find_all, mapping_at, relaxed
from k9lite.arguments.options import ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILENAME, RECURSIVE, SELECTOR
from k9lite.arguments.targets import Targets, not_found, targets
from k9lite.verb import Args, Option, Run, Say, Step, Verb, View, Wait
from k9lite.wording import quoted, slashed, tell

_WEEK_SECONDS = 168 * 3600


@frozen
class _Condition:
    """``holds`` is asked of an object's manifest; ``text`` is as it was given."""

    text: str
    holds: Callable[[Mapping[str, Any]], bool]


def run(view: View, args: Args) -> Run:
    conditions = [_condition(text) for text in args.flags.get("for", "").split("\n") if text]
    if not conditions:
        raise UsageError("unrecognized condition: []")
    words = [condition.text for condition in conditions]
    limit = seconds(args, "timeout")
    deadline = view.now + (_WEEK_SECONDS if limit < 0 else -(-limit.numerator // limit.denominator))
    found = targets(view.state, args)
    while "create" in words and not _is_there(found):
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        view = yield Wait(1, "to be created")
        found = targets(view.state, args)
    failures: list[K9liteError] = [
        error for error in found.errors if not ("delete" in words and isinstance(error, NotFound))
    ]
    for obj in found.objects:
        try:
            for condition in conditions:
                view = yield from _until(view, obj, condition, deadline, once=not limit)
                view = yield Say(f"{slashed(obj)} condition met")
        except K9liteError as error:
            failures.append(error)
    if not found.objects and not failures and "delete" not in words:
        raise UsageError("no matching resources found")
    return (yield from tell(failures))


WAIT = Verb(
    name="wait",
    summary="Wait for a condition of objects",
    usage=(
        "wait ([-f FILENAME] | TYPE/NAME | TYPE [(-l label | --all)]) "
        "--for=create|delete|condition=NAME[=VALUE]|jsonpath='{PATH}'[=VALUE]"
    ),
    run=run,
    options=(
        Option(name="for", value="string", repeats=True,
               summary="create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE]; several one by one"),
        Option(name="timeout", value="duration", default="30s",
               summary="How long to wait; 0 looks once, less than 0 waits for a week"),
        ALL, ALL_NAMESPACES, SELECTOR, FIELD_SELECTOR, FILENAME, RECURSIVE,
    ),
    writes=False,
)  # fmt: skip


def _is_there(found: Targets) -> bool:
    """Raises what is wrong besides that something is missing."""
    for error in found.errors:
        if not isinstance(error, NotFound):
            raise error
    return bool(found.objects) and not found.errors


def _until(view: View, obj: Object, condition: _Condition, deadline: int, *, once: bool) -> Generator[Step, View, View]:
    """Raises K9liteError when it does not come; an object that is gone is an error, unless that is waited for."""
    name = f"{KINDS[obj.kind].plural}/{obj.metadata.name}"
    seen: Object | None = None
    while True:
        found = view.state.get(ref_of(obj))
        if condition.text == "delete":
            if found is None or found.metadata.uid != obj.metadata.uid:
                return view
        elif found is None:
            raise not_found(KINDS[obj.kind], obj.metadata.name)
        elif found is not seen and condition.holds(to_manifest(found)):
            return view
        seen = found
        if once:
            raise UsageError(f"condition not met for {name}")
        if view.now >= deadline:
            raise UsageError(f"timed out waiting for the condition on {name}")
        view = yield Wait(1, f"{name}: {condition.text}")


def _condition(text: str) -> _Condition:
    if text.lower() in ("create", "delete"):
        return _Condition(text.lower(), lambda _manifest: True)
    if text.startswith("condition="):
        name, _, value = text.removeprefix("condition=").partition("=")
        wanted = value if "=" in text.removeprefix("condition=") else "true"
        return _Condition(text, lambda manifest: _has_condition(manifest, name, wanted))
    if text.startswith("jsonpath="):
        path, expected = _path_and_value(text.removeprefix("jsonpath="))
        find_all({}, path)  # its mistakes are told before anything is waited for
        return _Condition(text, lambda manifest: _has_value(manifest, path, expected))
    raise UsageError(f"unrecognized condition: {quoted(text)}")


def _has_condition(manifest: Mapping[str, Any], name: str, wanted: str) -> bool:
    """A condition that speaks of an older generation does not count yet."""
    status = mapping_at(manifest, "status")
    conditions = status.get("conditions")
    for condition in conditions if isinstance(conditions, list) else ():
        if isinstance(condition, Mapping) and str(condition.get("type", "")).casefold() == name.casefold():
            generation = mapping_at(manifest, "metadata").get("generation", 0)
            observed = condition.get("observedGeneration", status.get("observedGeneration", generation))
            return bool(observed >= generation) and str(condition.get("status", "")).casefold() == wanted.casefold()
    return False


def _has_value(manifest: Mapping[str, Any], path: str, expected: str | None) -> bool:
    values = find_all(manifest, path)
    if len(values) > 1:
        raise UsageError("given jsonpath expression matches more than one value")
    if not values or expected is None:
        return bool(values)
    if isinstance(values[0], (Mapping, list)):
        raise UsageError("jsonpath leads to a nested object or list which is not supported")
    shown = str(values[0]).lower() if isinstance(values[0], bool) else str(values[0])
    return shown.strip() == expected.strip()


def _path_and_value(text: str) -> tuple[str, str | None]:
    """``{.a}=b`` -> (.a, b); ``==`` belongs to the path."""
    parts: Sequence[str] = [part.replace("\0", "==") for part in text.replace("==", "\0").split("=")]
    if len(parts) > 2:
        example = "--for=jsonpath='{.status.readyReplicas}'"
        raise UsageError(f"jsonpath wait format must be {example}=3 or {example}")
    path = relaxed(parts[0])
    if len(parts) == 1:
        return path, None
    value = parts[1].strip("'\"")
    if not value:
        raise UsageError(
            "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"
        )
    return path, value
