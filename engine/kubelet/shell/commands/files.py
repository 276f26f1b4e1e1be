"""cat, touch, mkdir, rm, cp, mv and their like: what reads and changes files."""

import base64
import fnmatch
import hashlib
import posixpath
from collections.abc import Mapping
from types import MappingProxyType

from engine.bulk import size_of
from engine.kubelet.files import FileProblem
from engine.kubelet.shell import interpreter
from engine.kubelet.shell.commands.coreutils import source_of
from engine.kubelet.shell.commands.listing import human
from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import options


def cat(call: Call) -> int:
    given = options(call, "n e t u v A")
    sources = source_of(call, given.rest)
    number = 0
    for _, source in sources:
        if "n" not in given:
            call.out(source.rest())
            continue
        for line in source.rest().splitlines(keepends=True):
            number += 1
            call.out(f"{number:6}\t{line}")
    return 0 if len(sources) == max(1, len(given.rest)) else 1


def touch(call: Call) -> int:
    given = options(call, "c a m", "d t r")
    for name in given.rest:
        path = call.shell.path(name)
        files = call.machine.files
        if files.is_dir(path) or ("c" in given and not files.is_file(path)):
            continue
        try:
            files.write(path, "", call.machine.now, append=True)
        except FileProblem as problem:
            return call.fail(f"{name}: {problem}")
    return 0 if given.rest else call.fail("missing operand")


def mkdir(call: Call) -> int:
    given = options(call, "p v", "m")
    status = 0
    for name in given.rest:
        try:
            call.machine.files.make_dir(call.shell.path(name), call.machine.now, parents="p" in given)
        except FileProblem as problem:
            status = call.fail(f"can't create directory '{name}': {problem}")
    return status if given.rest else call.fail("missing operand")


def rmdir(call: Call) -> int:
    status = 0
    for name in options(call, "p").rest:
        path = call.shell.path(name)
        if call.machine.files.is_dir(path) and call.machine.files.listing(path):
            status = call.fail(f"'{name}': Directory not empty")
            continue
        try:
            call.machine.files.remove(path, call.machine.now)
        except FileProblem as problem:
            status = call.fail(f"'{name}': {problem}")
    return status


def rm(call: Call) -> int:
    given = options(call, "r R f i v")
    status = 0
    for name in given.rest:
        path = call.shell.path(name)
        if path == "/":
            status = call.fail("it is dangerous to operate recursively on '/'")
        elif call.machine.files.is_dir(path) and "r R recursive" not in given:
            status = call.fail(f"'{name}' is a directory")
        elif call.machine.files.exists(path) or "f" not in given:
            try:
                call.machine.files.remove(path, call.machine.now)
            except FileProblem as problem:
                status = call.fail(f"can't remove '{name}': {problem}")
    return status if given.rest or "f" in given else call.fail("missing operand")


def cp(call: Call) -> int:
    given = options(call, "r R a f p v L d u")
    return _carry(call, given.rest, recursive="r R a recursive" in given, keep=True)


def mv(call: Call) -> int:
    given = options(call, "f i n v")
    return _carry(call, given.rest, recursive=True, keep=False)


def _carry(call: Call, names: tuple[str, ...], *, recursive: bool, keep: bool) -> int:
    if len(names) < 2:
        return call.fail("missing file operand")
    files, target = call.machine.files, call.shell.path(names[-1])
    if len(names) > 2 and not files.is_dir(target):
        return call.fail(f"target '{names[-1]}' is not a directory")
    status = 0
    for name in names[:-1]:
        source = call.shell.path(name)
        if not files.exists(source):
            verb = "stat" if keep else "rename"
            status = call.fail(f"can't {verb} '{name}': No such file or directory")
        elif files.is_dir(source) and not recursive:
            status = call.fail(f"omitting directory '{name}'")
        else:
            goal = posixpath.join(target, posixpath.basename(source)) if files.is_dir(target) else target
            status = _copy(call, source, goal, name, keep=keep) or status
    return status


def _copy(call: Call, source: str, goal: str, name: str, *, keep: bool) -> int:
    files, now = call.machine.files, call.machine.now
    if goal == source or goal.startswith(f"{source}/"):
        return call.fail(f"'{name}' and '{goal}' are the same file")
    try:
        for path in list(files.walk(source)):
            copy = goal + path[len(source) :]
            call.machine.step()
            if files.is_dir(path):
                files.make_dir(copy, now, parents=True)
            else:
                files.write(copy, files.read(path), now)
        if not keep:
            files.remove(source, now)
    except FileProblem as problem:
        return call.fail(f"can't create '{goal}': {problem}")
    return 0


def ln(call: Call) -> int:
    """A link is a copy here: files have one name each."""
    names = options(call, "s f n v").rest
    if len(names) != 2:
        return call.fail("missing operand")
    source = posixpath.join(posixpath.dirname(call.shell.path(names[1])), names[0])
    if not call.machine.files.exists(source):
        return call.fail(f"{names[1]}: dangling links are not kept in this cluster")
    return _copy(call, source, call.shell.path(names[1]), names[0], keep=True)


def chmod(call: Call) -> int:
    """Remembers ``+x`` while the line runs; modes are not recorded."""
    rest = [arg for arg in call.args if not (arg.startswith("-") and arg[1:2].isupper())]
    for name in rest[1:]:
        path = call.shell.path(name)
        if not call.machine.files.exists(path):
            return call.fail(f"{name}: No such file or directory")
        call.machine.executables.add(path)
    return 0 if len(rest) > 1 else call.fail("missing operand")


