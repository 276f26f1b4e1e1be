"""Stories as scripts: kubectl lines and the output they must have, word for word.

    $ kubectl label node w4-k8s tier=fast
    node/w4-k8s labeled
    # a comment                 a line of output that would look like one stands behind "| "

    $ wait 30                   lets 30 seconds of cluster time pass
    $ kubectl run a --image=a --dry-run=client -o yaml > a.yaml
    $ cat a.yaml                what is in a file of the story's folder
    $ kubectl run b -it --image=busybox -- sh <<< "hostname"
    $ kubectl get pods -n x     standard error is marked "! ", an exit code that is not 0 is the last line
    ! No resources found in x namespace.

The cluster is seeded and its clock is fixed, so names, addresses and ages are the same in every run. Rewritten
by ``K9LITE_UPDATE_SCRIPTS=1``: read the difference before it is committed.
"""

import os
import re
import shlex
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.files.redirection import split_redirection
from k9lite.kubeconfig import Kubeconfig

UPDATE = os.environ.get("K9LITE_UPDATE_SCRIPTS") == "1"


def check(script: Path, client: Client, folder: Path, after: Callable[[], None] = lambda: None) -> None:
    """Runs the script's lines against ``client``; files it names are in ``folder``. ``after`` follows each line."""
    text = script.read_text()
    actual = played(text, client, folder, after)
    if UPDATE:
        script.write_text(actual)
    assert actual.splitlines() == text.splitlines()


def played(text: str, client: Client, folder: Path, after: Callable[[], None]) -> str:
    """The script with the output its lines have now."""
    lines: list[str] = []
    kubeconfig = Kubeconfig()
    for line in text.splitlines():
        if line.startswith("$ "):
            lines += [line, *run(line[2:], client, folder, kubeconfig)]
            after()
        elif line.startswith("#") or (not line and lines and lines[-1]):
            lines += [line]
    blanked: list[str] = []
    for line in lines:
        if line.startswith(("$ ", "#")) and blanked and blanked[-1] and not blanked[-1].startswith("#"):
            blanked.append("")
        if line or (blanked and blanked[-1]):
            blanked.append(line)
    return "\n".join(blanked).rstrip() + "\n"


def run(line: str, client: Client, folder: Path, kubeconfig: Kubeconfig | None = None) -> list[str]:
    line, _, typed = line.partition(" <<< ")
    line, into = split_redirection(line)
    words = shlex.split(line)
    if words[0] == "wait":
        pass_time(client, int(words[1]))
        return []
    if words[0] == "cat":
        return (folder / words[1]).read_text().splitlines()
    assert words[0] == "kubectl", line
    words = [in_folder(word, folder) for word in words[1:]]
    out, err = StringIO(), StringIO()
    stdin = StringIO(typed.strip('"').replace("\\n", "\n"))
    code = run_command(client, words, kubeconfig=kubeconfig, out=out, err=err, stdin=stdin)
    if into is not None:
        (folder / into.path).write_text(out.getvalue())
        out = StringIO()
    shown = [*out.getvalue().splitlines(), *(f"! {each}" for each in err.getvalue().splitlines())]
    shown = [steady(each.replace(str(folder) + "/", "")) or "." for each in shown]
    shown = [f"| {each}" if each.startswith(("#", "$ ")) else each for each in shown]
    return [*shown, f"exit {code}"] if code else shown


def in_folder(word: str, folder: Path) -> str:
    """Files that a word names, alone or behind the last ``=`` of a flag."""
    before, equals, name = word.rpartition("=")
    is_file = name.endswith(_FILES) and (folder / name).exists()
    return f"{before}{equals}{folder / name}" if is_file else word


_FILES = (".yaml", ".yml", ".txt", ".env", ".pem", ".template", ".json")


def steady(line: str) -> str:
    """Without what is another as soon as the cluster counts its commits otherwise."""
    for pattern, instead in _COUNTED:
        line = re.sub(pattern, instead, line)
    return line


_COUNTED = (
    (r'(resourceVersion"?: )"\d+"', r'\1"N"'),
    (r"/(LIVE|MERGED)-\d+", r"/\1-N"),
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UID"),
)


def pass_time(client: Client, seconds: int) -> None:
    end = client.now + seconds
    client.set_speed(1.0)
    while client.now < end:
        client.advance(end - client.now)
