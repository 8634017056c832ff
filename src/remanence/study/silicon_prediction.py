"""What a search over organisations says of a published macro, blind: one rule for every chip, no fitted constant."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from remanence.circuit import Cell, Macros, Node, layout
from remanence.circuit.organisation import Costs
from remanence.circuit.transistor import REFERENCE
from remanence.core.declare import Array, Quantity, declarations
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.data import Draws, build, load_card, names, override
from remanence.data.published import Published, published
from remanence.study.macro import BEYOND, choose

Answer: TypeAlias = Array | str
"""A predicted figure in the unit of a row, a float or draws; or why there is none, in a few words."""

NEAREST = 1.25
"""Largest factor between a chip's node and that of the card it is held against."""

TEMPERATURES = (233.0, 423.15)
"""Temperatures in K that the cards reach; a source that states none is taken to mean `REFERENCE`."""

CELLS: Mapping[str, str] = {
    "stt-1t1mtj": "stt-1t1mtj",
    "stt-2t2mtj": "stt-2t2mtj",
    "sot-2t1mtj": "sot-2t1mtj",
    "reram-1t1r": "reram-1t1r",
    "pcm-1t1r": "pcm-1t1r",
    "sram-6t": "sram-6t",
    "edram-1t1c": "edram-1t1c",
    "flash-split-gate": "split-gate-40nm",
}
"""Technologies of the table and the card of their cell."""

WORDS: Mapping[str, int] = {"sram-6t": 64}
"""Bits of a word where a source states none; half and twice of it are taken besides."""

WORD = 128
"""The same for every technology that `WORDS` does not name: the read width of embedded non-volatile macros."""

CAPACITY = 1 << 20
"""Bits where neither a row nor another of its chip states them; a quarter and four times of it are taken besides."""

ROWS = (64, 1024)
"""Cells on a bitline of a macro that could be built: fewer waste the amplifiers, more are not published."""

SHARE = (0.40, 0.75)
"""Share of a macro's area that is cells; where no organisation has it, those nearest to it are taken."""

NEAR = 2.0
"""Organisations are as good as the best whose product of read time, area and read energy is at most this times its."""

SAMPLE = 16
"""Organisations drawn from those as good as the best, for each capacity and word that a source leaves open."""

READS = 0.5
"""Share of the draws that must leave something to sense; the others, in which a published chip could not work, are
dropped."""

LATENCY = ("bitline", "mux", "sense")
"""Parts of a read that a sense time has."""


class Setting(NamedTuple):
    """What a chip's source says of it; capacities and words have several entries where it leaves them open."""

    cell: str
    node: str
    capacities: tuple[int, ...]
    words: tuple[int, ...]
    temperature: float
    supply: float  # V; 0 where not stated


class Prediction(NamedTuple):
    """All figures of one macro by quantity of the table, floats or draws, from the same organisations."""

    figures: Mapping[str, Array]
    rows: int
    columns: int
    share: float  # cells over area of the organisation chosen


def card_node(row: Published) -> str:
    """Return the card of the nearest node, low standby power; empty where none lies within a factor `NEAREST`."""
    sizes = {name: float(name[5:-2]) * 1e-9 for name in names("node") if name.endswith("nm")}
    name, size = min(sizes.items(), key=lambda item: abs(np.log(item[1] / row.node)))
    return name if max(size / row.node, row.node / size) <= NEAREST else ""


def predict_by_search(row: Published, draws: Draws | None = None) -> Answer:
    """Return our figure for a row, from one organisation that a fixed rule chooses for its chip.

    All organisations of the chip's capacity and word on the nearest node card are searched (`study.macro.choose`), at
    the temperature and supply that the source states. Those that nobody would build are dropped (`ROWS`, `SHARE`); of
    the others that with the least product of read time, area and read energy is chosen, and every quantity comes from
    it. With draws the organisation is drawn too, from all within `NEAR` of the best, and from the capacities and words
    that the source leaves open.

    Args:
        row: of the table of silicon.
        draws: None for the medians.
    """
    if row.technology not in CELLS:
        return "no card of the cell"
    node = card_node(row)
    if not node:
        return "no card of the node"
    if row.temperature and not TEMPERATURES[0] <= row.temperature <= TEMPERATURES[1]:
        return "temperature outside the cards' range"
    areas = row.quantity in ("cell_area", "macro_area", "density")
    if row.voltage and not areas and not _holds(node, row.voltage):
        return "supply outside the card's range"
    if not _placeable(CELLS[row.technology], node):
        return "no card of the cell on the node"
    if row.quantity == "cell_area":
        return _cell_area(CELLS[row.technology], node, draws)
    if row.quantity in ("write_throughput", "read_power"):
        return "depends on how many bits work at once"
    if row.quantity in ("macro_area", "standby_power") and not row.capacity:
        return "no capacity stated"
    predicted = predicted_macro(setting(row, node), draws)
    if isinstance(predicted, str):
        return predicted
    figure = np.asarray(predicted.figures[row.quantity])
    if row.quantity in ("macro_area", "standby_power"):
        figure = figure * row.capacity
    return figure if draws is not None else float(figure)


