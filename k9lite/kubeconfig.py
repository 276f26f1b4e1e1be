"""The kubeconfig of one session: its cluster, who speaks to it, and the namespace that lines without ``-n`` mean.

Beside the session's log (``NAME.kubeconfig``) once it was changed; a session that is kept nowhere keeps it in
memory. The kubeconfig of the operator's real clusters is never read or written.
"""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import define

from engine.errors import UsageError
from engine.kinds import Node, dump_yaml
from engine.store.state import State

USER = "kubernetes-admin"
_PORT = 6443
_SECRET = base64.b64encode(b"nobody checks this here\n").decode()


@define
class Kubeconfig:
    """``path`` None keeps it in memory. ``changed`` is None as long as nobody has changed it."""

    path: Path | None = None
    changed: Mapping[str, Any] | None = None

    def load(self, cluster: str, state: State) -> Mapping[str, Any]:
        """As it was left, or as it is at first. Raises UsageError for a file that is no kubeconfig."""
        if self.changed is None and self.path is not None and self.path.exists():
            self.changed = _read(self.path)
        return first_config(cluster, state) if self.changed is None else self.changed

    def save(self, config: Mapping[str, Any]) -> None:
        """Raises UsageError where it cannot be written."""
        self.changed = config
        if self.path is not None:
            try:
                self.path.write_text(dump_yaml(config))
            except OSError as error:
                raise UsageError(f"{self.path} cannot be written: {(error.strerror or '').lower()}") from None

    def namespace(self, cluster: str, state: State) -> str:
        return namespace_of(self.load(cluster, state))


def _read(path: Path) -> Mapping[str, Any]:
    import yaml  # few sessions have one

    try:
        found = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(found.get(key), list) for key in _LISTS):
        raise UsageError(f"{path} is no kubeconfig: remove it, and it is made anew")
    return found


_LISTS = ("clusters", "contexts", "users")


def server_of(state: State) -> str:
    """Where the API server would be reached: on the control plane's node."""
    for node in state.all(Node):
        if "node-role.kubernetes.io/control-plane" in node.metadata.labels and node.internal_ip:
            return f"https://{node.internal_ip}:{_PORT}"
    return f"https://127.0.0.1:{_PORT}"


def first_config(cluster: str, state: State) -> dict[str, Any]:
    """One cluster, one user, one context, as kubeadm leaves them."""
    context = f"{USER}@{cluster}"
    return {
        "apiVersion": "v1",
        "clusters": [
            {"name": cluster, "cluster": {"certificate-authority-data": _SECRET, "server": server_of(state)}}
        ],
        "contexts": [{"name": context, "context": {"cluster": cluster, "user": USER}}],
        "current-context": context,
        "kind": "Config",
        "users": [{"name": USER, "user": {"client-certificate-data": _SECRET, "client-key-data": _SECRET}}],
    }


def context_named(config: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    return next((each["context"] for each in config["contexts"] if each["name"] == name), None)


def user_named(config: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    return next((each.get("user") or {} for each in config["users"] if each["name"] == name), None)


def is_the_operators(user: Mapping[str, Any]) -> bool:
    """Whether it shows the certificate that the cluster began with."""
    return user.get("client-certificate-data") == _SECRET


def namespace_of(config: Mapping[str, Any]) -> str:
    """That of the current context."""
    found = context_named(config, config.get("current-context", ""))
    return str(found.get("namespace") or "default") if found is not None else "default"


def redacted(value: Any) -> Any:
    """Without what nobody should read over a shoulder."""
    if isinstance(value, Mapping):
        return {key: _OMITTED.get(key, redacted(each)) for key, each in value.items()}
    return [redacted(each) for each in value] if isinstance(value, list) else value


_OMITTED = {
    "certificate-authority-data": "DATA+OMITTED", "client-certificate-data": "DATA+OMITTED",
    "client-key-data": "DATA+OMITTED", "token": "REDACTED", "password": "REDACTED",
}  # fmt: skip
