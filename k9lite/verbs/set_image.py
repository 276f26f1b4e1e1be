"""set image: new images for the containers of pods and pod templates. Follows kubectl's ``cmd/set``."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api.writes import Patch
from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import Object, Ref, ref_of, to_manifest
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.arguments.options import ALL, DRY_RUN, FILENAME, RECURSIVE, SELECTOR
from k9lite.arguments.pairs import split_pairs
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import targets
from k9lite.verb import Args, Field, Form, Run, Say, Submit, Verb, View
from k9lite.wording import Failure, dry_run_suffix, slashed, tell

_TEMPLATED = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob")

_TEMPLATE = ("spec", "template", "spec")
_PATHS: Mapping[str, tuple[str, ...]] = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", *_TEMPLATE)}
"""Where the pod spec is, if it is not in a template."""


def run(view: View, args: Args) -> Run:
    words, changes = split_pairs(args.words, "image")
    images = _images(changes)
    _check(args, words, images)
    found = targets(view.state, args, words)
    failures: list[Failure | K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            body, missing = _patch(obj, images)
        except UsageError as error:
            failures.append(UsageError(f"error: {slashed(obj)} {error}"))
            continue
        failures += [UsageError(f'error: unable to find container named "{name}"') for name in missing]
        if body is None:
            continue
        try:
            if not dry_run_suffix(args):
                view = yield Submit((Patch(ref_of(obj), body, "strategic"),))
        except ApiError as error:
            failures.append(UsageError(f"failed to patch image update to pod template: {error}"))
            continue
        view = yield Say(f"{slashed(obj)} image updated{dry_run_suffix(args)}")
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    found = [obj for ref in refs if (obj := state.get(ref)) is not None]
    containers: dict[str, str] = {}
    for obj in found:
        for each in _containers(obj):
            containers.setdefault(each["name"], str(each.get("image", "")))
    first = next(iter(containers), "")
    return Form(
        title="Set image",
        message=f"New image for {naming(refs)}",
        fields=(
            Field(
                name="container",
                label="Container",
                kind="choice",
                default=first,
                choices=tuple((name, f"{name}  {image}") for name, image in containers.items()),
            ),
            Field(name="image", label="Image", default=containers.get(first, "")),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    return ["set", "image", *slashed_names(refs), f"{answers.get('container', '')}={answers.get('image', '')}"]


SET_IMAGE = Verb(
    name="set image",
    summary="Change the images of a workload's containers",
    usage="set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...",
    run=run,
    options=(ALL, SELECTOR, FILENAME, RECURSIVE, DRY_RUN),
    kinds=("Pod", *_TEMPLATED),
    key="i",
    form=form,
    argv=argv,
)


def _images(changes: Sequence[str]) -> dict[str, str]:
    wrong = [change for change in changes if "=" not in change]
    if wrong:
        raise UsageError(f"invalid image format: {', '.join(wrong)}")
    return dict(change.split("=", 1) for change in changes)


def _check(args: Args, words: Sequence[str], images: Mapping[str, str]) -> None:
    if args.on("all") and args.flags.get("selector"):
        raise UsageError("cannot set --all and --selector at the same time")
    if not words and not args.files:
        raise UsageError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not images:
        raise UsageError("at least one image update is required")
    if len(images) > 1 and "*" in images:
        raise UsageError(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        )


def _patch(obj: Object, images: Mapping[str, str]) -> tuple[dict[str, Any] | None, list[str]]:
    """A strategic patch of what really changes, None for nothing; and the names no container has."""
    spec = _pod_spec(obj)
    if spec is None:
        raise UsageError("the object is not a pod or does not have a pod template")
    changed: dict[str, list[dict[str, str]]] = {}
    for field in ("initContainers", "containers"):
        for each in _named(spec.get(field)):
            image = images.get(each["name"], images.get("*", each.get("image")))
            if image is not None and image != each.get("image"):
                changed.setdefault(field, []).append({"name": each["name"], "image": image})
    names = {each["name"] for each in _containers(obj)}
    missing = [name for name in images if name != "*" and name not in names]
    if not changed:
        return None, missing
    body: dict[str, Any] = changed
    for step in reversed(_PATHS.get(obj.kind, _TEMPLATE)):
        body = {step: body}
    return body, missing


def _containers(obj: Object) -> list[Mapping[str, Any]]:
    spec = _pod_spec(obj) or {}
    return [each for field in ("initContainers", "containers") for each in _named(spec.get(field))]


def _named(containers: Any) -> list[Mapping[str, Any]]:
    """What can be a container in a body without a model."""
    listed = containers if isinstance(containers, list) else []
    return [each for each in listed if isinstance(each, dict) and isinstance(each.get("name"), str)]


def _pod_spec(obj: Object) -> Mapping[str, Any] | None:
    if obj.kind in ("Pod", *_TEMPLATED):
        return mapping_at(to_manifest(obj), *_PATHS.get(obj.kind, _TEMPLATE))
    return None
