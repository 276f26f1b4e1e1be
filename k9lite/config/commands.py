"""``k9lite config check|show|keys``: what is wrong with a config file, what is in force, what keys can be given."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from k9lite.preferences import Preferences, config_folder
from k9lite.printing import print_line
from k9lite.settings import Asked, Settings, kept_theme, of_environment, settled

if TYPE_CHECKING:
    from k9lite.config.file import Config
    from k9lite.config.marked import Mistakes

_FILE = "config.yaml"


def settings_of(flags: Asked, liked: Preferences, file: Path | None = None) -> Settings:
    """Flags before the environment, that before the file, that before what was chosen in the console.

    Raises UsageError with all that is wrong; a file with a mistake in it is not used at all.
    """
    path = config_folder() / _FILE if file is None else file
    config = None
    if file is not None or path.exists():
        from k9lite.config.file import load  # most have none

        config = load(path, _keys_of)
    asked = [flags, *of_environment(os.environ), *(() if config is None else config.asked)]
    return settled(asked, os.environ, chosen_theme=kept_theme(liked), config=config)


def _keys_of(config: "Config", mistakes: "Mistakes") -> None:
    """Only where there are any: the screens are asked for theirs."""
    from k9lite.config.keys import look_for_mistakes

    look_for_mistakes(config, mistakes)


def add_arguments(parser: ArgumentParser) -> None:
    tools = parser.add_subparsers(metavar="COMMAND", required=True)
    check = tools.add_parser("check", help="say what is wrong with the config file, line by line")
    check.add_argument("file", metavar="FILE", nargs="?", type=Path, help=f"by default {config_folder() / _FILE}")
    check.set_defaults(run=_check)
    show = tools.add_parser("show", help="print what is in force and who asked for it")
    show.set_defaults(run=_show)
    keys = tools.add_parser("keys", help="print the name of every key that can be another")
    keys.set_defaults(run=_keys)


def _check(args: Namespace) -> int:
    path = args.file or config_folder() / _FILE
    if args.file is None and not path.exists():
        print_line(f"{path}: there is no such file, so nothing is wrong with it", sys.stdout)
        return 0
    settings_of(Asked(source="the command line"), Preferences(config_folder()), path)
    print_line(f"{path}: no mistakes", sys.stdout)
    return 0


def _show(_args: Namespace) -> int:
    from k9lite.config.shown import lines

    for line in lines(settings_of(Asked(source="the command line"), Preferences(config_folder()))):
        print_line(line, sys.stdout)
    return 0


def _keys(_args: Namespace) -> int:
    from k9lite.config.keys import actions

    for action, binding in actions().items():
        print_line(f"{action:<24}{binding.key:<28}{binding.description}", sys.stdout)
    return 0
