"""The main screen's keys: the verbs' own, as VERBS has them, then those that move about and through time.

No key of a verb may be one that a table or a pane takes for itself; a test holds that.
"""

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from k9lite.screens.object_keys import OBJECT_BINDINGS

MAIN_BINDINGS: Sequence[BindingType] = (
    *OBJECT_BINDINGS,
    Binding("E", "events", "Events of the object", show=False, id="main.events"),
    Binding("f", "line('faults')", "Only what is not well, or everything", show=False, id="main.faults"),
    Binding("minus,b", "line('last')", "What the pane showed before", show=False, id="main.last"),
    Binding("C", "line('copy name')", "Copy the name", show=False, id="main.copy_name"),
    Binding("Y", "line('copy line')", "Copy the kubectl line of what was done last", show=False, id="main.copy_line"),
    Binding("X", "cancel", "Cancel what is under way", show=False, id="main.cancel"),
    Binding("colon", "command", "Type a command", show=False, id="main.command"),
    Binding("slash", "filter", "Filter: words, !not, status:Pending, age<5m, -l app=web", show=False, id="main.filter"),
    Binding("escape", "back", "Back: clear the filter, go up, close", show=False, id="main.back"),
    Binding("plus", "faster", "Time runs faster", show=False, id="main.faster"),
    Binding("underscore", "slower", "Time runs slower", show=False, id="main.slower"),
    Binding("P", "pause", "Stop or go on with time", show=False, id="main.pause"),
    Binding("space", "play", "Play or pause (recordings)", show=False, id="main.play"),
    Binding("full_stop", "step(1)", "Step to the next change", show=False, id="main.step"),
    Binding("comma", "step(-1)", "Step back (recordings)", show=False, id="main.step_back"),
    Binding("right_square_bracket", "deed(1)", "The user's next action (recordings)", show=False, id="main.next_deed"),
    Binding(
        "left_square_bracket", "deed(-1)", "The user's action before (recordings)", show=False, id="main.previous_deed"
    ),
    Binding("question_mark,f1", "help", "What every key does", show=False, id="main.help"),
    Binding("q", "app.quit", "Quit", show=False, id="main.quit"),
)
