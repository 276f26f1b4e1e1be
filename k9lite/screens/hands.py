"""What a deed needs of the terminal: the operator's editor, and a shell to talk to."""

from collections.abc import Callable, Mapping
from typing import Any

from textual.app import App, SuspendNotSupported

from engine.errors import UsageError
from k9lite.client import Client
from k9lite.files.editor import edited
from k9lite.kubeconfig import Kubeconfig
from k9lite.screens.shell import ShellScreen
from k9lite.verb import Configure, Edit, Talk


class Hands:
    """The console's; the terminal is the editor's as long as it is open."""

    def __init__(self, app: App[Any], client: Client, kubeconfig: Kubeconfig) -> None:
        self._app, self._client, self._kubeconfig = app, client, kubeconfig

    def edit(self, step: Edit) -> str:
        """What was left of the text. Raises UsageError where no editor can be opened."""
        return in_editor(self._app, step)

    def talk(self, step: Talk, ended: Callable[[], None]) -> None:
        """Opens the shell; ``ended`` is called when its screen closes."""
        screen = ShellScreen(self._client, step.pod, step.container, step.session, step.argv)
        self._app.push_screen(screen, lambda _result: ended())

    def config(self) -> Mapping[str, Any]:
        return self._kubeconfig.load(self._client.name, self._client.state)

    def configure(self, step: Configure) -> None:
        self._kubeconfig.save(step.config)


def in_editor(app: App[Any], step: Edit) -> str:
    """What ``$EDITOR`` left of the text; the terminal is its own meanwhile. Raises UsageError."""
    try:
        with app.suspend():
            return edited(step.text, step.suffix)
    except SuspendNotSupported:
        raise UsageError("this terminal cannot be given to an editor: use k9lite kubectl edit") from None
