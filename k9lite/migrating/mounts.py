"""``volumes``, ``tmpfs``, ``shm_size``, ``configs`` and ``secrets`` of a service -> volumes, mounts and new objects.

A named volume becomes a claim; a file or a folder of small texts of this machine becomes a ConfigMap, for nothing
else of it is in the cluster; what has no name becomes a claim of its own, as in Kompose.
"""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from k9lite.migrating.report import Report, dns_label
from k9lite.migrating.values import At

_TEXT_BYTES = 256 * 1024
_MOST_FILES = 50
_CLAIM_SIZE = "100Mi"
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]")


@define
class Mounts:
    """What one service mounts; ``claims`` are the claims it needs, ``objects`` the new ConfigMaps."""

    folder: Path
    name: str
    report: Report
    volumes: dict[str, dict[str, Any]] = field(factory=dict)
    mounts: list[dict[str, Any]] = field(factory=list)
    claims: list[str] = field(factory=list)
    objects: list[dict[str, Any]] = field(factory=list)

    def add(self, volume: str, source: dict[str, Any], path: str, **mount: Any) -> None:
        self.volumes.setdefault(volume, source)
        if not any(each["mountPath"] == path for each in self.mounts):
            self.mounts.append({"name": volume, "mountPath": path, **mount})

    def claim(self, name: str, path: str, **mount: Any) -> None:
        if name not in self.claims:
            self.claims.append(name)
        self.add(name, {"persistentVolumeClaim": {"claimName": name}}, path, **mount)


def mount_all(service: At, mounts: Mounts, project: At, claim_names: Mapping[str, str]) -> None:
    """``claim_names``: named volume -> its claim."""
    for at in given.items() if (given := service.get("volumes")) is not None else ():
        kind, source, target, options = _long(at) if at.is_mapping else _short(at)
        _mount(at, kind, source, target, options, mounts, claim_names)
    if (memory := service.get("tmpfs")) is not None:
        for text in memory.texts():
            path, _, asked = text.partition(":")
            size = re.search(r"size=(\w+)", asked)
            _in_memory(memory, path, At(size[1], memory.path, memory.source).memory() if size else "", mounts)
    if (shared := service.get("shm_size")) is not None:
        _in_memory(shared, "/dev/shm", shared.memory(), mounts)
    for key in ("configs", "secrets"):
        for at in given.items() if (given := service.get(key)) is not None else ():
            _grant(at, key, mounts, project)


def _short(at: At) -> tuple[str, str, str, dict[str, At]]:
    """``[SOURCE:]TARGET[:MODE]``."""
    text = at.text()
    if _WINDOWS.match(text):
        head, rest = text[:2], text[2:].split(":")
        parts = [head + rest[0], *rest[1:]]
    else:
        parts = text.split(":")
    if len(parts) > 3 or not all(parts):
        raise at.mistake(f'"{text}" is no volume: write [SOURCE:]TARGET[:MODE]')
    options = {}
    if len(parts) == 3 and "ro" in parts[2].split(","):
        options["read_only"] = At("true", at.path, at.source)
    if len(parts) == 1:
        return "volume", "", parts[0], options
    is_path = parts[0].startswith((".", "/", "~")) or bool(_WINDOWS.match(parts[0]))
    return "bind" if is_path else "volume", parts[0], parts[1], options


def _long(at: At) -> tuple[str, str, str, dict[str, At]]:
    kind, source, target = (at.get(key) for key in ("type", "source", "target"))
    if target is None:
        raise at.mistake("needs target")
    return kind.text() if kind else "volume", source.text() if source else "", target.text(), at.mapping()


