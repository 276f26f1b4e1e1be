"""cp: files between this machine and a container. Follows kubectl's ``cmd/cp``, without its tar."""

import posixpath
from collections.abc import Sequence

from attrs import frozen

from engine.errors import UsageError
from k9lite.containers import container_meant, pod_meant
from k9lite.containers.files import below, files_of, writing
from k9lite.files.local import EVERYTHING
from k9lite.verb import Args, Option, Run, Save, Say, Submit, Verb, View


@frozen
class _Spec:
    """``pod`` "" is a file of this machine."""

    pod: str
    namespace: str
    path: str


def run(view: View, args: Args) -> Run:
    if len(args.words) != 2:
        raise UsageError("source and destination are required")
    source, target = (_spec(word, args.namespace) for word in args.words)
    if source.pod and target.pod:
        raise UsageError("one of src or dest must be a local file specification")
    if not source.path or not target.path:
        raise UsageError("filepath can not be empty")
    if source.pod:
        return (yield from _from_pod(view, args, source, target.path))
    if target.pod:
        return (yield from _to_pod(view, args, source.path, target))
    raise UsageError("one of src or dest must be a remote file specification")


def reads(args: Args) -> Sequence[str]:
    if len(args.words) != 2 or ":" in args.words[0] or ":" not in args.words[1]:
        return ()
    return [f"{args.words[0].rstrip('/')}{EVERYTHING}"]


CP = Verb(
    name="cp",
    summary="Copy files and directories to and from containers",
    usage="cp <file-spec-src> <file-spec-dest>",
    run=run,
    options=(
        Option(name="container", short="c", value="string", summary="This container; the first one without"),
        Option(name="no-preserve", summary="Taken and not used: owners and rights are not modelled"),
        Option(name="retries", value="int", default="0", summary="Taken and not used: nothing breaks off"),
    ),
    reads=reads,
)


def _spec(word: str, namespace: str) -> _Spec:
    """``[[namespace/]pod:]path``."""
    pod, colon, path = word.partition(":")
    if not colon:
        return _Spec("", "", word)
    parts = pod.split("/")
    if not pod or len(parts) > 2:
        raise UsageError("filespec must match the canonical format: [[namespace/]pod:]file/path")
    return _Spec(parts[-1], parts[0] if len(parts) > 1 else namespace, path)


def _from_pod(view: View, args: Args, source: _Spec, target: str) -> Run:
    pod = pod_meant(view.state, source.pod, source.namespace)
    container, remark = container_meant(pod, args.flags.get("container", ""))
    if remark:
        yield Say(remark, error=True)
    found = below(files_of(view, pod, container), source.path)
    if found is None:
        yield Say(f"tar: {source.path}: Cannot stat: No such file or directory", error=True)
        yield Say("tar: Exiting with failure status due to previous errors", error=True)
        yield Say("command terminated with exit code 2", error=True)
        return 2
    if source.path.startswith("/"):
        yield Say("tar: Removing leading `/' from member names")
    for name, text in found.items():
        yield Save(f"{target.rstrip('/')}/{name}" if name else target, text.encode())
    return 0


def _to_pod(view: View, args: Args, source: str, target: _Spec) -> Run:
    found = next(iter(args.read.values()), {})
    if not found:
        raise UsageError(f"{source} doesn't exist in local filesystem")
    pod = pod_meant(view.state, target.pod, target.namespace)
    container, remark = container_meant(pod, args.flags.get("container", ""))
    if remark:
        view = yield Say(remark, error=True)
    files, where = files_of(view, pod, container), target.path
    base = posixpath.basename(source.rstrip("/"))
    start = posixpath.normpath(where if where.startswith("/") else posixpath.join(container.working_dir or "/", where))
    if files.is_dir(start) or where.endswith("/"):
        start = posixpath.join(start, base)
    for name, content in found.items():
        path = posixpath.join(start, name) if name else start
        view = yield Submit((writing(pod, container, path, content),))
        *_, done = view.server.execs_of(pod.metadata.uid)
        if done.exit_code:
            yield Say(done.stderr.rstrip("\n"), error=True)
            yield Say(f"command terminated with exit code {done.exit_code}", error=True)
            return done.exit_code
    return 0
