"""A service's keys that describe its pod: names and addresses, namespaces of the host, how long it may take to stop."""

import re
from typing import Any

from k9lite.migrating.report import Report, dns_label
from k9lite.migrating.values import At


def pod_settings(service: At, report: Report) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if (host := service.get("hostname")) is not None:
        made["hostname"] = report.name(host, host.text().partition(".")[0])
        report.became(host, "the pod's hostname; all replicas have the same")
    if (domain := service.get("domainname")) is not None:
        made["subdomain"] = dns_label(domain.text())
        report.became(domain, "the pod's subdomain")
    if (grace := service.get("stop_grace_period")) is not None:
        made["terminationGracePeriodSeconds"] = grace.seconds()
        report.became(grace, f"terminationGracePeriodSeconds {grace.seconds()}")
    if (hosts := service.get("extra_hosts")) is not None:
        made |= _host_aliases(hosts, report)
    made |= _dns(service, report)
    for key, field in (("pid", "hostPID"), ("ipc", "hostIPC"), ("network_mode", "hostNetwork")):
        if (at := service.get(key)) is None:
            continue
        if at.text() == "host":
            made[field] = True
            report.became(at, field)
        elif at.text() not in ("bridge", "default", "private", "shareable"):
            report.dropped(at, "a pod is its own, or its node's; containers that share one are in one pod")
        else:
            report.became(at, "what a pod has anyway")
    if (groups := service.get("group_add")) is not None:
        numbers = [int(each) for each in groups.texts() if each.isdecimal()]
        if len(numbers) == len(groups.texts()):
            made["securityContext"] = {"supplementalGroups": numbers}
            report.became(groups, "securityContext.supplementalGroups")
        else:
            report.dropped(groups, "Kubernetes knows groups by number only")
    return made


def _host_aliases(hosts: At, report: Report) -> dict[str, Any]:
    """``name=address`` or ``name:address``; an address may be in brackets."""
    aliases: dict[str, list[str]] = {}
    entries: list[tuple[At, str, str]] = []
    if hosts.is_list:
        for at in hosts.items():
            match = re.fullmatch(r"([^:=]+)[:=](.+)", at.text())
            if match is None:
                raise at.mistake(f'"{at.text()}" is not NAME=ADDRESS')
            entries.append((at, match[1], match[2]))
    else:
        entries = [(at, name, each) for name, at in hosts.mapping().items() for each in at.texts()]
    for at, name, address in entries:
        if "gateway" in address:
            report.dropped(at, "a pod does not know its node as host-gateway; see status.hostIP")
            continue
        aliases.setdefault(address.strip("[]"), []).append(name)
        report.became(at, "an entry of hostAliases")
    return {"hostAliases": [{"ip": ip, "hostnames": names} for ip, names in aliases.items()]} if aliases else {}


def _dns(service: At, report: Report) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for key, field in (("dns", "nameservers"), ("dns_search", "searches")):
        if (at := service.get(key)) is not None:
            config[field] = at.texts()
            report.became(at, f"dnsConfig.{field}, besides the cluster's own")
    return {"dnsConfig": config} if config else {}
