"""A manifest is written: with colours, with what is wrong while it is typed, and with what changes before it is done.

Checking waits until the keys rest, and asks nothing that takes long; nothing is submitted but from a review.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from engine.errors import Invalid, K9liteError, NotFound
from engine.kinds import KINDS, Object, Ref
from k9lite.changes import DeedRefused
from k9lite.client import Client
from k9lite.editing.changing import (
    Change,
    changes_of,
    difference,
    differing,
    edit_of,
    merged,
    mine,
    overlaps,
    shown,
    text_of,
)
from k9lite.editing.checking import Checked, Problem, checked
from k9lite.editing.merging import merge_difference
from k9lite.editing.outline import completion_at, explained_at
from k9lite.highlights import yaml_spans
from k9lite.meant import Meant, meant
from k9lite.output.formats import name_of
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.hands import in_editor
from k9lite.screens.help import help_screen
from k9lite.screens.review import ReviewScreen
from k9lite.verb import Edit
from k9lite.widgets.pressing import Hint, KeyLine, key_name
from k9lite.widgets.safe import brief, plain
from k9lite.widgets.yaml_area import YamlArea
from k9lite.wording import error_text

_CHECK_SECONDS, _ASK_SECONDS = 0.15, 0.4
_MOST_PROBLEMS = 3
_LEAVE: Sequence[Hint] = (("Esc", "Back", "edit.close"), ("f1", "Keys", "edit.help"))
HINTS: Sequence[Hint] = (
    ("ctrl+s", "Apply", "edit.review"), ("Tab", "Complete", "yaml.complete"),
    ("ctrl+g", "Mistake", "edit.next_problem"), ("ctrl+o", "$EDITOR", "edit.outside"), *_LEAVE,
)  # fmt: skip
_ONLY_READ = "this cluster is read-only here"


class EditorScreen(Screen[None]):
    """On an object that is there (``ref``), or on ``text`` that is applied in ``namespace``."""

    AUTO_FOCUS = "YamlArea"
    DEFAULT_CSS = """
    EditorScreen #field { height: 1; padding: 0 1; color: $text-muted; }
    EditorScreen #problems { height: auto; max-height: 4; padding: 0 1; color: $text-error; }
    EditorScreen #problems.-fine { color: $text-success; }
    EditorScreen #keys { height: 1; background: $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Back: asks before changes are lost", id="edit.close"),
        Binding("ctrl+s", "review", "Review what changes, and apply it", id="edit.review"),
        Binding("ctrl+g", "problem", "To the next mistake", id="edit.next_problem"),
        Binding("ctrl+o", "outside", "Open it in $EDITOR", id="edit.outside"),
        Binding("f1", "help", "What every key does", id="edit.help"),
    ]

    def __init__(self, client: Client, ref: Ref | None, *, text: str = "", namespace: str = "default") -> None:
        super().__init__()
        self._client, self._ref, self._namespace = client, ref, namespace
        self._seen: Object | None = None if ref is None else self._there()
        self._base: Mapping[str, Any] = {} if self._seen is None else shown(client.state, self._seen)
        self._begun_with = text_of(self._base) if self._seen is not None else text
        self._checked = Checked(problems=(), documents=())
        self._refused: tuple[Problem, ...] = ()
        self._timer: Timer | None = None
        self._told = ""

    def compose(self) -> ComposeResult:
        only_read = self._client.read_only
        yield YamlArea(self._begun_with, highlight=yaml_spans, complete=self._complete, read_only=only_read)
        yield Static(id="field", markup=False)
        yield Static(id="problems", markup=False)
        yield KeyLine(_LEAVE, told=_ONLY_READ, id="keys") if only_read else KeyLine(HINTS, id="keys")

    @property
    def area(self) -> YamlArea:
        return self.query_one(YamlArea)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, by line; what the API server refuses comes last."""
        return (*self._checked.problems, *self._refused)

    def on_mount(self) -> None:
        self._check()
        self._show_surroundings()

    def on_state_changed(self) -> None:
        """Says that somebody else changed the object; the text stays the operator's."""
        self._show_surroundings()

    # Keys

    def action_close(self) -> None:
        if self.area.text == self._begun_with:
            self.dismiss()
            return
        choices = [("stay", "Go on editing"), ("review", "Review the changes and apply them"), ("drop", "Drop them")]
        self.app.push_screen(ChooseScreen("Changes not applied", choices), self._left)

    def action_review(self) -> None:
        if self._client.read_only:
            self._tell("this cluster is read-only here: nothing can be applied", failed=True)
            return
        self._check()
        if self._checked.problems:
            self._point_at(self._checked.problems[0])
            return
        try:
            self._review()
        except Invalid as error:
            self._refuse(error)
            self._point_at(self._refused[0])
            self._note(error)
        except K9liteError as error:
            self._tell(str(error), failed=True)
            self._note(error)

    def action_problem(self) -> None:
        """The next line with something wrong, around the end."""
        if not (problems := sorted(self.problems, key=lambda each: each.line)):
            self._tell("nothing is wrong with it")
            return
        row = self.area.cursor_location[0]
        self._point_at(next((each for each in problems if each.line > row), problems[0]))

    def action_outside(self) -> None:
        if self._client.read_only:
            return
        try:
            self.area.text = in_editor(self.app, Edit(self.area.text))
        except K9liteError as error:
            self._tell(str(error), failed=True)

    def action_help(self) -> None:
        self.app.push_screen(help_screen(self))

    def _complete(self, area: YamlArea) -> None:
        """As far as all choices go; two spaces where there is nothing to complete."""
        row, column = area.cursor_location
        found = completion_at(area.document.lines, row, column, self._client.state)
        if found is None or not found.choices:
            area.write("  ")
            return
        common = _common(found.choices)
        whole = len(found.choices) == 1
        area.write(common[len(found.typed) :] + (found.end if whole else ""))
        if not whole:
            self.query_one("#field", Static).update(Content(plain("  ".join(found.choices))))

    # What is wrong

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        message.stop()
        self._refused = ()
        self._wait(_CHECK_SECONDS, self._check_and_ask)

    def on_text_area_selection_changed(self, message: TextArea.SelectionChanged) -> None:
        message.stop()
        self._wait_for_field()

    def _wait_for_field(self) -> None:
        """The field under the cursor is explained when the frame has been shown."""
        self.call_after_refresh(self._show_field)

    def _wait(self, seconds: float, do: Any) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(seconds, do)

    def _check_and_ask(self) -> None:
        self._check()
        if not self._checked.problems and self.area.text != self._begun_with:
            self._wait(_ASK_SECONDS, self._ask)

    def _check(self) -> None:
        self._checked = checked(self.area.text, self._client.state)
        self._show_problems()

    def _ask(self) -> None:
        """The API server's own validation: a dry run."""
        try:
            self._dry_run()
            self._refused = ()
        except Invalid as error:
            self._refuse(error)
        except K9liteError as error:
            self._refused = (Problem(0, brief(str(error))),)
        self._show_problems()

    def _dry_run(self) -> list[Change]:
        """Raises K9liteError."""
        state, now, text = self._client.state, self._client.now, self.area.text
        if self._ref is None:
            return changes_of(state, text, self._namespace, now)
        patch = mine(self._base, text)
        return [edit_of(state, self._ref, patch, now)] if patch else []

    def _refuse(self, error: Invalid) -> None:
        documents = self._checked.documents
        where = documents[0] if len(documents) == 1 else None
        self._refused = tuple(
            Problem(0 if where is None else where.line_of(cause.path), brief(str(cause))) for cause in error.errors
        )
        self._show_problems()

    # What is done

    def _review(self) -> None:
        """Raises K9liteError."""
        if self._ref is None:
            self._offer(self._dry_run())
            return
        there = self._there()
        if there is None:
            raise NotFound(f"{self._named} is gone: its text can still be copied")
        now_there, patch = shown(self._client.state, there), mine(self._base, self.area.text)
        theirs = merge_difference(self._base, now_there)
        if theirs:
            self._conflict(patch, theirs, now_there)
        elif patch:
            self._offer(self._dry_run())
        else:
            self._tell("nothing was changed")

    def _conflict(self, patch: Mapping[str, Any], theirs: Mapping[str, Any], there: Mapping[str, Any]) -> None:
        both = overlaps(patch, theirs)
        lines = [f"{self._named} was changed by somebody else since it was opened:", ""]
        lines += [*differing(self._base, there), ""]
        if both:
            lines += ["You both changed:", *(f"  {each}" for each in both)]
            choices = [("merge", f"Overwrite theirs in {', '.join(both)}; keep what else they changed")]
        else:
            choices = [("merge", "Keep both: your changes are in other fields")]
        choices += [("theirs", "Take theirs: my changes are dropped"), ("back", "Back to the text")]

        def answered(answer: str | None) -> None:
            if answer == "merge":
                self._rebase(there, merged(there, patch))
                self.action_review()
            elif answer == "theirs":
                self._rebase(there, there)

        self.app.push_screen(ReviewScreen("Changed on the server meanwhile", lines, choices), answered)

    def _rebase(self, there: Mapping[str, Any], text: Mapping[str, Any]) -> None:
        """What is edited began with the object as it is there now."""
        self._base, self._begun_with, self._seen = there, text_of(there), self._there()
        self.area.text = text_of(text)
        self._show_surroundings()

    def _offer(self, changes: list[Change]) -> None:
        lines = [line for change in changes for line in difference(change)]
        reviewed = meant([change.ref for change in changes], self._client.state)

        def answered(answer: str | None) -> None:
            if answer == "apply":
                self._apply(changes, reviewed)

        choices = [("apply", "Apply"), ("back", "Back to the text")]
        self.app.push_screen(ReviewScreen("Before → after", lines, choices), answered)

    def _apply(self, changes: list[Change], reviewed: Meant) -> None:
        """One commit: all of it is taken, or nothing."""
        word = "applied" if self._ref is None else "edited"
        try:
            reviewed.check(self._client.state)
            self._client.submit([change.write for change in changes], self._line)
        except K9liteError as error:
            if isinstance(error, Invalid):
                self._refuse(error)
            self._tell(str(error), failed=True)
            self._note(error)
            return
        self._tell("\n".join(f"{name_of(change.after)} {word}" for change in changes[:3]))
        self.dismiss()

    def _note(self, error: K9liteError) -> None:
        """Of what was to be applied, the ledger knows what was refused as well."""
        self.post_message(DeedRefused(self._line, error_text(error).splitlines()))

    def _left(self, answer: str | None) -> None:
        if answer == "drop":
            self.dismiss()
        elif answer == "review":
            self.action_review()

    # What is shown

    def _show_problems(self) -> None:
        problems = self.problems
        self.area.point_out({each.line for each in problems})
        more = len(problems) - _MOST_PROBLEMS
        lines = [f"line {each.line + 1}: {each.text}" for each in problems[:_MOST_PROBLEMS]]
        lines += [f"and {more} more ({self._key('next_problem', 'Ctrl+G')} goes to the next)"] if more > 0 else []
        shown_at = self.query_one("#problems", Static)
        shown_at.set_class(not problems, "-fine")
        shown_at.update(Content("\n".join(map(plain, lines or ["✓ nothing wrong is known"]))))

    def _show_field(self) -> None:
        told = explained_at(self.area.document.lines, self.area.cursor_location[0], self._client.state)
        width = max(1, self.size.width - 2)
        if told != self._told:
            self._told = told
            self.query_one("#field", Static).update(Content(plain(told)[:width]))

    def _show_surroundings(self) -> None:
        area = self.area
        area.border_title = Content(plain(f"Edit {self._named}" if self._ref else "New, to be applied"))
        there = self._there()
        if self._ref is None or there is self._seen:
            area.border_subtitle = ""
        elif there is None:
            area.border_subtitle = "it is gone"
        elif merge_difference(self._base, shown(self._client.state, there)):
            area.border_subtitle = f"changed on the server meanwhile: {self._key('review', 'Ctrl+S')} shows what"
        else:
            self._seen = there

    def _key(self, action: str, default: str) -> str:
        return key_name(self.app, f"edit.{action}", default)

    def _there(self) -> Object | None:
        return None if self._ref is None else self._client.state.get(self._ref)

    @property
    def _named(self) -> str:
        assert self._ref is not None, "only what is there has a name"
        return f"{self._ref.kind.lower()}/{self._ref.name}"

    @property
    def _line(self) -> str:
        """The kubectl line it stands for."""
        if self._ref is None:
            return "kubectl apply -f -"
        known = KINDS.get(self._ref.kind)
        kind = known.qualified if known is not None else self._ref.kind.lower()
        return f"kubectl edit {kind}/{self._ref.name}" + (f" -n {self._ref.namespace}" if self._ref.namespace else "")

    def _point_at(self, problem: Problem) -> None:
        if self.area.cursor_location[0] != problem.line:  # whoever types there goes on where he is
            self.area.go_to(problem.line)
        self._tell(f"line {problem.line + 1}: {problem.text}", failed=True)

    def _tell(self, text: str, *, failed: bool = False) -> None:
        self.notify(brief(text), severity="error" if failed else "information", markup=False, timeout=6)


def _common(choices: tuple[str, ...]) -> str:
    """What all of them begin with."""
    first, last = min(choices), max(choices)
    return next((first[:at] for at, char in enumerate(first) if last[at : at + 1] != char), first)
