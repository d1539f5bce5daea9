"""AppError and its kinds, and the one place that turns any error into a Notice a person can act on."""

from __future__ import annotations

import errno

from app.values import Notice, TroubleKind
from models.api import ModelError


class AppError(Exception):
    """The world did not do what was needed; carries the sentences a person reads. Exit code 1."""

    def __init__(self, happened: str, *, safe: str = "", do: str = "") -> None:
        super().__init__(happened)
        self.notice = Notice(happened=happened, safe=safe, do=do)


class FileTrouble(AppError):
    """One file cannot be read; `reason` is the short form shown beside its name."""

    def __init__(
        self,
        reason: str,
        *,
        hint: str = "",
        kind: TroubleKind = TroubleKind.OTHER,
        estimate_s: float | None = None,
    ) -> None:
        """`estimate_s`: how long the action offered for this trouble would take on this computer, where known."""
        super().__init__(reason, do=hint)
        self.reason = reason
        self.hint = hint
        self.kind = kind
        self.estimate_s = estimate_s


class ProfileBusy(AppError):
    """Another running Indoors writes this profile."""


class ProfileTrouble(AppError):
    """The data folder cannot be used: read-only, full, damaged, or written by a newer Indoors."""


class NoModel(AppError):
    """The job needs a model that is not on this computer."""


class UsageError(AppError):
    """The command was asked for something it does not take. Exit code 2."""


_SYSTEM_REASONS = {
    errno.ENOSPC: ("The disk is full.", "Free some space and try again."),
    errno.EROFS: ("The disk is read-only.", "Choose another data folder or make it writable."),
    errno.EACCES: ("No permission to open {name}.", "Check who owns it, or choose another place."),
    errno.EPERM: ("No permission to use {name}.", "Check who owns it, or choose another place."),
    errno.ENOENT: ("{name} does not exist.", "Check the spelling of the path."),
    errno.ENOTDIR: ("{name} is not a folder.", "Check the path."),
    errno.EISDIR: ("{name} is a folder.", "Check the path."),
    errno.ENAMETOOLONG: ("The name {name} is too long for this disk.", "Choose a shorter one."),
    errno.EIO: ("The disk could not be read or written.", "Check the disk; it may be failing or unplugged."),
    errno.EMFILE: ("Too many files are open.", "Close other programs and try again."),
}


def explain(error: BaseException) -> Notice:
    """The Notice for any error: AppError and ModelError bring their own words, a system error gets its plain
    reason, and everything else is marked as our bug (exit code 70)."""
    match error:
        case AppError():
            return error.notice
        case ModelError():
            return Notice(happened=str(error), safe=error.safe, do=error.do)
        case OSError() if error.errno in _SYSTEM_REASONS:
            happened, do = _SYSTEM_REASONS[error.errno]
            return Notice(happened=happened.format(name=error.filename or "the file"), do=do)
        case KeyboardInterrupt():
            return Notice(happened="Stopped.", safe="What was done so far is kept.")
        case _:
            return Notice(
                happened="Indoors made a mistake.",
                safe="Your files are unchanged.",
                do="Please send us the report; it holds no text of yours.",
                ours=True,
                details=(f"{type(error).__name__}",),
            )
