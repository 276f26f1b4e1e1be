"""The header's figures, from a State: nodes, pods, and what is used of CPU and memory."""

from engine.kubelet.usage import node_usage

from engine.kinds import Node, is_true
from engine.kinds.codec import format_time
from engine.kinds.quantity import cpu_milli, whole
from k9lite.client import Client, recording
from k9lite.widgets.header import Summary


def summarise(client: Client, usage: str) -> Summary:
    """``usage`` is the text of the last sampling, which costs a walk over the nodes and is taken less often."""
    state = client.state
    nodes = list(state.all(Node))
    ready = sum(is_true(node.status.conditions, "Ready") for node in nodes)
    pods, pending = state.count("Pod"), len(state.unscheduled)
    played = recording(client)
    revision = str(state.revision) if played is None else f"{state.revision}/{played.last_revision}"
    return Summary(
        cluster=client.name,
        mode="REPLAY" if played else ("READ-ONLY" if client.read_only else ""),
        time=format_time(client.now).replace("T", " ").rstrip("Z"),
        revision=revision,
        speed=f"▶ {client.speed:g}x" if client.speed else "⏸ paused",
        nodes=f"nodes {ready}/{len(nodes)}",
        pods=f"pods {pods}" + (f" ({pending} unscheduled)" if pending else ""),
        usage=usage,
    )


def usage_text(client: Client) -> str:
    """``cpu 12% mem 30%`` of what the nodes can give."""
    used_cpu = used_memory = room_cpu = room_memory = 0
    for node in client.state.all(Node):
        used = node_usage(client.state, node.metadata.name, client.now)
        used_cpu, used_memory = used_cpu + used.cpu_milli, used_memory + used.memory_bytes
        room_cpu += cpu_milli(node.status.allocatable.get("cpu", "0"))
        room_memory += whole(node.status.allocatable.get("memory", "0"))
    if not room_cpu or not room_memory:
        return ""
    return f"cpu {used_cpu * 100 // room_cpu}%  mem {used_memory * 100 // room_memory}%"
