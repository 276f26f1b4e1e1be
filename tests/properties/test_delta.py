"""A State opened from deltas is the State that all commits fold to, whenever they were written and whoever died."""

from contextlib import closing
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.store import checkpointer as checkpointer_module
from engine.store import delta as delta_module
from engine.store import delta_reader, delta_writer, sorted_map
from engine.store import pages as pages_module
from engine.store.checkpoint import maps_of
from engine.store.checkpointer import Checkpointer
from engine.store.history import History
from engine.store.log import Log
from engine.store.state import State, fold
from tests.properties.test_checkpoint import COMMITS, CREATED, Put, a_log, appended, commits_of, contents

HURDLES = st.lists(st.sampled_from(["nothing", "nothing", "checkpoint", "die", "close"]), max_size=25)
"""What happens behind each commit, besides what is due."""


@given(
    COMMITS,
    HURDLES,
    st.integers(1, 4),
    st.integers(3, 40),
    st.integers(1, 4000),
    st.sampled_from([1, 1 << 20]),
    st.integers(1, 3),
)
@settings(deadline=None)
def test_every_revision_is_the_same_from_deltas_and_from_the_start(
    steps: list[tuple[list[Put], str | None]],
    hurdles: list[str],
    changes: int,
    commits: int,
    slice_: int,
    part: int,
    block: int,
) -> None:
    with (
        a_log() as log,
        patch.object(delta_writer, "_CHANGES", changes),
        patch.object(checkpointer_module, "_COMMITS", commits),
        patch.object(delta_module, "_PART_BYTES", part),
        patch.object(delta_module, "_BATCH", 2),
        patch.object(delta_module, "_BLOCK", block),
        patch.object(delta_reader, "_MOST_BLOCKS", 2 * block),
        patch.object(delta_reader, "_BLOCKS", block),
        patch.object(delta_reader, "_FEW_CHUNKS", block),
        patch.object(delta_reader, "_OLD_BLOCK", 0),
        patch.object(delta_reader, "_FRAMES_BYTES", 1000),
        patch.object(delta_reader, "_MUCH_BYTES", 5000),
        patch.object(sorted_map, "_MOST", 4),
        patch.object(sorted_map, "_LATE", 2),
        patch.object(pages_module, "_ROOM_BYTES", 2000),
    ):
        states = lived(log, steps, hurdles, slice_)
        with closing(History.open(log.path)) as history:
            assert history.last_revision == len(states) - 1
            for revision in range(len(states) - 1, -1, -1):
                state = history.state_at(revision)
                assert contents(state) == contents(states[revision])
                assert all(len(each) == len(list(each.items())) for each in maps_of(state).values())
                known = history.known_before(revision)
                if known is not None:
                    assert known.waiting == {"waiting": known.revision}
                    assert contents(history.state_of(known)) == contents(states[known.revision])
            assert history.revisions_by("user") == list(range(3, len(states), 3))


def lived(log: Log, steps: list[tuple[list[Put], str | None]], hurdles: list[str], slice_: int) -> list[State]:
    """The State at each revision of a log whose writer meets the hurdles."""
    checkpointer = Checkpointer.of_new(log)
    states = [State(time=CREATED)]
    state = states[0]
    for number, commit in enumerate(commits_of(steps)):
        assert checkpointer is not None
        state = fold(state, commit)
        states.append(fold(states[-1], commit))
        appended(log, [commit], checkpointer)
        if checkpointer.is_due:
            checkpointer.begin_due(state, state.time, {"waiting": state.revision})
        checkpointer.go_on(slice_)
        match hurdles[number : number + 1]:
            case ["checkpoint"]:
                checkpointer.begin(state, state.time, {"waiting": state.revision})
            case ["close"]:
                checkpointer.write(state, state.time, {"waiting": state.revision})
            case ["die"]:
                with closing(History.open(log.path)) as history:
                    checkpointer = Checkpointer.resume(log, history)
                    state = history.state_at(history.last_revision)
    return states
