"""The whole catalogue by name: loading any card from a file, listing and citing what is behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remanence.circuit import (
    Cell,
    Conductor,
    Converter,
    Gatelibrary,
    Memory,
    Node,
    Periphery,
    Pump,
    Senseamplifier,
    Wafer,
    Writedriver,
)
from remanence.core.declare import Part, Quantity, declarations
from remanence.core.errors import InputError, UnknownNameError
from remanence.cram.cells.cell import Logiccell
from remanence.cram.machine.array import Logicarray
from remanence.cram.machine.chip import Logicchip
from remanence.cram.machine.claim_case import Logicclaim
from remanence.crossbar import Crossbar, Resistancesum
from remanence.data import Card, Row, aliases, bibliography, build, load_card, names, read_card, rows_of
from remanence.device import (
    Breakdown,
    Capacitor,
    Defects,
    Edram,
    Fefet,
    Heavymetal,
    Junction,
    Norflash,
    Process,
    Referencelayer,
    Resistive,
    Stack,
)
from remanence.system.chip import Chip, Gpu, Microcontroller, Processor
from remanence.system.platform import Platform, platform, read_text

KINDS: Mapping[str, type] = {
    cls.__name__.lower(): cls
    for cls in (
        Stack,
        Junction,
        Resistive,
        Norflash,
        Fefet,
        Capacitor,
        Defects,
        Edram,
        Heavymetal,
        Referencelayer,
        Breakdown,
        Process,
        Conductor,
        Node,
        Pump,
        Wafer,
        Cell,
        Converter,
        Senseamplifier,
        Writedriver,
        Gatelibrary,
        Memory,
        Periphery,
        Crossbar,
        Resistancesum,
        Logiccell,
        Logicarray,
        Logicchip,
        Logicclaim,
        Processor,
        Microcontroller,
        Gpu,
        Chip,
    )
}
"""Every kind of card up to this floor and the class that declares it; `outlook` adds its own, which callers pass in."""


def load(path: str | Path) -> Any:
    """Load a card from a YAML file: a `Platform` for a chip, else the value (a `Stack`, a `Junction`, ...).

    Raises:
        InputError: the file cannot be read or breaks a rule.
        UnknownNameError: an unknown kind or key.
    """
    card = read_card(read_text(Path(path)), Path(path).name)
    if card.kind not in KINDS:
        raise UnknownNameError(f"{Path(path).name}: kind", card.kind, KINDS)
    return platform(path) if card.kind == "chip" else build(KINDS[card.kind], card)


def find(name: str, kinds: Mapping[str, type] = KINDS) -> Card:
    """Return the card of that name, of whatever kind; ``kind/name`` where two kinds share a name.

    Args:
        name: in the catalogue, or a YAML file.
        kinds: where to look; a floor above passes its own kinds along with `KINDS`.

    Raises:
        UnknownNameError: no such card.
    """
    if name.endswith((".yaml", ".yml")):
        return read_card(read_text(Path(name)), Path(name).name)
    kind, slash, short = name.rpartition("/")
    if slash and kind not in kinds:
        raise UnknownNameError("kind", kind, kinds)
    searched = [kind] if slash else list(kinds)
    homes = [k for k in searched if short in names(k)] or [k for k in searched if short.lower() in aliases(k)]
    if not homes:
        raise UnknownNameError("name", name, [known for k in kinds for known in (*names(k), *aliases(k))])
    return load_card(homes[0], short)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a card: what it is and, for a fact, the row it comes from."""

    field: str
    doc: str
    content: Any
    row: Row | None
    part: bool = False


def entries(card: Card, prefix: str = "", kinds: Mapping[str, type] = KINDS) -> Iterator[Entry]:
    """Yield every field of a card and of its parts, defaults left out."""
    for name, declaration in declarations(kinds[card.kind]).items():
        if isinstance(declaration, Part):
            if name in card.uses:
                used = card.uses[name]
                inner = used if isinstance(used, Card) else load_card(declaration.kind.__name__.lower(), used)
                yield Entry(f"{prefix}{name}", declaration.doc, inner.title or inner.name, None, part=True)
                yield from entries(inner, f"{prefix}{name}.", kinds)
        elif name in card.values and isinstance(declaration, Quantity):
            row = card.row(name, declaration)
            yield Entry(f"{prefix}{name}", declaration.doc, row.value, row)
        elif name in card.design:
            yield Entry(f"{prefix}{name}", declaration.doc, card.design[name], None)


def cite(subject: Any, kinds: Mapping[str, type] = KINDS) -> str:
    """Return the references behind a name, a chip, an estimate or an evaluation, one a line.

    Args:
        subject: the name of a card or a YAML file, a `Platform`, a `Card`, or a result with sources.
        kinds: the kinds of card, as for `find`.

    Raises:
        UnknownNameError: no such name.
        InputError: something that has no sources, such as a plain value; cite the name of its card.
    """
    if isinstance(subject, (str, Platform, Card)):
        card = (
            find(subject, kinds) if isinstance(subject, str) else subject if isinstance(subject, Card) else subject.card
        )
        return bibliography.cite(row.source for row in rows_of(kinds[card.kind], card))
    sources = getattr(subject, "sources", None) or getattr(getattr(subject, "provenance", None), "sources", None)
    if sources is None:
        raise InputError("cite", type(subject).__name__, "has no sources", "Give the name of a card, or a result.")
    return bibliography.cite(sources)
