"""The whole of a Compose file -> manifests in the order in which they are applied, and what became of each key."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.kinds.frozen import frozen
from k9lite.migrating.compose_file import environment_of, load
from k9lite.migrating.container import container, env_files, pairs
from k9lite.migrating.mounts import Mounts, claim_spec, claims, defined_objects, mount_all
from k9lite.migrating.not_carried import NOT_CARRIED, NOT_CARRIED_DEPLOY
from k9lite.migrating.pod_settings import pod_settings
from k9lite.migrating.ports import Port, container_ports, ports_of, service_ports, service_type
from k9lite.migrating.report import Report, dns_label
from k9lite.migrating.values import At
from k9lite.migrating.workload import SELECTOR, workload

_ANNOTATION = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?", re.ASCII)
_ORDER = ("ConfigMap", "Secret", "PersistentVolumeClaim", "Service")
_READ = frozenset((
    "image", "build", "pull_policy", "entrypoint", "command", "environment", "env_file", "working_dir", "tty",
    "stdin_open", "cpus", "mem_limit", "mem_reservation", "deploy", "privileged", "read_only", "cap_add",
    "cap_drop", "user", "security_opt", "healthcheck", "ports", "expose", "volumes", "tmpfs", "shm_size",
    "configs", "secrets", "restart", "scale", "hostname", "domainname", "stop_grace_period", "extra_hosts",
    "dns", "dns_search", "pid", "ipc", "network_mode", "group_add", "extends", "labels", "profiles",
    "depends_on", "links", "networks", "container_name",
))  # fmt: skip
_READ_DEPLOY = frozenset(("mode", "replicas", "resources", "restart_policy", "labels"))
_READ_AT_TOP = frozenset(("services", "volumes", "configs", "secrets", "networks", "name", "version"))


@frozen
class Migrated:
    """``lines`` say what became of each key."""

    manifests: tuple[dict[str, Any], ...]
    lines: tuple[str, ...]


def migrate(file: Path, shell: Mapping[str, str], profiles: Sequence[str] = ()) -> Migrated:
    """Reads the file and those it names. Raises ManifestError with file and line."""
    report = Report()
    environment = environment_of(file.parent, shell)
    project = load(file, environment, report)
    name = project.get("name")
    return _Project(project, file.parent, name.text() if name else file.resolve().parent.name, environment, report).all(
        profiles
    )


class _Project:
    """One file on its way; local to one ``migrate``."""

    def __init__(self, root: At, folder: Path, name: str, environment: Mapping[str, str], report: Report) -> None:
        self._root, self._folder, self._project = root, folder, name
        self._environment, self._report = environment, report
        self._names: dict[str, str] = {}

    def all(self, profiles: Sequence[str]) -> Migrated:
        services = self._wanted(profiles)
        report, root = self._report, self._root
        for key, at in root.mapping().items():
            self._tell_top(key, at)
        claim_names, specs = claims(root, report)
        made = defined_objects(root, "configs", self._folder, self._environment, report)
        made += defined_objects(root, "secrets", self._folder, self._environment, report)
        self._names = {name: report.name(at, name, letter_first=True) for name, at in services.items()}
        shared = self._shared(services, claim_names)
        for word, at in services.items():
            made += self._service(at, self._names[word], claim_names, specs, shared)
        made += [
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}
            for name, spec in specs.items()
        ]
        made = list({(each["kind"], each["metadata"]["name"]): each for each in reversed(made)}.values())[::-1]
        made.sort(key=lambda each: _ORDER.index(each["kind"]) if each["kind"] in _ORDER else len(_ORDER))
        return Migrated(tuple(made), tuple(report.lines))

    def _wanted(self, profiles: Sequence[str]) -> dict[str, At]:
        services = self._root.mapping()["services"].mapping()
        wanted = {}
        for name, at in services.items():
            own = at.get("profiles")
            if own is not None and not {*own.texts(), "*"} & set(profiles):
                flag = f"--profile {own.texts()[0]}" if own.texts() else "--profile"
                self._report.dropped(own, f"the whole service is left out; {flag} brings it")
                continue
            if own is not None:
                self._report.became(own, "asked for")
            wanted[name] = at
        return wanted

    def _tell_top(self, key: str, at: At) -> None:
        if key.startswith("x-"):
            self._report.dropped(at, "an extension, which only aliases into it make use of")
        elif key == "version":
            self._report.dropped(at, "Compose itself does not look at it any more")
        elif key == "name":
            self._report.became(at, "the project; it names the images that would be built")
        elif key == "networks":
            for each in at.mapping().values():
                self._report.dropped(each, "all pods reach each other; a NetworkPolicy would keep them apart")
        elif key not in _READ_AT_TOP:
            self._report.dropped(at, f'"{key}" has no counterpart here: what it brings has to be migrated by itself')

    def _shared(self, services: Mapping[str, At], claim_names: Mapping[str, str]) -> set[str]:
        """The claims that several services mount."""
        users: dict[str, set[str]] = {}
        for name, at in services.items():
            for each in volumes.items() if (volumes := at.get("volumes")) is not None else ():
                source = each.get("source") if each.is_mapping else None
                word = source.text() if source else "" if each.is_mapping else each.text().partition(":")[0]
                if word in claim_names:
                    users.setdefault(claim_names[word], set()).add(name)
        return {claim for claim, names in users.items() if len(names) > 1}

    def _service(
        self, at: At, name: str, claim_names: Mapping[str, str], specs: dict[str, dict[str, Any]], shared: set[str]
    ) -> list[dict[str, Any]]:
        report = self._report
        main = container(at, name, self._project, self._environment, report)
        ports = ports_of(at, main["image"], report)
        if ports:
            main["ports"] = container_ports(ports)
        mounts = Mounts(self._folder, name, report)
        mount_all(at, mounts, self._root, claim_names)
        for config, data in env_files(at, name, self._folder, self._environment, report):
            mounts.objects.append(
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": config}, "data": data}
            )
            main.setdefault("envFrom", []).append({"configMapRef": {"name": config}})
        for claim in mounts.claims:
            if claim not in claim_names.values():
                specs[claim] = claim_spec()
            elif claim in shared:
                report.became(at, f"shares persistentvolumeclaim/{claim}: ReadWriteOnce keeps them on one node")
        if mounts.mounts:
            main["volumeMounts"] = mounts.mounts
        labels = self._labels(at)
        own_claims = {claim: specs[claim] for claim in mounts.claims if claim in specs and claim not in shared}
        pod_spec: dict[str, Any] = {"containers": [main], **pod_settings(at, report)}
        made = workload(
            at, name=name, pod_spec=pod_spec, annotations=self._annotations(labels), mounts=mounts,
            own_claims=own_claims, labels=labels, serves=bool(ports), report=report,
        )  # fmt: skip
        for claim in mounts.claims:
            if claim in specs and claim not in own_claims and claim not in shared:
                del specs[claim]
        if mounts.volumes:
            pod_spec["volumes"] = [{"name": volume, **source} for volume, source in mounts.volumes.items()]
        self._tell_rest(at)
        return [*mounts.objects, *self._services(at, name, ports, labels), made]

    def _labels(self, at: At) -> dict[str, At]:
        deploy = at.get("deploy")
        found: dict[str, At] = {}
        for holder in (at, deploy):
            if holder is not None and (labels := holder.get("labels")) is not None:
                found |= pairs(labels)
        return found

    def _annotations(self, labels: Mapping[str, At]) -> dict[str, str]:
        """Docker's labels may hold any text, which a label of Kubernetes may not."""
        found = {}
        for key, at in labels.items():
            if key.startswith("kompose."):
                if key not in ("kompose.service.type", "kompose.controller.type"):
                    self._report.dropped(at, f"{key} is not offered here")
            elif _ANNOTATION.fullmatch(key) and len(key) <= 253:
                found[key] = at.text() if at.value is not None else ""
                self._report.became(at, f"the annotation {key}")
            else:
                self._report.dropped(at, f'"{key}" cannot be the name of an annotation')
        return found

    def _services(self, at: At, name: str, ports: list[Port], labels: dict[str, At]) -> list[dict[str, Any]]:
        """Its own Service, and one for each other name it is called by."""
        kind = service_type(at, ports, labels, self._report)
        made = [_service(name, name, kind, service_ports(ports))]
        inner = "None" if kind == "None" else "ClusterIP"
        for source, alias in self._aliases(at):
            if (other := self._report.name(source, alias, letter_first=True)) in self._names.values():
                if other != name:
                    self._report.dropped(source, f'"{other}" is the name of another service')
                continue
            made.append(_service(other, name, inner, service_ports(ports)))
            self._report.became(source, f"service/{other}, another name of {name}")
        for link_at, target, alias in self._links(at):
            if target not in self._names:
                raise link_at.mistake(f'links to "{target}", which is no service of this file')
            if alias == target or dns_label(alias, letter_first=True) in self._names.values():
                self._report.became(link_at, f"nothing: {self._names[target]} is found by its name anyway")
            else:
                other = self._report.name(link_at, alias, letter_first=True)
                found = self._root.mapping()["services"].mapping()[target]
                image = found.get("image")
                theirs = ports_of(found, image.text() if image else "", Report())
                inner = "ClusterIP" if theirs else "None"
                made.append(_service(other, self._names[target], inner, service_ports(theirs)))
                self._report.became(link_at, f"service/{other}, another name of {self._names[target]}")
        return made

    def _aliases(self, at: At) -> list[tuple[At, str]]:
        networks, named = at.get("networks"), at.get("container_name")
        found = [(named, named.text())] if named else []
        for network in networks.mapping().values() if networks is not None and networks.is_mapping else ():
            aliases = network.get("aliases")
            found += [(alias, alias.text()) for alias in (aliases.items() if aliases else ())]
        return found

    def _links(self, at: At) -> list[tuple[At, str, str]]:
        links = at.get("links")
        split = [(each, each.text().partition(":")) for each in (links.items() if links else ())]
        return [(each, target, alias or target) for each, (target, _, alias) in split]

    def _tell_rest(self, at: At) -> None:
        """A line for each key that nothing was made of."""
        for key, each in at.mapping().items():
            if key in NOT_CARRIED:
                self._report.dropped(each, NOT_CARRIED[key])
            elif key.startswith("x-"):
                self._report.dropped(each, "an extension")
            elif key not in _READ:
                self._report.dropped(each, "the Compose specification has no such key")
        for key, each in deploy.mapping().items() if (deploy := at.get("deploy")) is not None else ():
            if key not in _READ_DEPLOY:
                self._report.dropped(each, NOT_CARRIED_DEPLOY.get(key, "the Compose specification has no such key"))
        if (needs := at.get("depends_on")) is not None:
            self._depends_on(needs)
        if (networks := at.get("networks")) is not None:
            self._report.dropped(networks, "all pods reach each other, by the names of their Services")

    def _depends_on(self, needs: At) -> None:
        conditions = {"": "has begun", "service_healthy": "is healthy", "service_completed_successfully": "has ended"}
        wanted = needs.items() if needs.is_list else needs.mapping().values()
        for each in wanted:
            other = each.text() if needs.is_list else each.key
            if other not in self._root.mapping()["services"].mapping():
                raise each.mistake(f'depends on undefined service "{other}"')
        said = []
        for each in wanted:
            condition = each.get("condition") if each.is_mapping else None
            what = conditions.get(condition.text() if condition else "", "has begun")
            said.append(f"{each.text() if needs.is_list else each.key} {what}")
        self._report.dropped(
            needs,
            f"Kubernetes starts all at once; who cannot wait until {', '.join(said)} is restarted until it can, "
            "or waits in an initContainer",
        )


def _service(name: str, selected: str, kind: str, ports: list[dict[str, Any]]) -> dict[str, Any]:
    spec: dict[str, Any] = {"selector": {SELECTOR: selected}}
    spec |= {"clusterIP": "None"} if kind == "None" else {"type": kind}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": {SELECTOR: selected}},
        "spec": {**spec, **({"ports": ports} if ports else {})},
    }
