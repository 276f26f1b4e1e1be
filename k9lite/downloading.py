"""A manifest at a URL -> its text. Follows cli-runtime's URLVisitor: tried again where a server says that it is it.

Blocks for ``_TIMEOUT_SECONDS`` at most each time nothing comes; whoever draws a screen waits as long.
"""

import http.client
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from engine.errors import UsageError
from k9lite import __version__
from k9lite.wording import quoted

_TRIES = 3
_TIMEOUT_SECONDS = 5
_MOST_BYTES = 16 << 20


def is_url(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def downloaded(url: str) -> str:
    """Raises UsageError in one line."""
    if not urlsplit(url).netloc:
        raise UsageError(f"the URL passed to filename {quoted(url)} is not valid: it names no host")
    request = urllib.request.Request(url, headers={"User-Agent": f"k9lite/{__version__}"})
    told = ""
    for _ in range(_TRIES):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
                content: bytes = answer.read(_MOST_BYTES + 1)
            break
        except urllib.error.HTTPError as error:
            told = f"server reported {error.code} {error.reason}, status code={error.code}"
            error.close()
            if error.code < 500:
                raise UsageError(f"unable to read URL {quoted(url)}, {told}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UsageError(f"unable to read URL {quoted(url)}: {_why(error)}") from None
    else:
        raise UsageError(f"unable to read URL {quoted(url)}, {told}")
    if len(content) > _MOST_BYTES:
        raise UsageError(f"unable to read URL {quoted(url)}: it has more than {_MOST_BYTES >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{url} is not UTF-8 text (byte {error.start})") from None


def _why(error: Exception) -> str:
    """As the system words it, in one line."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer within {_TIMEOUT_SECONDS} seconds"
    text = reason.strerror or str(reason) if isinstance(reason, OSError) else str(reason)
    return " ".join(text.split()).lower() or type(error).__name__
