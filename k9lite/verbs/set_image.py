"""set image: new images for the containers of pods and pod templates. Follows kubectl's ``cmd/set``."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import Object, Ref
from engine.store.state import State
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.pairs import split_pairs
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Run, Verb, View
from k9lite.wording import Failure, slashed, tell
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched_and_told
from k9lite.writing.pod_templates import TEMPLATED, containers_of, pod_spec, spec_patch


def run(view: View, args: Args) -> Run:
    words, changes = split_pairs(args.words, "image")
    images = _images(changes)
    _check(args, words, images)
    found, printer = targets(view.state, args, words), Printer(output_of(args))
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
            view = yield from patched_and_told(view, args, printer, obj, body, "image updated")
        except ApiError as error:
            failures.append(UsageError(f"failed to patch image update to pod template: {error}"))
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    found = [obj for ref in refs if (obj := state.get(ref)) is not None]
    containers: dict[str, str] = {}
    for obj in found:
        for each in _containers(obj):
            containers.setdefault(each["name"], str(each.get("image", "")))
    first = next((name for name in containers if name not in _before_it(found)), "")
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
                fills=containers,
            ),
            Field(name="image", label="Image", default=containers.get(first, ""), starts=True),
        ),
    )


def _before_it(found: Sequence[Object]) -> set[str]:
    """Names of init containers: what is changed most is what runs."""
    return {each["name"] for obj in found for each in containers_of(pod_spec(obj), "initContainers")}


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    return ["set", "image", *slashed_names(refs), f"{answers.get('container', '')}={answers.get('image', '')}"]


SET_IMAGE = Verb(
    name="set image",
    summary="Change the images of a workload's containers",
    usage="set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...",
    run=run,
    options=(ALL, SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, LOCAL, *PATCH_OPTIONS),
    reads=output_files,
    kinds=("Pod", *TEMPLATED),
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
    spec = pod_spec(obj)
    changed: dict[str, list[dict[str, str]]] = {}
    for field in ("initContainers", "containers"):
        for each in containers_of(spec, field):
            image = images.get(each["name"], images.get("*", each.get("image")))
            if image is not None and image != each.get("image"):
                changed.setdefault(field, []).append({"name": each["name"], "image": image})
    names = {each["name"] for each in _containers(obj)}
    missing = [name for name in images if name != "*" and name not in names]
    if not changed:
        return None, missing
    return spec_patch(obj.kind, changed), missing


def _containers(obj: Object) -> list[Mapping[str, Any]]:
    try:
        spec = pod_spec(obj)
    except UsageError:
        return []
    return [each for field in ("initContainers", "containers") for each in containers_of(spec, field)]
