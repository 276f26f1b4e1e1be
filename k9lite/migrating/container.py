"""A service's keys that describe its container: image, command, environment, resources, security, probes."""

import shlex
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from k9lite.files.manifests import read_file
from k9lite.migrating.dotenv import read_dotenv
from k9lite.migrating.probes import probes
from k9lite.migrating.report import Report, dns_label
from k9lite.migrating.values import At

_PULL_POLICIES = {"always": "Always", "never": "Never", "missing": "IfNotPresent", "if_not_present": "IfNotPresent"}


def container(service: At, name: str, project: str, environment: Mapping[str, str], report: Report) -> dict[str, Any]:
    """Without ports and volumes."""
    made: dict[str, Any] = {"name": name, "image": _image(service, name, project, report)}
    if (policy := service.get("pull_policy")) is not None:
        if policy.text() in _PULL_POLICIES:
            made["imagePullPolicy"] = _PULL_POLICIES[policy.text()]
            report.became(policy, f"imagePullPolicy {made['imagePullPolicy']}")
        else:
            report.dropped(policy, f'Kubernetes pulls always, never or if not present, not "{policy.text()}"')
    for key, field in (("entrypoint", "command"), ("command", "args")):
        if (line := service.get(key)) is not None and (words := _words(line)):
            made[field] = [_escaped(word) for word in words]
            report.became(line, f"the container's {field}")
        elif line is not None:
            report.dropped(line, "an empty one leaves the image its own in Kubernetes")
    if variables := _variables(service, environment, report):
        made["env"] = [{"name": key, "value": _escaped(text)} for key, text in variables.items()]
    if (folder := service.get("working_dir")) is not None:
        made["workingDir"] = folder.text()
        report.became(folder, "workingDir")
    for key, field in (("tty", "tty"), ("stdin_open", "stdin")):
        if (switch := service.get(key)) is not None:
            report.became(switch, f"the container's {field}")
            if switch.boolean():
                made[field] = True
    if resources := _resources(service, report):
        made["resources"] = resources
    if security := _security(service, report):
        made["securityContext"] = security
    if (check := service.get("healthcheck")) is not None:
        made.update(probes(check, report))
    return made


def _image(service: At, name: str, project: str, report: Report) -> str:
    image, build = service.get("image"), service.get("build")
    named = image.text() if image else f"{dns_label(project)}-{name}"
    if build is not None:
        report.dropped(build, f"nothing is built here: the image {named} has to be in a registry before it can be run")
    if image is not None:
        report.became(image, "the container's image")
    elif build is None:
        raise service.mistake("has neither an image nor a build context specified")
    return named


def _words(line: At) -> list[str]:
    """A list as it is; a string as a shell would split it, which it is not given to."""
    if line.is_list:
        return [each.text() for each in line.items()]
    try:
        return shlex.split(line.text())
    except ValueError as error:
        raise line.mistake(f"{error} in {line.text()!r}") from None


def _escaped(text: str) -> str:
    """Kubernetes replaces ``$(NAME)`` in commands and variables; Compose does not."""
    return text.replace("$(", "$$(")


def pairs(at: At) -> dict[str, At]:
    """``{A: b}`` or ``[A=b]``; the value is None for ``A`` alone."""
    if not at.is_list:
        return at.mapping()
    found: dict[str, At] = {}
    for each in at.items():
        key, equals, text = each.text().partition("=")
        found[key] = At(text if equals else None, each.path, each.source)
    return found


def _variables(service: At, environment: Mapping[str, str], report: Report) -> dict[str, str]:
    """What ``environment`` says, but for what comes from files: see ``env_files``."""
    found: dict[str, str] = {}
    given = service.get("environment")
    if given is None:
        return found
    for key, at in pairs(given).items():
        shown = At(None, (*given.path, key), given.source)
        if not key or "=" in key:
            raise at.mistake("a variable needs a name")
        if at.value is not None:
            found[key] = at.text()
            report.became(shown, "a variable of the container")
        elif key in environment:
            found[key] = environment[key]
            report.became(shown, "a variable of the container, with the value it has here")
        else:
            report.dropped(shown, "it has no value here")
    return found