def _mount(
    at: At, kind: str, source: str, target: str, options: dict[str, At], mounts: Mounts, claims: Mapping[str, str]
) -> None:
    mode = {"readOnly": True} if "read_only" in options and options["read_only"].boolean() else {}
    if not target.startswith("/"):
        raise at.mistake(f'"{target}" is no absolute path in the container')
    match kind:
        case "volume" if not source:
            name = f"{mounts.name}-claim{sum(each.startswith(f'{mounts.name}-claim') for each in mounts.claims)}"
            mounts.claim(name, target, **mode)
            mounts.report.became(at, f"persistentvolumeclaim/{name}: what has no name is kept by one of its own")
        case "volume":
            if source not in claims:
                raise at.mistake(f'refers to undefined volume {source}: name it under "volumes"')
            sub = options["volume"].get("subpath") if "volume" in options else None
            mounts.claim(claims[source], target, **mode, **({"subPath": sub.text()} if sub else {}))
            mounts.report.became(at, f"a mount of persistentvolumeclaim/{claims[source]}")
        case "bind":
            _bind(at, source, target, mounts)
        case "tmpfs":
            size = options["tmpfs"].get("size") if "tmpfs" in options else None
            _in_memory(at, target, size.memory() if size else "", mounts)
        case _:
            mounts.report.dropped(at, f'mounts of type "{kind}" are the host\'s own')


def _in_memory(at: At, path: str, size: str, mounts: Mounts) -> None:
    name = dns_label(f"tmpfs-{path}")
    mounts.add(name, {"emptyDir": {"medium": "Memory", **({"sizeLimit": size} if size else {})}}, path)
    mounts.report.became(at, f"an emptyDir in memory at {path}" + (f", at most {size}" if size else ""))


def _bind(at: At, source: str, target: str, mounts: Mounts) -> None:
    path = mounts.folder / Path(source).expanduser()
    if "docker.sock" in source:
        mounts.report.dropped(at, "there is no Docker on the nodes to talk to")
        return
    files, why = _texts(path)
    if why:
        mounts.report.dropped(at, why)
        return
    if path.is_file():
        name = config_map(mounts, path.name, {dns_key(path.name): files[path.name]})
        mounts.add(name, {"configMap": {"name": name}}, target, subPath=dns_key(path.name))
    else:
        name = config_map(mounts, path.resolve().name, {dns_key(key): text for key, text in files.items()})
        mounts.add(name, {"configMap": {"name": name}}, target)
    mounts.report.became(at, f"configmap/{name}: a copy, what changes in {source} is not seen; read-only")


def _texts(path: Path) -> tuple[dict[str, str], str]:
    """(name -> text, why not)."""
    if not path.exists():
        return {}, f"{path} does not exist; Docker would make an empty folder"
    if not path.is_file() and not path.is_dir():
        return {}, f"{path} is no file and no folder"
    try:
        inside = [path] if path.is_file() else sorted(path.iterdir())
        if any(not each.is_file() for each in inside) or len(inside) > _MOST_FILES:
            return {}, "folders of this machine are not in the cluster: put it into the image or into a volume"
        if not inside:
            return {}, "an empty folder of this machine: nothing to carry over"
        if sum(each.stat().st_size for each in inside) > _TEXT_BYTES:
            return {}, "too large for a ConfigMap: put it into the image or into a volume"
        return {each.name: each.read_text(encoding="utf-8") for each in inside}, ""
    except UnicodeDecodeError:
        return {}, "no text, which is all a ConfigMap holds here: put it into the image or into a volume"
    except OSError as error:
        return {}, f"{error.filename} cannot be read ({error.strerror})"


def dns_key(name: str) -> str:
    """A key of a ConfigMap."""
    return re.sub(r"[^-._a-zA-Z0-9]", "-", name)


def config_map(mounts: Mounts, suffix: str, data: dict[str, str]) -> str:
    """Adds it; the same name with other data gets a number."""
    name, number = dns_label(f"{mounts.name}-{suffix}"), 1
    while any(each["metadata"]["name"] == name and each["data"] != data for each in mounts.objects):
        number += 1
        name = dns_label(f"{mounts.name}-{suffix}-{number}")
    if not any(each["metadata"]["name"] == name for each in mounts.objects):
        mounts.objects.append(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}
        )
    return name


