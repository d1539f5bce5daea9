"""One writer per profile: an OS lock that ends with its process, and the holder's number for the one who must wait."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.errors import ProfileBusy, ProfileTrouble

if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int) -> bool:
        try:
            os.lseek(fd, 64, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class ProfileLock:
    """Held by the one process that writes a profile; given back by `release` or by the end of the process."""

    def __init__(self, fd: int, path: Path) -> None:
        self._fd: int | None = fd
        self.path = path

    @classmethod
    def acquire(cls, path: Path) -> ProfileLock:
        """Take the lock now. Raises ProfileBusy naming the holder's process number, ProfileTrouble when the folder
        cannot be written to."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise ProfileTrouble(
                f"The data folder {path.parent} cannot be written to.",
                safe="Nothing was changed.",
                do="Make it writable, or choose another one with --data-dir.",
            ) from error
        if not _try_lock(fd):
            os.close(fd)
            pid = holder(path)
            who = f" (process {pid})" if pid else ""
            raise ProfileBusy(
                f"Another running Indoors{who} is using this library.",
                safe="Nothing was changed.",
                do="Close it and try again; searching and asking work meanwhile.",
            )
        try:
            os.ftruncate(fd, 0)
            os.lseek(fd, 0, os.SEEK_SET)
            os.write(fd, f"{os.getpid()}\n".encode())
        except OSError:
            # A full disk costs the number in the file, not the lock.
            pass
        return cls(fd, path)

    def release(self) -> None:
        """Give the lock back; again is harmless."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> ProfileLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def holder(path: Path) -> int | None:
    """Process number written in the lock file, if any; it may be of a process that has ended."""
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
