"""New: a manifest to begin with, of a kind or empty; whatever is typed or pasted is applied from there."""

from typing import cast

from textual.screen import Screen

from engine.errors import UsageError
from engine.serving import kind_meant
from k9lite.editing.drafts import draft
from k9lite.place import Here, Onward
from k9lite.screens.editor import EditorScreen


def opened(here: Here, rest: str) -> Screen[Onward]:
    word, _, namespace = rest.partition(" ")
    state, namespace = here.client.state, namespace.strip() or here.namespace or "default"
    text = ""
    if word:
        kind = kind_meant(state, word)
        if kind is None:
            raise UsageError(f"{word} is no kind: try new deployment, new svc, new cm")
        text = draft(state, kind, namespace)
    screen = EditorScreen(here.client, None, text=text, namespace=namespace)
    return cast(Screen[Onward], screen)  # it leads nowhere
