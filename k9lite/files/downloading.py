"""A manifest at a URL -> its text; see fetching.py for how it comes."""

from urllib.parse import urlsplit

from engine.errors import UsageError
from k9lite.wording import quoted

MOST_BYTES = 16 << 20


def is_url(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def downloaded(url: str) -> str:
    """Raises UsageError in one line."""
    if not urlsplit(url).netloc:
        raise UsageError(f"the URL passed to filename {quoted(url)} is not valid: it names no host")
    from k9lite.files.fetching import content_of  # few lines name a URL, and Python's own HTTP is slow to import

    content = content_of(url)
    if len(content) > MOST_BYTES:
        raise UsageError(f"unable to read URL {quoted(url)}: it has more than {MOST_BYTES >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{url} is not UTF-8 text (byte {error.start})") from None
