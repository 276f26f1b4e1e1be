"""debug: a container added to a pod, a copy of a pod, or a pod on a node, to look into them.

Follows kubectl's ``cmd/debug`` with the profile "general".
"""

from collections.abc import Generator, Mapping
from hashlib import blake2b
from typing import Any

from attrs import evolve

from engine.api.writes import Create, Delete, Patch
from engine.errors import UsageError
from engine.kinds import Container, Node, Pod, Ref, from_manifest, ref_of, to_manifest
from engine.kubelet.process import containers_of
from k9lite.arguments.options import POD_RUNNING_TIMEOUT
from k9lite.arguments.targets import targets
from k9lite.containers.attaching import Attachment, attached, await_container, printed
from k9lite.verb import Args, Option, Run, Say, Step, Submit, Verb, View
from k9lite.wording import tell

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_PROBES = {"keep-liveness": "livenessProbe", "keep-readiness": "readinessProbe", "keep-startup": "startupProbe"}


def run(view: View, args: Args) -> Run:
    _check(args)
    word = args.words[0]
    found = targets(view.state, evolve(args, files={}), [word] if "/" in word else ["pod", word])
    if found.errors:
        return (yield from tell(found.errors))
    obj = found.objects[0]
    if isinstance(obj, Node):
        return (yield from _debug_node(view, args, obj))
    if not isinstance(obj, Pod):
        raise UsageError(f'"{obj.api_version}, Kind={obj.kind}" not supported by debug')
    if args.flags.get("copy-to"):
        return (yield from _debug_copy(view, args, obj))
    return (yield from _debug_pod(view, args, obj))


DEBUG = Verb(
    name="debug",
    summary="Create debugging sessions for troubleshooting workloads and nodes",
    usage="debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    run=run,
    options=(
        Option(name="image", value="string", summary="Image of the container that is added"),
        Option(name="container", short="c", value="string", summary="Its name, or the container that is changed"),
        Option(name="copy-to", value="string", summary="Name of the copy of the pod"),
        Option(name="set-image", value="strings", repeats=True, summary="Other images in the copy, as name=image"),
        Option(name="env", value="strings", repeats=True, summary="Variables of the container, as NAME=value"),
        Option(name="arguments-only", summary="What follows -- are arguments, not the command"),
        Option(name="attach", summary="Attach to the container; the default with -i"),
        Option(name="replace", summary="Delete the pod that was copied"),
        Option(name="same-node", summary="Run the copy on the pod's node"),
        Option(name="share-processes", default="true", summary="Let the copy's containers see each other's processes"),
        Option(name="keep-labels", summary="Give the copy the pod's labels"),
        Option(name="keep-annotations", summary="Give the copy the pod's annotations"),
        Option(name="keep-liveness", summary="Keep liveness probes in the copy"),
        Option(name="keep-readiness", summary="Keep readiness probes in the copy"),
        Option(name="keep-startup", summary="Keep startup probes in the copy"),
        Option(name="keep-init-containers", default="true", summary="Keep init containers in the copy"),
        Option(name="image-pull-policy", value="string", summary="Always, IfNotPresent or Never"),
        Option(name="target", value="string", summary="Whose processes a container added to a pod would see"),
        Option(name="profile", value="string", default="general", summary="Taken and not used"),
        Option(name="stdin", short="i", summary="Keep the container's input open"),
        Option(name="tty", short="t", summary="Give the container a terminal"),
        Option(name="quiet", short="q", summary="No hints"),
        POD_RUNNING_TIMEOUT,
    ),
    takes_command=True,
)


def _check(args: Args) -> None:
    if not args.words:
        raise UsageError("NAME or filename is required for debug")
    copies, image = bool(args.flags.get("copy-to")), args.flags.get("image", "")
    if copies and not image and not args.listed("set-image") and not args.rest:
        raise UsageError("you must specify --image, --set-image or command arguments.")
    if copies and args.flags.get("target"):
        raise UsageError("--target is incompatible with --copy-to. Use --share-processes instead.")
    if not copies:
        for flag in ("replace", "same-node"):
            if args.on(flag):
                raise UsageError(f"--{flag} may only be used with --copy-to.")
        if args.listed("set-image"):
            raise UsageError("--set-image may only be used with --copy-to.")
        if not image:
            raise UsageError("you must specify --image when not using --copy-to.")
    if args.on("tty") and not args.on("stdin"):
        raise UsageError("-i/--stdin is required for containers with -t/--tty=true")


def _suffix(view: View, name: str) -> str:
    """Five letters, where kubectl draws them."""
    digest = blake2b(f"{name}/{view.state.revision}".encode(), digest_size=5).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)


def _container(args: Args, name: str) -> dict[str, Any]:
    command = {"args" if args.on("arguments-only") else "command": list(args.rest)} if args.rest else {}
    policy = args.flags.get("image-pull-policy", "")
    variables = [dict(zip(("name", "value"), each.split("=", 1), strict=False)) for each in args.listed("env")]
    return {
        "name": name,
        "image": args.flags.get("image", ""),
        **command,
        **({"env": variables} if variables else {}),
        **({"imagePullPolicy": policy} if policy else {}),
        **({"stdin": True} if args.on("stdin") else {}),
        **({"tty": True} if args.on("tty") else {}),
    }


