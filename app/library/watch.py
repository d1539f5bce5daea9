"""Notices changes in the added folders as they happen, and looks anyway now and then, since watching misses some."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from models.api import Cancel

QUIET_MS = 800
"""Changes are gathered until nothing happened for this long, so that a file being written is not read half-way."""
RESCAN_S = 900.0
"""Network folders and full watch lists miss changes; an unchanged folder of 2,000 files costs far under a second."""
_WAKE_MS = 1000


def changes(paths: Sequence[Path], *, cancel: Cancel, rescan_s: float = RESCAN_S) -> Iterator[list[Path]]:
    """Those of `paths` at or below which something changed, batch by batch, until stopped.

    All of them after every `rescan_s` seconds. Paths that are not there are looked for again at each rescan.
    """
    roots = [Path(path).absolute() for path in paths]
    while not cancel.stopped:
        present = [root for root in roots if root.exists()]
        if not present:
            cancel.wait(min(rescan_s, 5.0))
            continue
        yield from _watch(present, cancel, rescan_s)
        if not cancel.stopped:
            yield [root for root in roots if root.exists()]


def _watch(roots: Sequence[Path], cancel: Cancel, rescan_s: float) -> Iterator[list[Path]]:
    """Batches of changed roots for `rescan_s` seconds, or until a root vanishes or a stop."""
    import watchfiles  # only when something is watched

    until = time.monotonic() + rescan_s
    ended = threading.Event()
    try:
        for batch in watchfiles.watch(
            *roots,
            watch_filter=_worth_a_look,
            debounce=QUIET_MS * 2,
            step=QUIET_MS // 4,
            rust_timeout=_WAKE_MS,
            yield_on_timeout=True,
            stop_event=ended,
            raise_interrupt=False,
        ):
            if cancel.stopped:
                return
            changed = {Path(path) for _, path in batch}
            touched = [root for root in roots if any(root == path or root in path.parents for path in changed)]
            if touched:
                yield touched
            if time.monotonic() >= until or not all(root.exists() for root in roots):
                return
    finally:
        ended.set()


def _worth_a_look(_: object, path: str) -> bool:
    """Whether a changed path may matter: hidden files, lock files and half-written ones do not."""
    name = path.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    return not name.startswith((".", "~$")) and not name.endswith((".tmp", ".swp", ".part", ".crdownload", "~"))
