"""Keys that come faster than a field can take the focus belong to the field, and are nobody's command."""

from textual.events import Key
from textual.pilot import Pilot

from engine.kinds import Pod
from k9lite.screens.main import MainScreen
from tests.console.showing import living, show


async def burst(pilot: Pilot[int], text: str) -> None:
    """As a terminal sends what was pasted: all keys at once."""
    for char in text:
        name = {":": "colon", "/": "slash", " ": "space", "\r": "enter", "-": "minus"}.get(char, char)
        pilot.app.post_message(Key(name, char))
    for _ in range(3):
        await pilot.pause()


def test_a_command_typed_in_one_go_is_that_command_and_no_other_key() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        before = client.state.revision
        await burst(pilot, ":deployments\r")
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen), "d describes, x deletes, s opens a shell: none of them may happen"
        assert screen.pane.kind == "Deployment"
        assert client.state.revision == before

    show(client, story)


def test_a_filter_typed_in_one_go_filters() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await burst(pilot, ":pods\r")
        await burst(pilot, "/nosuchxdq\r")
        screen = pilot.app.screen
        assert isinstance(screen, MainScreen)
        assert screen.pane.current() is None
        assert client.state.count(Pod.kind) > 0

    show(client, story)
