"""The keys of the log screen."""

from collections.abc import Sequence

from textual.binding import Binding, BindingType

from k9lite.widgets.pressing import Hint

LOG_BINDINGS: Sequence[BindingType] = (
    Binding("escape,q", "close", "Back: drops the filter first", id="logs.close"),
    Binding("slash", "ask('search')", "Search: regular expression", key_display="/", id="logs.search"),
    Binding("ampersand", "ask('filter')", "Filter: words, /regex/, !not, level>=warn status>=500 user:bob pod:web-1",
            key_display="&", id="logs.filter"),
    Binding("e", "trouble(1)", "Next error", id="logs.next_error"),
    Binding("E", "trouble(-1)", "Error before", id="logs.previous_error"),
    Binding("J", "fold", "JSON lines as few words, or as they are", id="logs.fold"),
    Binding("enter", "unfold", "Unfold a JSON line, or fold it again", id="logs.unfold"),
    Binding("t", "timestamps", "Timestamps", id="logs.timestamps"),
    Binding("number_sign", "numbers", "Line numbers", key_display="#", id="logs.numbers"),
    Binding("C", "container", "Choose a container", id="logs.container"),
    Binding("p", "previous", "The containers before their last restart", id="logs.previous"),
    Binding("0", "since(0)", "From the start", show=False, id="logs.since_start"),
    Binding("1", "since(60)", "The last minute", show=False, id="logs.since_1m"),
    Binding("2", "since(300)", "The last 5 minutes", show=False, id="logs.since_5m"),
    Binding("3", "since(900)", "The last 15 minutes", show=False, id="logs.since_15m"),
    Binding("4", "since(3600)", "The last hour", show=False, id="logs.since_1h"),
    Binding("T", "ask('tail')", "Only the newest lines, and what comes", id="logs.tail"),
    Binding("H", "ask('head')", "Only the first lines", id="logs.head"),
    Binding("A", "copy_all", "Copy all lines that are shown", id="logs.copy_all"),
    Binding("S,ctrl+s", "ask('save')", "Save what is shown to a file", id="logs.save"),
    Binding("question_mark,f1", "help", "What every key does", show=False, id="logs.help"),
)  # fmt: skip

_BACK: Sequence[Hint] = (
    ("Esc", "Back", "logs.close"), ("/", "Find", "logs.search"), ("&", "Filter", "logs.filter"),
    ("f", "Follow", "text.follow"), ("w", "Wrap", "text.wrap"),
)  # fmt: skip
_ERROR: Sequence[Hint] = (("e", "Error", "logs.next_error"), ("J", "JSON", "logs.fold"))
_SAVE: Sequence[Hint] = (("S", "Save", "logs.save"), ("?", "Keys", "logs.help"))
STRIP: Sequence[Hint] = (*_BACK, *_ERROR, *_SAVE)
"""Fits 80 columns."""
WIDE_STRIP: Sequence[Hint] = (
    *_BACK, ("t", "Time", "logs.timestamps"), *_ERROR, ("C", "Container", "logs.container"),
    ("p", "Previous", "logs.previous"), ("T", "Tail", "logs.tail"), *_SAVE,
)  # fmt: skip
