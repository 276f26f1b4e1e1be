"""kubectl's commands, word for word on a fresh sample cluster: one script a family, the files it names beside it."""

from pathlib import Path
from shutil import copytree

import pytest

from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

FOLDER = Path(__file__).parent / "commands"
SCRIPTS = sorted(FOLDER.glob("*.script"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_commands_do_what_kubectl_does(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copytree(FOLDER, tmp_path / "files")
    monkeypatch.chdir(folder)
    check(script, sample_client(), folder)
