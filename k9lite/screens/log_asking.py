"""What the log screen asks in one line, and what the answers mean."""

import re

from engine.errors import UsageError

PROMPTS = {
    "search": "regular expression",
    "filter": "words !not /regex/ level>=warn status>=500 user:bob pod:web-1",
    "tail": "how many of the newest lines; none for all",
    "head": "how many of the first lines; none for all",
    "save": "file name",
}


def pattern_of(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text, re.IGNORECASE) if text else None
    except re.error as error:
        raise UsageError(f"/{text} is no regular expression: {error}") from None


def count_of(text: str) -> int:
    """Of lines; 0 for all."""
    digits = text.replace(",", "")
    if digits and not digits.isdecimal():
        raise UsageError(f"{text} is no number of lines")
    return int(digits or 0)


def spoken(seconds: int) -> str:
    """``5 min``"""
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
