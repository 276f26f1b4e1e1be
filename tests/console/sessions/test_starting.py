"""What a start leaves for later: looking for garbage, and the files of verbs that have no key."""

import gc
import subprocess
import sys

import pytest

from k9lite.starting import starting
from k9lite.verbs import VERBS, WITH_A_KEY

FIRST_FRAME = """
import asyncio, sys
from k9lite.app import ConsoleApp
from k9lite.sessions import open_session, sample_folder

async def first_frame():
    client = open_session(sample_folder(), 1_790_000_000, ephemeral=True).client
    async with ConsoleApp(client, frozen=True).run_test(size=(120, 36)):
        print(*sys.modules)

asyncio.run(first_frame())
"""


def test_nothing_looks_for_garbage_before_the_first_frame() -> None:
    before = gc.get_threshold()
    try:
        with starting() as later:
            assert not gc.isenabled()
            next(later())
            assert gc.isenabled() and gc.get_threshold()[2] > before[2], "the rest is for pauses"
    finally:
        gc.set_threshold(*before)


def test_a_start_that_fails_leaves_the_collector_as_it_was() -> None:
    with pytest.raises(KeyError), starting():
        raise KeyError("no such folder")
    assert gc.isenabled()


def test_every_line_of_the_table_leads_to_a_verb_of_its_name() -> None:
    assert [verb.name for verb in VERBS.values()] == list(VERBS)
    assert tuple(name for name, verb in VERBS.items() if verb.key) == WITH_A_KEY


def test_the_first_frame_needs_no_verb_without_a_key_and_no_numbers_in_columns() -> None:
    found = subprocess.run([sys.executable, "-c", FIRST_FRAME], capture_output=True, text=True, check=True)
    imported = set(found.stdout.split())
    keyed = {VERBS[name].run.__module__ for name in WITH_A_KEY}
    assert {name for name in imported if name.startswith("k9lite.verbs.")} <= keyed | {"k9lite.verbs.get"}
    assert "numpy" not in imported, "it takes as long as all of the kinds, and is for thousands of nodes"
