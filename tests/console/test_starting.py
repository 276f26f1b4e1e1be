"""What a start leaves for later is done once the first frame is shown, and also where there never is one."""

import gc

import pytest

from k9lite.starting import starting


def test_nothing_looks_for_garbage_before_the_first_frame() -> None:
    with starting() as shown:
        assert not gc.isenabled()
        shown()
        assert gc.isenabled()


def test_a_start_that_fails_leaves_the_collector_as_it_was() -> None:
    with pytest.raises(KeyError), starting():
        raise KeyError("no such folder")
    assert gc.isenabled()