def env_files(
    service: At, name: str, folder: Path, environment: Mapping[str, str], report: Report
) -> list[tuple[str, dict[str, str]]]:
    """(name of the ConfigMap, its data) for each file; a later file's variables win, as envFrom has it."""
    given = service.get("env_file")
    if given is None:
        return []
    made = []
    for at in given.items() if given.is_list else [given]:
        inner = at.mapping().get("path") if at.is_mapping else at
        if inner is None:
            raise at.mistake("needs path")
        needed = at.get("required") if at.is_mapping else None
        path = folder / inner.text()
        if not path.is_file():
            if needed is None or needed.boolean():
                raise at.mistake(f"env file {path} not found")
            report.dropped(at, f"{inner.text()} is not there, and need not be")
            continue
        config = dns_label(f"{name}-{path.name}")
        made.append((config, read_dotenv(read_file(path), str(path), environment)))
        report.became(at, f"configmap/{config}, whose keys are variables of the container")
    return made


def _resources(service: At, report: Report) -> dict[str, Any]:
    resources: dict[str, dict[str, str]] = {}

    def take(at: At | None, side: str, unit: str) -> None:
        if at is None:
            return
        value = at.memory() if unit == "memory" else _cpu(at.number())
        resources.setdefault(side, {})[unit] = value
        report.became(at, f"{side} {unit}: {value}")

    take(service.get("cpus"), "limits", "cpu")
    take(service.get("mem_limit"), "limits", "memory")
    take(service.get("mem_reservation"), "requests", "memory")
    deploy = service.get("deploy")
    given = deploy.get("resources") if deploy else None
    for key, side in (("limits", "limits"), ("reservations", "requests")):
        part = given.get(key) if given else None
        for name, at in part.mapping().items() if part else ():
            if name in ("cpus", "memory"):
                take(at, side, "cpu" if name == "cpus" else "memory")
            elif name == "devices":
                report.dropped(at, "devices are asked for by the names their plugins give them, nvidia.com/gpu")
            else:
                report.dropped(at, "a container has limits of cpu and memory only")
    return resources


def _cpu(cpus: Decimal) -> str:
    milli = round(cpus * 1000)
    return f"{milli}m" if milli % 1000 else str(milli // 1000)


def _security(service: At, report: Report) -> dict[str, Any]:
    security: dict[str, Any] = {}
    for key, field in (("privileged", "privileged"), ("read_only", "readOnlyRootFilesystem")):
        if (at := service.get(key)) is not None:
            report.became(at, f"securityContext.{field}")
            if at.boolean():
                security[field] = True
    for key, field in (("cap_add", "add"), ("cap_drop", "drop")):
        if (at := service.get(key)) is not None:
            security.setdefault("capabilities", {})[field] = [each.removeprefix("CAP_") for each in at.texts()]
            report.became(at, f"securityContext.capabilities.{field}")
    if (user := service.get("user")) is not None:
        owner, _, group = user.text().partition(":")
        if owner.isdecimal() and (group.isdecimal() or not group):
            security["runAsUser"] = int(owner)
            security |= {"runAsGroup": int(group)} if group else {}
            report.became(user, "securityContext.runAsUser" + (" and runAsGroup" if group else ""))
        else:
            report.dropped(user, "Kubernetes knows users by number only")
    for at in options.items() if (options := service.get("security_opt")) is not None else ():
        if at.text() in ("no-new-privileges:true", "no-new-privileges"):
            security["allowPrivilegeEscalation"] = False
            report.became(at, "securityContext.allowPrivilegeEscalation: false")
        else:
            report.dropped(at, "profiles are a node's own; see seccompProfile and appArmorProfile")
    return security
