"""Pods on nodes (kubelet): lifecycle, probes, back-off, images, usage, logs and exec of simulated containers.

Heartbeats, usage and container output are not commits: they follow from the recorded objects and the time.
"""
