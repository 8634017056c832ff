"""A chip of the catalogue, or of a user's file, together with the ranges behind it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remanence.core.errors import InputError
from remanence.data import Card, Draws, Row, build, load_card, names, override, read_card, rows_of
from remanence.system.chip import Chip


@dataclass(frozen=True)
class Platform:
    """A card of a chip: `design` is the chip at its median values, `sample` the same chip over draws."""

    card: Card

    @property
    def name(self) -> str:
        """Name of the card."""
        return self.card.name

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return self.card.title

    @functools.cached_property
    def design(self) -> Chip:
        """The chip at the median of every row: a single design."""
        return build(Chip, self.card)

    def sample(self, draws: Draws) -> Chip:
        """The chip whose uncertain fields are arrays of shape (draws.count,)."""
        return build(Chip, self.card, draws)

    def vary(self, **changes: Any) -> Platform:
        """Return a variant; dots in a field's path are written as double underscores.

        ``platform.vary(crossbar__converter__bits=5)``; a whole part by the name of a card,
        ``platform.vary(crossbar__cell__junction__stack="l10-fept")``. The variant is named after its changes unless
        ``name`` is given.

        Raises:
            UnknownNameError: a field that the chip does not have.
            InputError: a value that breaks a rule; everything is checked now.
        """
        paths = {path.replace("__", "."): item for path, item in changes.items()}
        labels = [f"{path.rpartition('.')[2]}={item}" for path, item in paths.items() if path not in ("name", "title")]
        name = str(paths.pop("name", ", ".join([self.name, *labels])))
        title = str(paths.pop("title", self.title))
        varied = Platform(dataclasses.replace(override(Chip, self.card, paths), name=name, title=title))
        _ = varied.design
        list(varied.rows())
        return varied

    def rows(self) -> Iterator[Row]:
        """Every sourced number behind the chip, its parts included."""
        return rows_of(Chip, self.card)


def platform_names() -> tuple[str, ...]:
    """Names of the chips in the catalogue."""
    return names("chip")


def platform(source: str | Path) -> Platform:
    """Load a chip by name, or from a YAML file (a path that ends in .yaml or .yml).

    Raises:
        UnknownNameError: no such chip in the catalogue; the message offers the nearest names.
        InputError: the file cannot be read, or breaks a rule.
    """
    text = str(source)
    if text.endswith((".yaml", ".yml")):
        loaded = Platform(read_card(read_text(Path(source)), Path(source).name, "chip"))
    else:
        loaded = Platform(load_card("chip", text))
    _ = loaded.design  # every rule is checked now, not at first use
    list(loaded.rows())
    return loaded


def read_text(path: Path) -> str:
    """Read a text file.

    Raises:
        InputError: it is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "file", f"'{path}'", f"cannot be read ({type(error).__name__})",
            "Cards of the catalogue go by name: rm.chip, rm.junction, rm.device.stack.",
        ) from error  # fmt: skip