def _debug_pod(view: View, args: Args, pod: Pod) -> Run:
    """Another container in the very pod."""
    if (target := args.flags.get("target", "")) and not args.on("quiet"):
        view = yield Say(
            f'Targeting container "{target}". If you don\'t see processes from this container it may be because the '
            "container runtime doesn't support this feature."
        )
    name = args.flags.get("container") or f"debugger-{_suffix(view, pod.metadata.name)}"
    if not args.flags.get("container") and not args.on("quiet"):
        view = yield Say(f"Defaulting debug container name to {name}.")
    container = {
        **_container(args, name),
        **({"targetContainerName": target} if target else {}),
        "securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}},
    }
    body = {"spec": {"ephemeralContainers": [container]}}
    view = yield Submit((Patch(ref=ref_of(pod), body=body, subresource="ephemeralcontainers"),))
    return (yield from _attach(view, args, ref_of(pod), name))


def _debug_node(view: View, args: Args, node: Node) -> Run:
    """A pod that has the node's network, processes and files."""
    pod_name = f"node-debugger-{node.metadata.name}-{_suffix(view, node.metadata.name)}"
    name = args.flags.get("container") or "debugger"
    if not args.on("quiet"):
        where = f"on node {node.metadata.name}"
        view = yield Say(f"Creating debugging pod {pod_name} with container {name} {where}.")
    container = {**_container(args, name), "volumeMounts": [{"name": "host-root", "mountPath": "/host"}]}
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": pod_name, "namespace": args.namespace, "labels": {"app.kubernetes.io/managed-by": "kubectl-debug"},
        },
        "spec": {
            "containers": [container], "hostIPC": True, "hostNetwork": True, "hostPID": True,
            "nodeName": node.metadata.name, "restartPolicy": "Never", "tolerations": [{"operator": "Exists"}],
            "volumes": [{"name": "host-root", "hostPath": {"path": "/"}}],
        },
    }  # fmt: skip
    pod = from_manifest(manifest)
    view = yield Submit((Create(pod),))
    return (yield from _attach(view, args, ref_of(pod), name))


def _debug_copy(view: View, args: Args, pod: Pod) -> Run:
    copy, name = _copied(view, args, pod)
    if not args.flags.get("container") and args.flags.get("image") and not args.on("quiet"):
        view = yield Say(f"Defaulting debug container name to {name}.")
    obj = from_manifest(copy)
    if args.on("replace"):
        view = yield Submit((Delete(ref=ref_of(pod)),))
    view = yield Submit((Create(obj),))
    return (yield from _attach(view, args, ref_of(obj), name))


def _copied(view: View, args: Args, pod: Pod) -> tuple[Mapping[str, Any], str]:
    """The manifest of the copy, and the container that was added or changed in it."""
    manifest = to_manifest(pod)
    meta, spec = manifest["metadata"], dict(manifest["spec"])
    kept = {key: meta[key] for key in ("labels", "annotations") if args.on(f"keep-{key}") and key in meta}
    spec.pop("ephemeralContainers", None)
    if not args.on("same-node"):
        spec.pop("nodeName", None)
    if not args.on("keep-init-containers"):
        spec.pop("initContainers", None)
    if args.on("share-processes"):
        spec["shareProcessNamespace"] = True
    images = dict(each.split("=", 1) for each in args.listed("set-image") if "=" in each)
    dropped = [probe for flag, probe in _PROBES.items() if not args.on(flag)]
    containers = [
        {
            **{key: value for key, value in each.items() if key not in dropped},
            "image": images.get(each["name"], images.get("*", each.get("image"))),
        }
        for each in spec["containers"]
    ]
    name = args.flags.get("container") or f"debugger-{_suffix(view, pod.metadata.name)}"
    changed = next((each for each in containers if each["name"] == name), None)
    if changed is not None:
        if args.rest and not args.on("arguments-only"):
            changed.pop("args", None)
        changed |= {key: value for key, value in _container(args, name).items() if value}
    elif args.flags.get("image"):
        containers.append(_container(args, name))
    else:
        name = containers[0]["name"]
        if args.rest:
            raise UsageError("you must specify an existing container or a new image when specifying args.")
    spec["containers"] = containers
    metadata = {"name": args.flags["copy-to"], "namespace": pod.metadata.namespace, **kept}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, name


def _attach(view: View, args: Args, ref: Ref, name: str) -> Generator[Step, View, int]:
    if args.flags.get("attach", args.flags.get("stdin", "")) != "true":
        return 0
    view, pod, runs = yield from await_container(view, ref, name, args)
    container = _named(pod, name)
    if not runs:
        yield from printed(view, pod, container)
        return 0
    how = Attachment(container=container, stdin=args.on("stdin"), quiet=args.on("quiet"), jumps=bool(args.rest))
    yield from attached(view, pod, how)
    return 0


def _named(pod: Pod, name: str) -> Container:
    return next(each for each in containers_of(pod) if each.name == name)