def _grant(at: At, key: str, mounts: Mounts, project: At) -> None:
    """A config or secret, mounted as one file."""
    source = at.get("source") if at.is_mapping else at
    if source is None:
        raise at.mistake("needs source")
    defined = project.get(key)
    if defined is None or source.text() not in defined.mapping():
        raise at.mistake(f'refers to undefined {key[:-1]} {source.text()}: name it under "{key}"')
    name = dns_label(source.text())
    target = at.get("target") if at.is_mapping else None
    mode = at.get("mode") if at.is_mapping else None
    inside = f"/run/secrets/{source.text()}" if key == "secrets" else f"/{source.text()}"
    path = target.text() if target else inside
    path = path if path.startswith("/") else f"/run/secrets/{path}" if key == "secrets" else f"/{path}"
    named = {"secretName": name} if key == "secrets" else {"name": name}
    modes = {"defaultMode": mode.octal()} if mode else {}
    kind = "secret" if key == "secrets" else "configMap"
    volume = dns_label(f"{key[:-1]}-{name}")
    mounts.add(volume, {kind: {**named, **modes}}, path, subPath=dns_key(source.text()), readOnly=True)
    mounts.report.became(at, f"a file of {kind.lower()}/{name} at {path}")


def defined_objects(
    project: At, key: str, folder: Path, environment: Mapping[str, str], report: Report
) -> list[dict[str, Any]]:
    """The ConfigMaps or Secrets of the file's own ``configs`` and ``secrets``."""
    made = []
    for word, at in given.mapping().items() if (given := project.get(key)) is not None else ():
        kind = "Secret" if key == "secrets" else "ConfigMap"
        name = report.name(at, word)
        if (outside := at.get("external")) is not None and (outside.is_mapping or outside.boolean()):
            report.dropped(at, f"external: {kind.lower()}/{name} with the key {dns_key(word)} has to be there")
            continue
        data = _content(at, folder, environment)
        if kind == "Secret":
            text = base64.b64encode(data).decode()
            body: dict[str, Any] = {"type": "Opaque", "data": {dns_key(word): text}}
        else:
            try:
                body = {"data": {dns_key(word): data.decode()}}
            except UnicodeDecodeError:
                body = {"binaryData": {dns_key(word): base64.b64encode(data).decode()}}
        made.append({"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **body})
        report.became(at, f"{kind.lower()}/{name}")
    return made


def _content(at: At, folder: Path, environment: Mapping[str, str]) -> bytes:
    file, content, variable = (at.get(key) for key in ("file", "content", "environment"))
    if file is not None:
        path = folder / file.text()
        try:
            return path.read_bytes()
        except OSError as error:
            raise file.mistake(f"{path} cannot be read ({error.strerror})") from None
    if content is not None:
        return content.text().encode()
    if variable is not None:
        if variable.text() not in environment:
            raise variable.mistake(f'the variable "{variable.text()}" is not set')
        return environment[variable.text()].encode()
    raise at.mistake("needs file, environment, content or external")


def claims(project: At, report: Report) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
    """Named volume -> its claim; claim -> its spec, but for those that have to be there already."""
    names: dict[str, str] = {}
    specs: dict[str, dict[str, Any]] = {}
    for word, at in given.mapping().items() if (given := project.get("volumes")) is not None else ():
        wanted = at.get("name")
        names[word] = name = report.name(at, wanted.text() if wanted else word)
        if (outside := at.get("external")) is not None and (outside.is_mapping or outside.boolean()):
            report.dropped(at, f"external: persistentvolumeclaim/{name} has to be there")
            continue
        labels = at.get("labels")
        sizes = labels.mapping() if labels is not None and labels.is_mapping else {}
        size, storage_class = sizes.get("kompose.volume.size"), sizes.get("kompose.volume.storage-class-name")
        specs[name] = claim_spec(size.text() if size else _CLAIM_SIZE)
        if storage_class is not None:
            specs[name]["storageClassName"] = storage_class.text()
        report.became(at, f"persistentvolumeclaim/{name} of {size.text() if size else _CLAIM_SIZE}")
        for key in ("driver", "driver_opts"):
            if (each := at.get(key)) is not None and each.value not in ("local", {}):
                report.dropped(each, "a StorageClass says how volumes are made")
    return names, specs


def claim_spec(size: str = _CLAIM_SIZE) -> dict[str, Any]:
    return {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