def chown(call: Call) -> int:
    for name in [arg for arg in call.args if not arg.startswith("-")][1:]:
        if not call.machine.files.exists(call.shell.path(name)):
            return call.fail(f"{name}: No such file or directory")
    return 0


def realpath(call: Call) -> int:
    for name in options(call, "f e m n").rest:
        call.out(f"{call.shell.path(name)}\n")
    return 0


def stat(call: Call) -> int:
    files = call.machine.files
    for name in options(call, "L f t", "c").rest:
        path = call.shell.path(name)
        if not files.exists(path):
            return call.fail(f"cannot stat '{name}': No such file or directory")
        size = 4096 if files.is_dir(path) else size_of(files.read(path))
        kind = "directory" if files.is_dir(path) else "regular file"
        call.out(f"  File: {name}\n  Size: {size}\tBlocks: {-(-size // 4096) * 8}\tIO Block: 4096   {kind}\n")
    return 0


def du(call: Call) -> int:
    given = options(call, "s h k a c", "d")
    files = call.machine.files
    for name in given.rest or (".",):
        path = call.shell.path(name)
        if not files.exists(path):
            return call.fail(f"{name}: No such file or directory")
        sizes = (size_of(files.read(inner)) if files.is_file(inner) else 4096 for inner in files.walk(path))
        blocks = sum(-(-size // 4096) * 4 for size in sizes)
        call.out(f"{human(blocks * 1024)}\t{name}\n" if "h" in given else f"{blocks}\t{name}\n")
    return 0


def find(call: Call) -> int:
    """``find [path...]`` with -name, -iname, -type, -maxdepth, -delete, -exec ... ;"""
    args = list(call.args)
    roots: list[str] = []
    while args and not args[0].startswith(("-", "!", "(")):
        roots.append(args.pop(0))
    tests = dict(zip(args[::2], args[1::2], strict=False)) if "-exec" not in args else _tests(args)
    files, status = call.machine.files, 0
    depth = int(tests["-maxdepth"]) if tests.get("-maxdepth", "").isdigit() else 99
    for root in roots or ["."]:
        top = call.shell.path(root)
        if not files.exists(top):
            status = call.fail(f"{root}: No such file or directory")
            continue
        for path in list(files.walk(top)):
            call.machine.step()
            inner = path[len(top) :].strip("/")
            if (inner.count("/") + 1 if inner else 0) <= depth and _accepted(call, path, tests):
                _found(call, args, path, posixpath.join(root, inner) if inner else root)
    return status


def _tests(args: list[str]) -> dict[str, str]:
    before = args[: args.index("-exec")]
    return dict(zip(before[::2], before[1::2], strict=False))


def _accepted(call: Call, path: str, tests: Mapping[str, str]) -> bool:
    name = posixpath.basename(path) or "/"
    if "-name" in tests and not fnmatch.fnmatchcase(name, tests["-name"]):
        return False
    if "-iname" in tests and not fnmatch.fnmatchcase(name.lower(), tests["-iname"].lower()):
        return False
    is_dir = call.machine.files.is_dir(path)
    return tests.get("-type", "d" if is_dir else "f") == ("d" if is_dir else "f")


def _found(call: Call, args: list[str], path: str, shown: str) -> None:
    if "-exec" in args:
        words = args[args.index("-exec") + 1 :]
        words = words[: next((at for at, word in enumerate(words) if word in (";", "+")), len(words))]
        interpreter.start(
            tuple(word.replace("{}", shown) for word in words) or ("true",), call.shell, call.streams
        )
    elif "-delete" in args:
        call.machine.files.remove(path, call.machine.now)
    else:
        call.out(f"{shown}\n")


def mktemp(call: Call) -> int:
    given = options(call, "d q u t", "p")
    seed = f"{call.machine.now}{len(call.machine.files.entries)}".encode()
    path = f"/tmp/tmp.{hashlib.sha256(seed).hexdigest()[:6]}"
    if "d" in given:
        call.machine.files.make_dir(path, call.machine.now)
    else:
        call.machine.files.write(path, "", call.machine.now)
    call.out(f"{path}\n")
    return 0


def checksum(call: Call) -> int:
    kind = call.argv[0].rpartition("/")[2].removesuffix("sum")
    for name, source in source_of(call, options(call, "c b t").rest):
        digest = hashlib.new(kind, source.rest().encode(errors="replace"), usedforsecurity=False).hexdigest()
        call.out(f"{digest}  {name}\n")
    return 0


def base64_(call: Call) -> int:
    given = options(call, "d D i", "w")
    text = "".join(source.rest() for _, source in source_of(call, given.rest))
    if "d D decode" in given:
        try:
            call.out(base64.b64decode("".join(text.split()), validate=True).decode(errors="replace"))
        except ValueError:
            return call.fail("truncated input")
        return 0
    width = given.number("w wrap", 76)
    encoded = base64.b64encode(text.encode(errors="replace")).decode()
    if width <= 0:
        call.out(encoded)
        return 0
    call.out("".join(encoded[at : at + width] + "\n" for at in range(0, len(encoded), width)))
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        "cat": cat, "touch": touch, "mkdir": mkdir, "rmdir": rmdir, "rm": rm, "cp": cp, "mv": mv, "ln": ln,
        "chmod": chmod, "chown": chown, "chgrp": chown, "realpath": realpath, "readlink": realpath, "stat": stat,
        "du": du, "find": find, "mktemp": mktemp, "md5sum": checksum, "sha1sum": checksum, "sha256sum": checksum,
        "sha512sum": checksum, "base64": base64_, "less": cat, "more": cat,
    }
)  # fmt: skip
