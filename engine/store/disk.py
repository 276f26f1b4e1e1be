"""What a log asks of the operating system: locked opening, safe naming, exact reads and writes, one error each.

Knows nothing of frames. For log.py and who makes a file whole before it has its name: compaction.py, log repair.

A file is made under a hidden name beside the one it will have, locked all the while. So a hidden file that nobody
holds locked was left by a process that died, and goes when the next one comes by.
"""

import errno
import fcntl
import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from stat import S_ISREG

from engine.errors import LogError, LogFull, LogLocked, LogMissing, LogUnreadable, LogUnwritable, NotALog

CHUNK_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 13

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_SUCH_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})


def open_locked(path: Path) -> int:
    """The file under `path`, locked; again if a compaction swapped it between the opening and the lock."""
    while True:
        fd = open_file(path, os.O_RDWR)
        try:
            lock(fd)
            if is_named(fd, path):
                return fd
        except BlockingIOError as error:
            pid = _pid_of_writer(fd)
            os.close(fd)
            raise LogLocked(path, pid) from error
        except OSError as error:
            os.close(fd)
            raise cannot_write(path, error) from error
        os.close(fd)


def lock(fd: int) -> None:
    """Raises BlockingIOError if another open file holds the lock; it ends with the descriptor."""
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _pid_of_writer(fd: int) -> int | None:
    """Who holds the lock, where the kernel tells (Linux): `1: FLOCK ADVISORY WRITE 123 fd:01:456 0 EOF`."""
    found = os.fstat(fd)
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        locks = Path("/proc/locks").read_text()
    except OSError:
        return None
    for line in locks.splitlines():
        words = line.split()
        if words[1] == "FLOCK" and words[5] == place and int(words[4]) > 0:
            return int(words[4])
    return None


def open_file(path: Path, flags: int) -> int:
    try:
        if not S_ISREG(path.stat().st_mode):
            raise NotALog(path, "it is not a file")
        return os.open(path, flags | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NO_SUCH_FILE:
            raise LogMissing(path) from error
        if error.errno == errno.ELOOP:
            raise NotALog(path, "it is a link that leads back to itself") from error
        if flags == os.O_RDONLY:
            raise LogUnreadable(path, str(error.strerror)) from error
        raise LogUnwritable(path, str(error.strerror), "change its permissions, or open it read-only") from error


def open_hidden(path: Path) -> tuple[int, Path]:
    """A new file that is to become ``path``, under its hidden name, locked; what a dead process left there goes.

    Raises LogLocked while another process makes the same file, LogUnwritable, OSError.
    """
    hidden = hidden_name(path)
    while True:
        clear_away(hidden, path)
        try:
            fd = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        except FileExistsError:
            continue
        with suppress(BlockingIOError):
            lock(fd)
            if is_named(fd, hidden):
                return fd, hidden
        os.close(fd)  # another process took it for a dead one's, between the opening and the lock


def hidden_name(path: Path) -> Path:
    """Of a file that is not whole yet."""
    return path.with_name(f".{path.name}.new")


def compacted_name(path: Path) -> Path:
    """Of a log that is to take the place of ``path``."""
    return path.with_name(f".{path.name}.compacted")


def clear_leftovers(path: Path) -> None:
    """Remove what processes that died left beside ``path``, for who holds its lock; what stays does no harm."""
    compacted = compacted_name(path)
    for hidden in (hidden_name(path), compacted, hidden_name(compacted)):
        with suppress(LogError, OSError):
            if os.path.samestat(hidden.lstat(), path.stat()):
                hidden.unlink()  # the log itself, whose maker died when it had just given it its name
            clear_away(hidden, path)


def clear_away(hidden: Path, path: Path) -> None:
    """Remove what a process that died left of ``path``. Raises LogLocked if a living one has it, and as open_hidden."""
    try:
        if not S_ISREG(hidden.lstat().st_mode):
            raise LogUnwritable(path, f"{hidden.name} is in the way", "move that away")
        fd = os.open(hidden, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        lock(fd)
        if is_named(fd, hidden):
            hidden.unlink()
    except BlockingIOError as error:
        raise LogLocked(path, _pid_of_writer(fd)) from error
    finally:
        os.close(fd)


def open_unused(path: Path) -> tuple[int, Path]:
    """A new file under `path`, or under `path`-2, -3 ... if that exists."""
    for number in count(1):
        name = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            return os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), name
        except FileExistsError:
            continue
    raise AssertionError("count never ends")


def give_name(unnamed: Path, path: Path) -> None:
    """Give a finished file its name, never over another file."""
    try:
        path.hardlink_to(unnamed)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # Here a file that appears between the two lines is overwritten; FAT and some network disks only.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
        unnamed.rename(path)


def replace(unnamed: Path, path: Path) -> None:
    """Give a finished file the name of another, in one step: the name always stands for one of the two."""
    unnamed.replace(path)


def is_named(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(fd))
    except FileNotFoundError:
        return False


def sync_data(fd: int) -> None:
    """Wait until the file's data and length are on the disk."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(fd)
    else:
        os.fsync(fd)  # Darwin


def sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def read(fd: int, file: Path, size: int, offset: int) -> bytes:
    """`size` bytes at `offset`, fewer only at the end of the file."""
    try:
        data = os.pread(fd, size, offset)
        while len(data) < size and (more := os.pread(fd, size - len(data), offset + len(data))):
            data += more
    except OSError as error:
        raise LogUnreadable(file, str(error.strerror)) from error
    return data


def write(fd: int, data: bytes, offset: int) -> None:
    """All of `data`; one call unless the disk fills up, which shows as a short write first."""
    left = memoryview(data)
    while left:
        written = os.pwrite(fd, left, offset)
        left, offset = left[written:], offset + written


def zeros_from(fd: int, file: Path, offset: int) -> int:
    """Where the zeros begin that end the file, looking back no further than `offset`."""
    end, zeros = os.fstat(fd).st_size, bytes(_BLOCK_BYTES)
    while end > offset:
        begin = max(offset, end - _BLOCK_BYTES)
        block = read(fd, file, end - begin, begin)
        # To compare takes a hundredth of what to strip takes.
        if block != zeros and (rest := block.rstrip(b"\0")):
            return begin + len(rest)
        end = begin
    return offset


def cannot_write(file: Path, error: OSError) -> LogError:
    why = str(error.strerror)
    if error.errno in _NO_ROOM:
        return LogFull(file, why)
    return LogUnwritable(file, why, "check its permissions, its folder and the disk")
