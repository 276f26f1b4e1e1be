"""Bytes at a URL. Follows cli-runtime's URLVisitor: tried again where a server says that it is it.

Blocks for ``_TIMEOUT_SECONDS`` at most each time nothing comes.
"""

import http.client
import urllib.error
import urllib.request

from engine.errors import UsageError
from k9lite import __version__
from k9lite.files.downloading import MOST_BYTES
from k9lite.wording import quoted

_TRIES = 3
_TIMEOUT_SECONDS = 5


def content_of(url: str) -> bytes:
    """At most one byte more than is allowed. Raises UsageError in one line."""
    request = urllib.request.Request(url, headers={"User-Agent": f"k9lite/{__version__}"})
    told = ""
    for _ in range(_TRIES):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
                content: bytes = answer.read(MOST_BYTES + 1)
            return content
        except urllib.error.HTTPError as error:
            told = f"server reported {error.code} {error.reason}, status code={error.code}"
            error.close()
            if error.code < 500:
                break
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UsageError(f"unable to read URL {quoted(url)}: {_why(error)}") from None
    raise UsageError(f"unable to read URL {quoted(url)}, {told}")


def _why(error: Exception) -> str:
    """As the system words it, in one line."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer within {_TIMEOUT_SECONDS} seconds"
    text = reason.strerror or str(reason) if isinstance(reason, OSError) else str(reason)
    return " ".join(text.split()).lower() or type(error).__name__
