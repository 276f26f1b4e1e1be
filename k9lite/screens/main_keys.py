"""The main screen's keys: the verbs' own, as VERBS has them, then those that move about and through time.

No key of a verb may be one that a table or a pane takes for itself; a test holds that.
"""

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from k9lite.places import PLACES
from k9lite.verbs import VERBS, WITH_A_KEY

MAIN_BINDINGS: Sequence[BindingType] = (
    *(Binding(VERBS[name].key, f"verb({name!r})", VERBS[name].summary, show=False) for name in WITH_A_KEY),
    *(Binding(place.key, f"place({place.word!r})", place.summary, show=False) for place in PLACES if place.key),
    Binding("e", "events", "Events of the object", show=False),
    Binding("f", "line('faults')", "Only what is not well, or everything", show=False, id="main.faults"),
    Binding("b", "line('last')", "What the pane showed before", show=False, id="main.last"),
    Binding("C", "line('copy name')", "Copy the name", show=False, id="main.copy_name"),
    Binding("Y", "line('copy line')", "Copy the kubectl line of what was done last", show=False, id="main.copy_line"),
    Binding("X", "cancel", "Cancel what is under way", show=False),
    Binding("colon", "command", "Type a command", show=False),
    Binding("slash", "filter", "Filter: regex, !inverse, -l selector", show=False),
    Binding("escape", "back", "Back: clear the filter, go up, close", show=False),
    Binding("plus", "faster", "Time runs faster", show=False),
    Binding("minus", "slower", "Time runs slower", show=False),
    Binding("P", "pause", "Stop or go on with time", show=False),
    Binding("space", "play", "Play or pause (recordings)", show=False),
    Binding("full_stop", "step(1)", "Step to the next change", show=False),
    Binding("comma", "step(-1)", "Step back (recordings)", show=False),
    Binding("right_square_bracket", "deed(1)", "The user's next action (recordings)", show=False),
    Binding("left_square_bracket", "deed(-1)", "The user's action before (recordings)", show=False),
    Binding("question_mark", "help", "What every key does", show=False),
    Binding("q", "app.quit", "Quit", show=False),
)
