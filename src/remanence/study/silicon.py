"""Our cells and macros beside fabricated ones, blind: our figure, its interval, and the rows that have none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from remanence.circuit import Cell, Memory, Node, Periphery, layout, organise, storage
from remanence.core.declare import Array, Quantity, declarations
from remanence.core.errors import InputError
from remanence.data import Card, Draws, build, load_card, names, override
from remanence.data.published import Published, published

Answer: TypeAlias = Array | str
"""A predicted figure in the unit of a row, a float or draws; or why there is none, in a few words."""

Predict: TypeAlias = Callable[[Published, Draws | None], Answer]
"""What `silicon_rows` asks for each row, once at the medians (None) and once over draws."""

INTERVAL = (10.0, 90.0)
"""Percentiles of the interval that should cover four chips in five."""

NEAREST = 1.25
"""Largest factor between a chip's node and that of the card it is held against."""

MEGABIT = 2**20
"""Bits of a macro whose row states no capacity."""

ROOM = (273.0, 323.0)
"""Temperatures in K at which a figure at 25 degC is compared; a source that states none is taken to mean those."""

DESIGNS: Mapping[str, tuple[str, str]] = {
    "stt-1t1mtj": ("stt-macro", "stt-1t1mtj"),
    "stt-2t2mtj": ("stt-macro", "stt-2t2mtj"),
    "sot-2t1mtj": ("stt-macro", "sot-2t1mtj"),
    "reram-1t1r": ("reram-macro", "reram-1t1r"),
    "pcm-1t1r": ("reram-macro", "pcm-1t1r"),
    "sram-6t": ("sram-macro", "sram-6t"),
    "edram-1t1c": ("edram-macro", "edram-1t1c"),
    "flash-split-gate": ("eflash-macro", "split-gate-40nm"),
}
"""Technologies of the table: our macro and the cell in it."""

SET = {
    "intel-22ffl-mram-density": "the array efficiency of stt-macro",
    "samsung-45-flash-write": "the program pulse of split-gate-40nm",
    "samsung-28-flash-write": "the program pulse of split-gate-28nm",
}
"""Rows whose figure set a parameter of ours: no check of the model that holds it."""

FIGURES = ("cell_area", "density", "macro_area", "read_access_time", "write_time", "read_energy", "write_energy",
           "standby_power")  # fmt: skip
"""Quantities that `predict_from_cards` gives."""

FAMILIES = ("ihp-130-sram",)
"""Prefixes of chips that one generator made: they count as one chip."""


def chip_of(row: Published) -> str:
    """Return the chip that a row counts for; macros of one generator are one."""
    return next((family for family in FAMILIES if row.chip.startswith(family)), row.chip)


def card_node(row: Published) -> str:
    """Return the card of the nearest node, low standby power; empty where none lies within a factor `NEAREST`."""
    sizes = {name: float(name[5:-2]) * 1e-9 for name in names("node") if name.endswith("nm")}
    name, size = min(sizes.items(), key=lambda item: abs(np.log(item[1] / row.node)))
    return name if max(size / row.node, row.node / size) <= NEAREST else ""


def excluded(row: Published) -> str:
    """Return why a row enters no comparison, whatever is predicted; empty where it does."""
    if row.recalled:
        return "recalled, not read"
    if row.basis == "claimed":
        return "claimed"
    if row.quantity == "chip_area":
        return "a die, not a macro"
    return f"sets {SET[row.id]}" if row.id in SET else ""


def predict_from_cards(row: Published, draws: Draws | None = None) -> Answer:
    """Return our figure for a row: `layout.cell_area`, or `circuit.storage` of our macro on the nearest node.

    Args:
        row: of the table of silicon.
        draws: None for the medians.
    """
    if row.quantity not in FIGURES:
        return "not a figure of a macro"
    if row.technology not in DESIGNS:
        return "no card of the cell"
    node_name = card_node(row)
    if not node_name:
        return "no card of the node"
    if row.temperature and not ROOM[0] <= row.temperature <= ROOM[1]:
        return "not at 25 degC"
    memory_name, cell_name = DESIGNS[row.technology]
    node_card = load_card("node", node_name)
    if row.voltage and not _holds(node_card, "supply", row.voltage) and row.quantity not in ("cell_area", "macro_area"):
        return "supply outside the card's range"
    node, cell = build(Node, node_card, draws), build(Cell, cell_name, draws)
    try:
        layout.check_node(cell, node)
    except InputError:
        return "no card of the cell on the node"
    if row.quantity == "cell_area":
        held = cell.static or cell.edram is not None or cell.transistor is not None
        return "a card holds it" if held else layout.cell_area(cell, node)
    middle, memory = (build(Memory, override(Memory, memory_name, {"cell": cell_name}), d) for d in (None, draws))
    bits = int(row.capacity or MEGABIT)
    try:
        chosen = organise(middle, build(Node, node_card), build(Periphery, "standard"), needed=bits)
        cost = storage(memory, node, build(Periphery, "standard", draws), chosen)
    except InputError as error:
        return f"refused: {error.subject}"
    figures: Mapping[str, Array] = {
        "density": 1.0 / np.asarray(cost.area_bit),
        "macro_area": cost.area_bit * row.capacity,
        "read_access_time": cost.read_time,
        "write_time": cost.write_time,
        "read_energy": cost.read_bit,
        "write_energy": cost.write_bit,
        "standby_power": cost.standby * row.capacity / cost.capacity,
    }
    return figures[row.quantity]