def setting(row: Published, node: str) -> Setting:
    """Return what is searched for a row; what its source leaves open has several entries, the middle one first."""
    stated = row.capacity or next((other.capacity for other in _rows_of(row.chip) if other.capacity), 0)
    word = row.word_bits or next((other.word_bits for other in _rows_of(row.chip) if other.word_bits), 0)
    usual = WORDS.get(row.technology, WORD)
    words = (word,) if word else (usual, usual // 2, 2 * usual)
    wanted = (stated,) if stated else (CAPACITY, CAPACITY // 4, 4 * CAPACITY)
    supply = 0.0 if row.quantity in ("macro_area", "density") else row.voltage
    return Setting(
        CELLS[row.technology], node, tuple(_whole(each) for each in wanted), words, row.temperature or REFERENCE, supply
    )


def _rows_of(chip: str) -> list[Published]:
    return [row for row in published("silicon").values() if row.chip == chip and not row.recalled]


def _whole(capacity: int) -> int:
    """Return the nearest number of bits with at most six binary digits: a macro has few subarrays of equal size."""
    step = 1 << max(capacity.bit_length() - 6, 0)
    return round(capacity / step) * step


@functools.lru_cache(maxsize=512)
def predicted_macro(chip: Setting, draws: Draws | None) -> Prediction | str:
    """Return the figures of the macro that the rule chooses, areas and standby power of a bit; or why there is none.

    Args:
        chip: what is searched.
        draws: None for the medians of the one organisation chosen.
    """
    variants = [_variant(chip, *open_) for open_ in itertools.product(chip.capacities, chip.words)]
    found = [variant for variant in variants if not isinstance(variant, str)]
    if isinstance(variants[0], str):
        return variants[0]
    if draws is None:
        best = found[0].near.take([0])
        costs = _costs(best, chip, None)
        organisation = best.organisations
        figures = {name: float(column[0]) for name, column in _figures(best, found[0], costs).items()}
        return Prediction(figures, int(organisation.rows[0]), int(organisation.columns[0]), float(found[0].share))
    drawn: dict[str, NDArray[np.float64]] = {}
    which = np.arange(draws.count)
    for index, variant in enumerate(found):
        near = variant.near
        order = Stream(draws.seed).child("organisations", index).permutation(len(near))[:SAMPLE]
        mine = which[which % len(found) == index]
        columns = _figures(near.take(order), variant, _costs(near.take(order), chip, draws))
        for name, column in columns.items():
            each = np.broadcast_to(column, (draws.count, len(order)))
            drawn.setdefault(name, np.empty(draws.count))[mine] = each[mine, (mine // len(found)) % len(order)]
    reads = np.all([column < BEYOND for column in drawn.values()], axis=0)
    if np.mean(reads) < READS:
        return "no read in most draws"
    return Prediction({name: column[reads] for name, column in drawn.items()}, 0, 0, float(found[0].share))


class _Variant(NamedTuple):
    near: Macros  # the best first
    capacity: int
    word: int
    share: float


@functools.lru_cache(maxsize=512)
def _variant(chip: Setting, capacity: int, word: int) -> _Variant | str:
    try:
        macros = choose(
            chip.cell, chip.node, capacity=capacity, word_bits=word, temperature=chip.temperature, draws=Draws(count=2)
        ).macros
    except InputError as error:
        return f"refused: {error.subject}"
    seen = macros.design.inputs().cell
    share = capacity / seen.bits_per_cell * float(np.asarray(seen.area)) / macros["area"]
    rows = macros.organisations.rows
    kept = _buildable(rows, share)
    macros, share = macros.take(kept), share[kept]
    merit = macros["read_latency"] * macros["area"] * macros["read_energy"]
    order = np.argsort(merit, kind="stable")
    order = order[merit[order] <= NEAR * merit[order[0]]]
    return _Variant(macros.take(order), capacity, word, float(share[order[0]]))


def _buildable(rows: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which organisations keep `ROWS` and `SHARE`; where none does, those nearest to the share."""
    usual = (rows >= ROWS[0]) & (rows <= ROWS[1])
    usual = usual if usual.any() else np.ones_like(usual)
    away = np.maximum(np.maximum(SHARE[0] / share, share / SHARE[1]), 1.0)
    kept: NDArray[np.bool_] = usual & (away <= 1.05 * away[usual].min())
    return kept


def _costs(macros: Macros, chip: Setting, draws: Draws | None) -> Costs:
    if chip.supply:
        card = override(Node, chip.node, {"supply": chip.supply})
        macros = replace(macros, design=replace(macros.design, node=build(Node, card, draws)))
    return macros.costs(draws=draws)


def _figures(macros: Macros, variant: _Variant, costs: Costs) -> dict[str, NDArray[np.float64]]:
    parts = costs.parts["read_latency"]
    banks = macros.organisations.banks
    per_bit = 1.0 / variant.capacity
    columns = {
        "macro_area": np.asarray(costs.area) * per_bit,
        "density": variant.capacity / np.asarray(costs.area),
        "read_sense_time": sum(np.asarray(parts[name]) for name in LATENCY),
        "read_access_time": costs.read_latency,
        "read_cycle_time": banks * variant.word / np.asarray(costs.bandwidth),
        "write_time": costs.write_latency,
        "read_energy": np.asarray(costs.read_energy) / variant.word,
        "write_energy": np.asarray(costs.write_energy) / variant.word,
        "standby_power": np.asarray(costs.standby) * per_bit,
    }
    return {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}


def _cell_area(name: str, node_name: str, draws: Draws | None) -> Answer:
    node, cell = build(Node, node_name, draws), build(Cell, name, draws)
    if cell.static or cell.edram is not None or cell.transistor is not None:
        return "a card holds it"
    return layout.cell_area(cell, node)


def _placeable(cell: str, node: str) -> bool:
    try:
        layout.check_node(build(Cell, cell), build(Node, node))
    except InputError:
        return False
    return True


def _holds(node: str, supply: float) -> bool:
    quantity = declarations(Node)["supply"]
    assert isinstance(quantity, Quantity)
    row = load_card("node", node).row("supply", quantity)
    return bool(row.low * (1 - 1e-9) <= supply <= row.high * (1 + 1e-9))
