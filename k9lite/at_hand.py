"""Which object a place is about: the one that was typed behind its word, or else the selected one."""

from engine.errors import UsageError
from engine.kinds import KINDS, Ref
from engine.serving import kind_meant
from k9lite.place import Here


def object_meant(here: Here, rest: str, kind_name: str = "") -> Ref:
    """``svc cart``, ``svc/cart shop``, or of a certain kind ``cart shop``; without words the selection's first.

    A name without a namespace is looked for in the pane's own first. Raises UsageError.
    """
    words = rest.replace("/", " ").split()
    if not words:
        if not here.refs:
            raise UsageError("nothing is selected: move the cursor to a row first")
        if kind_name and here.refs[0].kind != kind_name:
            other = here.refs[0]
            raise UsageError(f"this is for {KINDS[kind_name].plural}, not for {other.kind.lower()}/{other.name}")
        return here.refs[0]
    state = here.client.state
    kind = kind_meant(state, words[0]) if len(words) > 1 or not kind_name else None
    if kind is None and not kind_name:
        raise UsageError(f"{words[0]} is no kind: KIND NAME, as in svc cart")
    named = kind.name if kind is not None else kind_name
    name, *where = words[1:] if kind is not None else words
    if len(where) > 1:
        raise UsageError(f"what is {' '.join(where[1:])}? A kind, a name and a namespace are enough")
    found = [obj for obj in state.objects(named, *where) if obj.metadata.name == name]
    near = [obj for obj in found if obj.metadata.namespace == here.namespace] or found
    if not near:
        raise UsageError(f'{named.lower()} "{name}" not found')
    return Ref(named, near[0].metadata.namespace, name)