def _holds(card: Card, name: str, content: float) -> bool:
    quantity = declarations(Node)[name]
    assert isinstance(quantity, Quantity)
    row = card.row(name, quantity)
    return row.low * (1 - 1e-9) <= content <= row.high * (1 + 1e-9)


def silicon_rows(predict: Predict = predict_from_cards, draws: Draws | None = None) -> pd.DataFrame:
    """Return every row of the table of silicon with our figure, its interval, and why it is left out where it is.

    Macros of one generator, and several rows of one chip, are put together by `chip_scores`.

    Columns: chip (see `chip_of`), quantity, what, source, unit, theirs, ours, low, high (the 80 % interval), factor
    (ours/theirs), covered, width (high/low), reason (empty for a row that is compared). Nothing is fitted.

    Args:
        predict: gives our figure.
        draws: of the interval; 256 of seed 0 by default.
    """
    draws = Draws() if draws is None else draws
    rows = []
    for row in published("silicon").values():
        assert row.value is not None
        reason = excluded(row)
        answer: Answer = reason or predict(row, None)
        if isinstance(answer, str):
            reason, ours, low, high = answer, np.nan, np.nan, np.nan
        else:
            drawn = predict(row, draws)
            if isinstance(drawn, str):
                reason, ours, low, high = f"{drawn}, in some draws", np.nan, np.nan, np.nan
            else:
                ours = float(answer)
                low, high = (float(end) for end in np.percentile(np.asarray(drawn, dtype=np.float64), INTERVAL))
        rows.append(
            {
                "id": row.id,
                "chip": chip_of(row),
                "quantity": row.quantity,
                "technology": row.technology,
                "node": row.node,
                "what": row.what,
                "source": row.source,
                "unit": row.unit,
                "theirs": row.value,
                "ours": ours,
                "low": low,
                "high": high,
                "factor": ours / row.value,
                "covered": bool(low <= row.value <= high),
                "width": high / low,
                "reason": reason,
            }
        )
    return pd.DataFrame(rows).set_index("id")


def chip_scores(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one line per quantity and chip: rows of one chip are one piece of evidence.

    Columns: rows, factor (geometric mean of ours/theirs), covered (share of the rows), width (geometric mean), others
    (the factor left over after dividing by the geometric mean of all other chips of that quantity: one global factor,
    leave one chip out; NaN for a lone chip).

    Args:
        frame: of `silicon_rows`.
    """
    used = frame[frame["reason"] == ""]
    lines = []
    for (quantity, chip), part in used.groupby(["quantity", "chip"], sort=True):
        lines.append(
            {
                "quantity": quantity,
                "chip": chip,
                "rows": len(part),
                "log": float(np.log(part["factor"].to_numpy(float)).mean()),
                "covered": float(part["covered"].mean()),
                "width": float(np.exp(np.log(part["width"].to_numpy(float)).mean())),
            }
        )
    scores = pd.DataFrame(lines, columns=["quantity", "chip", "rows", "log", "covered", "width"])
    total, count = (scores.groupby("quantity")["log"].transform(how) for how in ("sum", "count"))
    elsewhere = (total - scores["log"]) / (count - 1).where(count > 1)
    scores["factor"], scores["others"] = np.exp(scores["log"]), np.exp(scores["log"] - elsewhere)
    return scores.drop(columns="log").set_index(["quantity", "chip"])


def nvsim_rows(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Return NVSim's answer over the published figure on rows of chips that it was run for.

    It was given each chip's cell area and write pulse and searched the organisation itself, once for the shortest read
    and once for the smallest area; the program prints no interval.

    Args:
        path: its stored answers, ``tests/peers/nvsim_silicon.csv``.
        frame: of `silicon_rows`; rows that are recalled, claimed or of a die are left out, others stay.

    Returns:
        Indexed by row: chip, quantity, fast, small (answer over published figure), ours (the same, NaN where none).
    """
    with path.open(encoding="utf-8", newline="") as file:
        answers = {(line["chip"], line["target"]): line for line in csv.DictReader(file)}
    factors = {str(name): float(factor) for name, factor in frame["factor"].items()}
    lines = []
    for row in published("silicon").values():
        pair = [answers.get((row.chip, target)) for target in ("ReadLatency", "Area")]
        theirs = [_nvsim_figure(row.quantity, line) for line in pair if line is not None]
        if excluded(row) not in ("", f"sets {SET.get(row.id)}") or len(theirs) < 2 or not all(theirs):
            continue
        assert row.value is not None
        fast, small = (float(figure or np.nan) / row.value for figure in theirs)
        ours = factors[row.id]
        lines.append(
            {"id": row.id, "chip": row.chip, "quantity": row.quantity, "fast": fast, "small": small, "ours": ours}
        )
    return pd.DataFrame(lines, columns=["id", "chip", "quantity", "fast", "small", "ours"]).set_index("id")


def _nvsim_figure(quantity: str, line: Mapping[str, str]) -> float | None:
    bits, word = float(line["capacity_bits"]), float(line["word_bits"])
    column, scale = {
        "density": ("total_area", 0.0),
        "macro_area": ("total_area", 1.0),
        "read_access_time": ("read_latency", 1.0),
        "read_energy": ("read_dynamic_energy", 1.0 / word),
        "write_energy": ("write_dynamic_energy", 1.0 / word),
    }.get(quantity, ("", 1.0))
    if not column:
        return None
    return float(line[column]) * scale if scale else bits / float(line[column])
