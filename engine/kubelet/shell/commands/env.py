"""env and printenv: the variables a program started now would see."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell import interpreter
from engine.kubelet.shell.machine import Call, Program


def env(call: Call) -> int:
    variables = call.shell.environment()
    args = list(call.args)
    while args and (args[0].startswith("-") or "=" in args[0]):
        word = args.pop(0)
        if word in ("-i", "-"):
            variables = {}
        elif word == "-u" and args:
            variables.pop(args.pop(0), None)
        elif "=" in word:
            name, _, value = word.partition("=")
            variables[name] = value
    if not args:
        call.out("".join(f"{name}={value}\n" for name, value in variables.items()))
        return 0
    inner = call.shell.fork()
    inner.variables, inner.exported, inner.functions = variables, dict.fromkeys(variables), {}
    return interpreter.start(tuple(args), inner, call.streams)


def printenv(call: Call) -> int:
    variables = call.shell.environment()
    if not call.args:
        call.out("".join(f"{name}={value}\n" for name, value in variables.items()))
        return 0
    for name in call.args:
        if name in variables:
            call.out(f"{variables[name]}\n")
    return 0 if all(name in variables for name in call.args) else 1


COMMANDS: Mapping[str, Program] = MappingProxyType({"env": env, "printenv": printenv})
