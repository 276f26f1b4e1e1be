"""The operator at work: keys and typed lines become kubectl lines, and those become deeds, screens or rows to look at.

Every screen that offers verbs on an object does so through the one Operator of the console, so that they are asked,
refused, run and told alike wherever a key was pressed. What that takes is imported when it is first done: nothing of
it is in the first frame, and behind that it comes while nothing is pressed (k9lite/starting.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from engine.errors import K9liteError
from engine.kinds import KINDS, Ref
from k9lite.arguments.selection import naming
from k9lite.client import Client
from k9lite.commands import completions
from k9lite.deeds import Deed, Deeds
from k9lite.kept_names import names_after
from k9lite.kubeconfig import Kubeconfig
from k9lite.meant import meant
from k9lite.preferences import Preferences
from k9lite.pulse.history import History
from k9lite.resource import Query
from k9lite.settings import OUTSIDE, Settings, keep_theme
from k9lite.themes import known
from k9lite.trail import Trail
from k9lite.verb import Form, Verb
from k9lite.verbs import VERBS
from k9lite.way_back import WayBack
from k9lite.widgets.footer import Key
from k9lite.widgets.pressing import IN_ASCII, shortest
from k9lite.widgets.safe import fits_in_passing, in_passing, plain

if TYPE_CHECKING:
    from k9lite.files.reading import Download
    from k9lite.files.redirection import Redirection


class Operator:
    """What is under way is ``deeds``; whatever is told is told by the app, over whichever screen is on top."""

    def __init__(
        self, app: App[Any], client: Client, kubeconfig: Kubeconfig, preferences: Preferences, settings: Settings
    ) -> None:
        self._app, self.client, self.kubeconfig, self.preferences = app, client, kubeconfig, preferences
        self.settings = settings
        self.keymap: Mapping[str, str] = {}
        """The keys that actions were given, by their names."""
        self.key_names: Mapping[str, Mapping[str, str]] = {}
        """By screen: what is written on a key -> what is written on the one that was given instead."""
        self._told = ""
        self.deeds = Deeds()
        self.trail = Trail()
        self.way_back = WayBack(app)
        self.history = History()
        self.progress: Callable[[Deed], None] = lambda _deed: None
        """Told of a deed that takes time, as often as there is something new, and when it ends."""

    def verb(self, name: str, refs: Sequence[Ref], done: Callable[[], None] = lambda: None) -> None:
        """Asks what the verb needs to know of the selection, then runs it; ``done`` is called once it is answered."""
        from k9lite.looks import OPEN_TO_READ
        from k9lite.typed_lines import refused

        verb = VERBS[name]
        if not refs:
            self.tell("nothing is selected: move the cursor to a row first", failed=True)
        elif verb.kinds and refs[0].kind not in verb.kinds:
            kinds = ", ".join(KINDS[kind].plural for kind in verb.kinds)
            self.tell(f"{verb.name} is for {kinds}, not for {KINDS[refs[0].kind].plural}", failed=True)
        elif verb.writes and self.client.read_only and name not in OPEN_TO_READ:
            self.tell(str(refused(verb)), failed=True)
        else:
            self.trying(lambda: self._begin(verb, refs, done))

    def completions(self, text: str, namespace: str) -> list[str]:
        """Whole lines that ``text`` could become, first in the operator's own words; ``namespace`` "" is for all."""
        own = [*self.settings.words(text), *names_after(text, self.preferences, self.settings)]
        meant = self.namespace_of_line(namespace)
        return [*own, *completions(self.client.state, text, meant, everywhere=not namespace)]

    def namespace_of_line(self, shown: str) -> str:
        """What a line without ``-n`` means where this namespace, or "" for all of them, is shown."""
        return shown or self.kubeconfig.namespace(self.client.name, self.client.state)

    @property
    def edits_outside(self) -> bool:
        """A manifest is given to $EDITOR; where nothing may be changed, the console shows it."""
        return self.settings.editor == OUTSIDE and not self.client.read_only

    def look(self, name: str, refs: Sequence[Ref]) -> bool:
        """Opens the screen of a verb that only looks; False if it is none. Raises K9liteError."""
        from k9lite.looks import look_of

        if name == "edit" and self.edits_outside:
            return False
        if (look := look_of(name, self.client, refs)) is not None:
            self._app.push_screen(look)
        return look is not None

    def run(self, argv: Sequence[str], into: "Redirection | None" = None, *, namespace: str) -> Query | None:
        """Begins what a kubectl line stands for; a deed that ends at once is told at once.

        Returns rows to look at, where the line asks for them. ``namespace`` is what a line without ``-n`` means.
        """
        from k9lite.files.downloading import downloaded, is_url

        if urls := [url for word in argv for url in word.removeprefix("--filename=").split(",") if is_url(url)]:
            self._download(urls, lambda download: self._begun(argv, into, namespace, download))
            return None
        return self._begun(argv, into, namespace, downloaded)

    def _begun(
        self, argv: Sequence[str], into: "Redirection | None", namespace: str, download: "Download"
    ) -> Query | None:
        from k9lite.screens.hands import Hands
        from k9lite.typed_lines import begun

        hands = Hands(self._app, self.client, self.kubeconfig)
        match begun(self.client, list(argv), into, namespace, hands, download, edits_outside=self.edits_outside):
            case Query() as query:
                return query
            case Deed() as deed:
                self.trail.line = deed.line
                self.deeds.begin(deed)
                if not deed.running:
                    self._report(deed)
            case screen:
                self._app.push_screen(screen)
        return None

    def _download(self, urls: Sequence[str], then: "Callable[[Download], object]") -> None:
        """Beside the console, which goes on; what came, or why nothing did, is then as good as there."""
        self.tell(f"downloading {', '.join(urls)}")

        def fetch() -> None:
            found = {url: _tried(url) for url in urls}
            self._app.call_from_thread(self.trying, lambda: then(partial(_what_came, found)))

        self._app.run_worker(fetch, thread=True, group="downloads")

    def proceed(self) -> None:
        """Takes what is under way on by as much as the cluster allows; notes how the cluster is doing."""
        self.history.take(self.client)
        for deed in self.deeds.proceed():
            self._report(deed)
        if self.deeds.running:
            self.progress(self.deeds.running[-1])

    @property
    def under_way(self) -> str:
        """One line for screens that have no room for a pane of it; "" where nothing is."""
        deed = next((deed for deed in reversed(self.deeds.running) if deed.running), None)
        if deed is None:
            return ""
        done, total = deed.progress
        return f"▶ {deed.line}" + (f"  {done}/{total}" if total else "") + "  (X cancels)"

    def cancel(self) -> None:
        """Ends what was begun last."""
        if not self.deeds.running:
            self.tell("nothing is under way")
        for deed in self.deeds.running[-1:]:
            deed.cancel()

    def trying(self, do: Callable[[], object]) -> None:
        """Does it, or tells why it was refused."""
        try:
            do()
        except K9liteError as error:
            self.tell("\n".join((str(error), *self._hints(str(error)))), failed=True)

    def ask(self, form: Form, then: Callable[[], None]) -> None:
        """A question that is answered by going on, or not."""
        from k9lite.screens.form import FormScreen

        self._app.push_screen(FormScreen(form), lambda answers: None if answers is None else then())

    def keys(self, keys: Iterable[Key], screen: str) -> tuple[Key, ...]:
        """As they are written on ``screen`` (main, rows, map): with the names of those that were given instead."""
        names = self.key_names.get(screen, {})
        return tuple((self._as_shown(names.get(name, name)), label) for name, label in keys)

    def key_name(self, action: str, default: str) -> str:
        """What is written on the key of an action; ``default`` where it was given no other."""
        given = self.keymap.get(action)
        return self._as_shown(shortest(given) if given else default)

    def _as_shown(self, name: str) -> str:
        return IN_ASCII.get(name, name) if self.settings.ascii else name

    def show(self, screen: Screen[Any], closed: Callable[[Any], None] | None = None) -> None:
        """Over whatever is shown; ``closed`` hears where it leads."""
        self._app.push_screen(screen, closed)

    @property
    def theme(self) -> str:
        return self._app.theme

    def wear(self, name: str) -> None:
        """Another theme, now and at the next start. Raises UsageError."""
        self._app.theme = known(name)
        self.tell(keep_theme(self.preferences, self.settings, name))

    def picture(self, path: str = "") -> None:
        """What is on the screen as a file, of a name of its own unless one is given."""
        from k9lite.files.screen_dump import dump, free_name

        def keep() -> None:
            name = path or free_name(self.client.now)
            dump(self._app.export_screenshot(), name)
            self.tell(f"what is on the screen is in {name}")

        self._app.call_after_refresh(self.trying, keep)  # by then the line it was typed on is gone

    def copy(self, text: str) -> None:
        """To the clipboard of whoever sits at the terminal (OSC 52)."""
        self._app.copy_to_clipboard(plain(text))
        self.tell(f"copied: {text}")

    def tell(self, text: str, *, failed: bool = False) -> None:
        """One line in passing."""
        short = in_passing(text, self._app.size.width)
        seconds = 8 if failed or len(short) > 80 else 4
        if short == self._told:
            self._app.clear_notifications()  # the same again: one is enough
        self._told = short
        self._app.notify(short, severity="error" if failed else "information", markup=False, timeout=seconds)

    def _begin(self, verb: Verb, refs: Sequence[Ref], done: Callable[[], None]) -> None:
        from k9lite.following import following
        from k9lite.kubectl import argvs
        from k9lite.screens.form import FormScreen

        if self.look(verb.name, refs):
            return

        asked_about = meant(refs, self.client.state)

        def answered(answers: Mapping[str, str] | None) -> None:
            if answers is None and verb.dangerous:
                self.tell(f"{verb.name} of {naming(refs)}: nothing was done")
            elif answers is not None and verb.argv is not None:
                self.trying(partial(go_on, answers))

        def go_on(answers: Mapping[str, str]) -> None:
            asked_about.check(self.client.state)
            done()
            before, namespace = self.client.state, refs[0].namespace or "default"
            for argv in argvs(verb, refs, answers):
                self.trying(partial(self.run, argv, namespace=namespace))
            if self.client.state is not before and (follow := following(verb, refs)):
                line = self.trail.line
                self.trying(partial(self.run, follow, namespace=namespace))
                self.trail.line = line  # what was done is what can be copied

        if verb.name == "label":
            from k9lite.screens.labels import LabelsScreen

            self._app.push_screen(LabelsScreen(self.client, refs), answered)
        elif verb.form is None or (form := verb.form(self.client.state, refs)) is None:
            answered({})
        else:
            self._app.push_screen(FormScreen(form), answered)

    def _hints(self, said: str) -> list[str]:
        """What kubectl would not say to it."""
        from k9lite.elsewhere import elsewhere

        return [hint] if (hint := elsewhere(said, self.client.state)) else []

    def _report(self, deed: Deed) -> None:
        """Tells how a deed ended: as progress if it took time, in a line or a screen if it did not."""
        if deed.failed:
            deed.lines += self._hints("\n".join(deed.lines))
        if deed.waited:
            self.progress(deed)
            if self.deeds.running:
                self.tell("\n".join([deed.line, *deed.lines[-1:]]), failed=deed.failed)
        elif fits_in_passing(deed.lines, self._app.size.width):
            self.tell("\n".join(deed.lines) or f"{deed.line}: nothing to do", failed=deed.failed)
        else:
            from k9lite.screens.text import TextScreen

            self._app.push_screen(TextScreen(deed.line, lambda: deed.lines, wrap=deed.failed))


def _tried(url: str) -> str | K9liteError:
    from k9lite.files.downloading import downloaded

    try:
        return downloaded(url)
    except K9liteError as error:
        return error


def _what_came(found: Mapping[str, str | K9liteError], url: str) -> str:
    from k9lite.files.downloading import downloaded

    came = found[url] if url in found else downloaded(url)
    if isinstance(came, K9liteError):
        raise came
    return came
