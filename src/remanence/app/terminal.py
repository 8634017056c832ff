"""What every command shares: the console, progress bars, files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from remanence.core.errors import InputError

WIDTH = 140
"""Of tables where the output is not a terminal."""


def console() -> Console:
    """Return the console that results are printed on."""
    return Console(width=None if sys.stdout.isatty() else WIDTH)


def writable(option: str, path: Path) -> None:
    """Refuse a path that cannot become a file, before the work begins; make its folder.

    Raises:
        InputError: a folder, or a place that cannot be written.
    """
    if path.is_dir() or (path.parent.exists() and not os.access(path.parent, os.W_OK)):
        raise InputError(option, f"'{path}'", "must be a file in a folder that can be written")
    path.parent.mkdir(parents=True, exist_ok=True)


def write(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


@contextlib.contextmanager
def progress() -> Iterator[Any]:
    """Give a function of (what, done, total) that draws a bar for each ``what`` on standard error."""
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report
