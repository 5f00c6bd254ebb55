"""Whether a file has changed, told by its look from outside."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

# A file system may write times down no finer than this, so that a second change within it
# cannot be seen from outside; two seconds is FAT's.
# https://learn.microsoft.com/en-us/windows/win32/sysinfo/file-times
_COARSEST_SECONDS = 2.0

_State = tuple[int, ...] | None


class FilesSeen:
    """Some files, and how they looked when they were last looked at.

    Symbolic links are followed: another target is a change. That is how Kubernetes replaces
    what a volume holds: https://kubernetes.io/docs/concepts/storage/volumes/#configmap
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._seen: tuple[_State, ...] | None = None

    def changed(self) -> bool:
        """Whether one may have changed since the last time; the first time, that all have.

        To be asked before the files are read, so that a change meanwhile is seen the next time.
        What was written a moment ago counts as changed.
        """
        before, self._seen = self._seen, tuple(map(_state, self._paths))
        return before != self._seen or any(map(_is_young, self._seen))

    def forget(self) -> None:
        """Take the files for changed the next time, since they could not be read."""
        self._seen = None


def _state(path: Path) -> _State:
    """Which file it is, how large, and when it was written; None where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev)


def _is_young(state: _State) -> bool:
    return state is not None and abs(time.time() - state[0] / 1e9) < _COARSEST_SECONDS
